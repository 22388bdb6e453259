-- The Chinook store, designed again: countries and cities are tables of their own, money is counted
-- in cents, and artists and albums have keys that every shop of the chain makes alike.

CREATE TABLE country (
  name     VARCHAR(40) NOT NULL PRIMARY KEY,
  iso_code CHAR(2) NOT NULL
);

CREATE TABLE city (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  country VARCHAR(40) NOT NULL REFERENCES country (name),
  name    VARCHAR(40) NOT NULL,
  UNIQUE (country, name)
);

CREATE TABLE employee (
  id          INTEGER PRIMARY KEY,
  first_name  VARCHAR(20) NOT NULL,
  last_name   VARCHAR(20) NOT NULL,
  title       VARCHAR(30),
  reports_to  INTEGER REFERENCES employee (id),
  born_at     TIMESTAMP,
  hired_at    TIMESTAMP,
  street      VARCHAR(70),
  region      VARCHAR(40),
  postal_code VARCHAR(10),
  city_id     INTEGER NOT NULL REFERENCES city (id),
  phone       VARCHAR(24),
  email       VARCHAR(60) NOT NULL UNIQUE
);
CREATE INDEX employee_by_city ON employee (city_id);

CREATE TABLE customer (
  id             INTEGER PRIMARY KEY,
  first_name     VARCHAR(40) NOT NULL,
  last_name      VARCHAR(20) NOT NULL,
  company        VARCHAR(80),
  street         VARCHAR(70),
  region         VARCHAR(40),
  postal_code    VARCHAR(10),
  city_id        INTEGER NOT NULL REFERENCES city (id),
  phone          VARCHAR(24),
  email          VARCHAR(60) NOT NULL UNIQUE,
  support_rep_id INTEGER REFERENCES employee (id)
);
CREATE INDEX customer_by_city ON customer (city_id);
CREATE INDEX customer_by_support_rep ON customer (support_rep_id);

CREATE TABLE genre (
  id   INTEGER PRIMARY KEY,
  name VARCHAR(120) NOT NULL UNIQUE
);

CREATE TABLE media_type (
  id        INTEGER PRIMARY KEY,
  name      VARCHAR(120) NOT NULL UNIQUE,
  container VARCHAR(5) NOT NULL CHECK (container IN ('mpeg', 'aac', 'mpeg4'))
);

CREATE TABLE artist (
  id        CHAR(36) NOT NULL PRIMARY KEY,
  legacy_id INTEGER NOT NULL UNIQUE,
  name      VARCHAR(120) NOT NULL
);

CREATE TABLE album (
  id        CHAR(36) NOT NULL PRIMARY KEY,
  legacy_id INTEGER NOT NULL UNIQUE,
  artist_id CHAR(36) NOT NULL REFERENCES artist (id),
  title     VARCHAR(160) NOT NULL
);
CREATE INDEX album_by_artist ON album (artist_id);

CREATE TABLE track (
  id             INTEGER PRIMARY KEY,
  title          VARCHAR(200) NOT NULL,
  album_id       CHAR(36) REFERENCES album (id),
  -- Shown beside the title, so that a list of tracks needs no join.
  artist_name    VARCHAR(120) NOT NULL,
  media_type_id  INTEGER NOT NULL REFERENCES media_type (id),
  genre_id       INTEGER REFERENCES genre (id),
  composer       VARCHAR(220),
  length_ms      INTEGER NOT NULL CHECK (length_ms > 0),
  size_bytes     INTEGER,
  price_minor    INTEGER NOT NULL CHECK (price_minor >= 0),
  price_currency CHAR(3) NOT NULL
);
CREATE INDEX track_by_album ON track (album_id);
CREATE INDEX track_by_genre ON track (genre_id);

CREATE TABLE invoice (
  id                  INTEGER PRIMARY KEY,
  customer_id         INTEGER NOT NULL REFERENCES customer (id),
  issued_at           TIMESTAMP NOT NULL,
  billing_street      VARCHAR(70),
  billing_region      VARCHAR(40),
  billing_postal_code VARCHAR(10),
  billing_city_id     INTEGER NOT NULL REFERENCES city (id),
  total_minor         INTEGER NOT NULL CHECK (total_minor >= 0),
  currency            CHAR(3) NOT NULL
);
CREATE INDEX invoice_by_customer ON invoice (customer_id);

CREATE TABLE invoice_line (
  id          INTEGER PRIMARY KEY,
  invoice_id  INTEGER NOT NULL REFERENCES invoice (id),
  track_id    INTEGER NOT NULL REFERENCES track (id),
  price_minor INTEGER NOT NULL CHECK (price_minor >= 0),
  quantity    INTEGER NOT NULL CHECK (quantity > 0)
);
CREATE INDEX invoice_line_by_invoice ON invoice_line (invoice_id);
CREATE INDEX invoice_line_by_track ON invoice_line (track_id);

CREATE TABLE playlist (
  id   INTEGER PRIMARY KEY,
  name VARCHAR(120) NOT NULL
);

CREATE TABLE playlist_track (
  playlist_id INTEGER NOT NULL REFERENCES playlist (id),
  track_id    INTEGER NOT NULL REFERENCES track (id),
  PRIMARY KEY (playlist_id, track_id)
) WITHOUT ROWID;
