CREATE TABLE `country` (
  `code` char(2) NOT NULL,
  `name` varchar(60) NOT NULL,
  PRIMARY KEY (`code`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `customer` (
  `id` char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `legacy_id` bigint(20) DEFAULT NULL,
  `full_name` varchar(80) NOT NULL,
  `email` varchar(120) NOT NULL,
  `status` varchar(10) NOT NULL CHECK (`status` in ('active','suspended','closed')),
  `country_code` char(2) NOT NULL,
  `balance` decimal(12,2) NOT NULL,
  `referred_by` char(36) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `created_at` datetime(6) NOT NULL,
  `note` text NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `customer_legacy_id_key` (`legacy_id`),
  UNIQUE KEY `customer_email_key` (`email`),
  KEY `customer_country_code_fkey` (`country_code`),
  KEY `customer_referred_by_fkey` (`referred_by`),
  CONSTRAINT `customer_country_code_fkey` FOREIGN KEY (`country_code`) REFERENCES `country` (`code`),
  CONSTRAINT `customer_referred_by_fkey` FOREIGN KEY (`referred_by`) REFERENCES `customer` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `product` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `sku` varchar(20) NOT NULL,
  `title` varchar(200) NOT NULL,
  `price` decimal(10,2) NOT NULL CHECK (`price` >= 0),
  PRIMARY KEY (`id`),
  UNIQUE KEY `product_sku_key` (`sku`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `order` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `customer_id` char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `placed_at` datetime(6) NOT NULL,
  `note` varchar(500) DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `order_customer_id_fkey` (`customer_id`),
  CONSTRAINT `order_customer_id_fkey` FOREIGN KEY (`customer_id`) REFERENCES `customer` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `order_line` (
  `order_id` bigint(20) NOT NULL,
  `line_no` int(11) NOT NULL,
  `product_id` bigint(20) NOT NULL,
  `quantity` int(11) NOT NULL CHECK (`quantity` > 0),
  `unit_price` decimal(10,2) NOT NULL,
  PRIMARY KEY (`order_id`,`line_no`),
  KEY `order_line_product_id_fkey` (`product_id`),
  CONSTRAINT `order_line_order_id_fkey` FOREIGN KEY (`order_id`) REFERENCES `order` (`id`),
  CONSTRAINT `order_line_product_id_fkey` FOREIGN KEY (`product_id`) REFERENCES `product` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
