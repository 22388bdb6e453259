CREATE TABLE country (
  code CHAR(2) NOT NULL PRIMARY KEY,
  name VARCHAR(60) NOT NULL
);

CREATE TABLE customer (
  id           CHAR(36) NOT NULL PRIMARY KEY,
  legacy_id    INTEGER UNIQUE,
  full_name    VARCHAR(80) NOT NULL,
  email        VARCHAR(120) NOT NULL UNIQUE,
  status       VARCHAR(10) NOT NULL CHECK (status IN ('active', 'suspended', 'closed')),
  country_code CHAR(2) NOT NULL REFERENCES country (code),
  balance      DECIMAL(12, 2) NOT NULL,
  referred_by  CHAR(36) REFERENCES customer (id),
  created_at   TIMESTAMP NOT NULL,
  note         TEXT NOT NULL
);

CREATE TABLE product (
  id    INTEGER PRIMARY KEY AUTOINCREMENT,
  sku   VARCHAR(20) NOT NULL UNIQUE,
  title VARCHAR(200) NOT NULL,
  price DECIMAL(10, 2) NOT NULL CHECK (price >= 0)
);

CREATE TABLE "order" (
  id          INTEGER PRIMARY KEY,
  customer_id CHAR(36) NOT NULL REFERENCES customer (id),
  placed_at   TIMESTAMP NOT NULL,
  note        VARCHAR(500)
);

CREATE TABLE order_line (
  order_id   INTEGER NOT NULL REFERENCES "order" (id),
  line_no    INTEGER NOT NULL,
  product_id INTEGER NOT NULL REFERENCES product (id),
  quantity   INTEGER NOT NULL CHECK (quantity > 0),
  unit_price DECIMAL(10, 2) NOT NULL,
  PRIMARY KEY (order_id, line_no)
) WITHOUT ROWID;
