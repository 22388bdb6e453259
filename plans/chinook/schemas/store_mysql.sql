-- The Chinook store, designed again: countries and cities are tables of their own, money is counted
-- in cents, and artists and albums have keys that every shop of the chain makes alike.

CREATE TABLE country (
  name     varchar(40) NOT NULL PRIMARY KEY,
  iso_code char(2) NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE city (
  id      bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
  country varchar(40) NOT NULL,
  name    varchar(40) NOT NULL,
  UNIQUE KEY city_by_name (country, name),
  CONSTRAINT city_country FOREIGN KEY (country) REFERENCES country (name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE employee (
  id          int NOT NULL PRIMARY KEY,
  first_name  varchar(20) NOT NULL,
  last_name   varchar(20) NOT NULL,
  title       varchar(30),
  reports_to  int,
  born_at     datetime,
  hired_at    datetime,
  street      varchar(70),
  region      varchar(40),
  postal_code varchar(10),
  city_id     bigint NOT NULL,
  phone       varchar(24),
  email       varchar(60) NOT NULL,
  UNIQUE KEY employee_email (email),
  KEY employee_by_city (city_id),
  KEY employee_by_manager (reports_to),
  CONSTRAINT employee_reports_to FOREIGN KEY (reports_to) REFERENCES employee (id),
  CONSTRAINT employee_city FOREIGN KEY (city_id) REFERENCES city (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_general_ci;

CREATE TABLE customer (
  id             int NOT NULL PRIMARY KEY,
  first_name     varchar(40) NOT NULL,
  last_name      varchar(20) NOT NULL,
  company        varchar(80),
  street         varchar(70),
  region         varchar(40),
  postal_code    varchar(10),
  city_id        bigint NOT NULL,
  phone          varchar(24),
  email          varchar(60) NOT NULL,
  support_rep_id int,
  UNIQUE KEY customer_email (email),
  KEY customer_by_city (city_id),
  KEY customer_by_support_rep (support_rep_id),
  CONSTRAINT customer_city FOREIGN KEY (city_id) REFERENCES city (id),
  CONSTRAINT customer_support_rep FOREIGN KEY (support_rep_id) REFERENCES employee (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_general_ci;

CREATE TABLE genre (
  id   int NOT NULL PRIMARY KEY,
  name varchar(120) NOT NULL,
  UNIQUE KEY genre_name (name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_general_ci;

CREATE TABLE media_type (
  id        int NOT NULL PRIMARY KEY,
  name      varchar(120) NOT NULL,
  container varchar(5) NOT NULL,
  UNIQUE KEY media_type_name (name),
  CONSTRAINT media_type_container CHECK (container IN ('mpeg', 'aac', 'mpeg4'))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_general_ci;

CREATE TABLE artist (
  id        char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  legacy_id int NOT NULL,
  name      varchar(120) NOT NULL,
  UNIQUE KEY artist_legacy_id (legacy_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_general_ci;

CREATE TABLE album (
  id        char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  legacy_id int NOT NULL,
  artist_id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  title     varchar(160) NOT NULL,
  UNIQUE KEY album_legacy_id (legacy_id),
  KEY album_by_artist (artist_id),
  CONSTRAINT album_artist FOREIGN KEY (artist_id) REFERENCES artist (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_general_ci;

CREATE TABLE track (
  id             int NOT NULL PRIMARY KEY,
  title          varchar(200) NOT NULL,
  album_id       char(36) CHARACTER SET ascii COLLATE ascii_bin,
  -- Shown beside the title, so that a list of tracks needs no join.
  artist_name    varchar(120) NOT NULL,
  media_type_id  int NOT NULL,
  genre_id       int,
  composer       varchar(220),
  length_ms      int NOT NULL,
  size_bytes     bigint,
  price_minor    bigint NOT NULL,
  price_currency char(3) NOT NULL,
  KEY track_by_album (album_id),
  KEY track_by_genre (genre_id),
  KEY track_by_media_type (media_type_id),
  CONSTRAINT track_album FOREIGN KEY (album_id) REFERENCES album (id),
  CONSTRAINT track_media_type FOREIGN KEY (media_type_id) REFERENCES media_type (id),
  CONSTRAINT track_genre FOREIGN KEY (genre_id) REFERENCES genre (id),
  CONSTRAINT track_has_length CHECK (length_ms > 0),
  CONSTRAINT track_has_price CHECK (price_minor >= 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_general_ci;

CREATE TABLE invoice (
  id                  int NOT NULL PRIMARY KEY,
  customer_id         int NOT NULL,
  issued_at           datetime NOT NULL,
  billing_street      varchar(70),
  billing_region      varchar(40),
  billing_postal_code varchar(10),
  billing_city_id     bigint NOT NULL,
  total_minor         bigint NOT NULL,
  currency            char(3) NOT NULL,
  KEY invoice_by_customer (customer_id),
  KEY invoice_by_city (billing_city_id),
  CONSTRAINT invoice_customer FOREIGN KEY (customer_id) REFERENCES customer (id),
  CONSTRAINT invoice_city FOREIGN KEY (billing_city_id) REFERENCES city (id),
  CONSTRAINT invoice_has_total CHECK (total_minor >= 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_general_ci;

CREATE TABLE invoice_line (
  id          int NOT NULL PRIMARY KEY,
  invoice_id  int NOT NULL,
  track_id    int NOT NULL,
  price_minor bigint NOT NULL,
  quantity    int NOT NULL,
  KEY invoice_line_by_invoice (invoice_id),
  KEY invoice_line_by_track (track_id),
  CONSTRAINT invoice_line_invoice FOREIGN KEY (invoice_id) REFERENCES invoice (id),
  CONSTRAINT invoice_line_track FOREIGN KEY (track_id) REFERENCES track (id),
  CONSTRAINT invoice_line_has_price CHECK (price_minor >= 0),
  CONSTRAINT invoice_line_has_quantity CHECK (quantity > 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_general_ci;

CREATE TABLE playlist (
  id   int NOT NULL PRIMARY KEY,
  name varchar(120) NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_general_ci;

CREATE TABLE playlist_track (
  playlist_id int NOT NULL,
  track_id    int NOT NULL,
  PRIMARY KEY (playlist_id, track_id),
  KEY playlist_track_by_track (track_id),
  CONSTRAINT playlist_track_playlist FOREIGN KEY (playlist_id) REFERENCES playlist (id),
  CONSTRAINT playlist_track_track FOREIGN KEY (track_id) REFERENCES track (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_general_ci;
