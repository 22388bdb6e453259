-- The Chinook store, designed again: countries and cities are tables of their own, money is counted
-- in cents, and artists and albums have keys that every shop of the chain makes alike.

CREATE TABLE country (
  name     varchar(40) PRIMARY KEY,
  iso_code char(2) NOT NULL
);

CREATE TABLE city (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  country varchar(40) NOT NULL REFERENCES country (name),
  name    varchar(40) NOT NULL,
  UNIQUE (country, name)
);

CREATE TABLE employee (
  id          integer PRIMARY KEY,
  first_name  varchar(20) NOT NULL,
  last_name   varchar(20) NOT NULL,
  title       varchar(30),
  reports_to  integer REFERENCES employee (id),
  born_at     timestamp,
  hired_at    timestamp,
  street      varchar(70),
  region      varchar(40),
  postal_code varchar(10),
  city_id     bigint NOT NULL REFERENCES city (id),
  phone       varchar(24),
  email       varchar(60) NOT NULL UNIQUE
);
CREATE INDEX employee_by_city ON employee (city_id);

CREATE TABLE customer (
  id             integer PRIMARY KEY,
  first_name     varchar(40) NOT NULL,
  last_name      varchar(20) NOT NULL,
  company        varchar(80),
  street         varchar(70),
  region         varchar(40),
  postal_code    varchar(10),
  city_id        bigint NOT NULL REFERENCES city (id),
  phone          varchar(24),
  email          varchar(60) NOT NULL UNIQUE,
  support_rep_id integer REFERENCES employee (id)
);
CREATE INDEX customer_by_city ON customer (city_id);
CREATE INDEX customer_by_support_rep ON customer (support_rep_id);

CREATE TABLE genre (
  id   integer PRIMARY KEY,
  name varchar(120) NOT NULL UNIQUE
);

CREATE TABLE media_type (
  id        integer PRIMARY KEY,
  name      varchar(120) NOT NULL UNIQUE,
  container varchar(5) NOT NULL CHECK (container IN ('mpeg', 'aac', 'mpeg4'))
);

CREATE TABLE artist (
  id        uuid PRIMARY KEY,
  legacy_id integer NOT NULL UNIQUE,
  name      varchar(120) NOT NULL
);

CREATE TABLE album (
  id        uuid PRIMARY KEY,
  legacy_id integer NOT NULL UNIQUE,
  artist_id uuid NOT NULL REFERENCES artist (id),
  title     varchar(160) NOT NULL
);
CREATE INDEX album_by_artist ON album (artist_id);

CREATE TABLE track (
  id             integer PRIMARY KEY,
  title          varchar(200) NOT NULL,
  album_id       uuid REFERENCES album (id),
  -- Shown beside the title, so that a list of tracks needs no join.
  artist_name    varchar(120) NOT NULL,
  media_type_id  integer NOT NULL REFERENCES media_type (id),
  genre_id       integer REFERENCES genre (id),
  composer       varchar(220),
  length_ms      integer NOT NULL CHECK (length_ms > 0),
  size_bytes     bigint,
  price_minor    bigint NOT NULL CHECK (price_minor >= 0),
  price_currency char(3) NOT NULL
);
CREATE INDEX track_by_album ON track (album_id);
CREATE INDEX track_by_genre ON track (genre_id);

CREATE TABLE invoice (
  id                  integer PRIMARY KEY,
  customer_id         integer NOT NULL REFERENCES customer (id),
  issued_at           timestamp NOT NULL,
  billing_street      varchar(70),
  billing_region      varchar(40),
  billing_postal_code varchar(10),
  billing_city_id     bigint NOT NULL REFERENCES city (id),
  total_minor         bigint NOT NULL CHECK (total_minor >= 0),
  currency            char(3) NOT NULL
);
CREATE INDEX invoice_by_customer ON invoice (customer_id);

CREATE TABLE invoice_line (
  id          integer PRIMARY KEY,
  invoice_id  integer NOT NULL REFERENCES invoice (id),
  track_id    integer NOT NULL REFERENCES track (id),
  price_minor bigint NOT NULL CHECK (price_minor >= 0),
  quantity    integer NOT NULL CHECK (quantity > 0)
);
CREATE INDEX invoice_line_by_invoice ON invoice_line (invoice_id);
CREATE INDEX invoice_line_by_track ON invoice_line (track_id);

CREATE TABLE playlist (
  id   integer PRIMARY KEY,
  name varchar(120) NOT NULL
);

CREATE TABLE playlist_track (
  playlist_id integer NOT NULL REFERENCES playlist (id),
  track_id    integer NOT NULL REFERENCES track (id),
  PRIMARY KEY (playlist_id, track_id)
);
