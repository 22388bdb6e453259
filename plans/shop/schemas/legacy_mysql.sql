-- MariaDB dump 10.19

/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `countries` (
  `id` bigint(20) NOT NULL,
  `iso2` char(2) NOT NULL,
  `name` varchar(60) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `countries_iso2_key` (`iso2`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE `customers` (
  `id` bigint(20) NOT NULL,
  `first_name` varchar(40) NOT NULL,
  `last_name` varchar(40) NOT NULL,
  `email` varchar(120) NOT NULL,
  `country_id` bigint(20) NOT NULL,
  `status_code` char(1) NOT NULL,
  `balance_cents` bigint(20) NOT NULL DEFAULT 0,
  `is_test` int(11) NOT NULL DEFAULT 0,
  `referred_by` bigint(20) DEFAULT NULL,
  `created_at` datetime(6) NOT NULL,
  `fax` varchar(40) DEFAULT NULL,
  `note` text DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `customers_email_key` (`email`),
  KEY `customers_country_id_fkey` (`country_id`),
  KEY `customers_referred_by_fkey` (`referred_by`),
  CONSTRAINT `customers_country_id_fkey` FOREIGN KEY (`country_id`) REFERENCES `countries` (`id`),
  CONSTRAINT `customers_referred_by_fkey` FOREIGN KEY (`referred_by`) REFERENCES `customers` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE `products` (
  `id` bigint(20) NOT NULL,
  `sku` varchar(20) NOT NULL,
  `title` varchar(200) NOT NULL,
  `price_cents` int(11) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `products_sku_key` (`sku`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE `orders` (
  `id` bigint(20) NOT NULL,
  `customer_id` bigint(20) NOT NULL,
  `placed_at` datetime(6) NOT NULL,
  `note` text DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `orders_by_customer` (`customer_id`),
  CONSTRAINT `orders_customer_id_fkey` FOREIGN KEY (`customer_id`) REFERENCES `customers` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE `order_lines` (
  `order_id` bigint(20) NOT NULL,
  `line_no` int(11) NOT NULL,
  `product_id` bigint(20) NOT NULL,
  `quantity` int(11) NOT NULL,
  `unit_price_cents` int(11) NOT NULL,
  PRIMARY KEY (`order_id`,`line_no`),
  KEY `order_lines_product_id_fkey` (`product_id`),
  CONSTRAINT `order_lines_order_id_fkey` FOREIGN KEY (`order_id`) REFERENCES `orders` (`id`),
  CONSTRAINT `order_lines_product_id_fkey` FOREIGN KEY (`product_id`) REFERENCES `products` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
