CREATE TABLE countries (
  id    INTEGER PRIMARY KEY,
  iso2  CHAR(2) NOT NULL UNIQUE,
  name  VARCHAR(60) NOT NULL
);

CREATE TABLE customers (
  id            INTEGER PRIMARY KEY,
  first_name    VARCHAR(40) NOT NULL,
  last_name     VARCHAR(40) NOT NULL,
  email         VARCHAR(120) NOT NULL UNIQUE,
  country_id    INTEGER NOT NULL REFERENCES countries (id),
  status_code   CHAR(1) NOT NULL,
  balance_cents INTEGER NOT NULL DEFAULT 0,
  is_test       INTEGER NOT NULL DEFAULT 0,
  referred_by   INTEGER REFERENCES customers (id),
  created_at    TIMESTAMP NOT NULL,
  fax           VARCHAR(40),
  note          TEXT
);

CREATE TABLE products (
  id          INTEGER PRIMARY KEY,
  sku         VARCHAR(20) NOT NULL UNIQUE,
  title       VARCHAR(200) NOT NULL,
  price_cents INTEGER NOT NULL
);

CREATE TABLE orders (
  id          INTEGER PRIMARY KEY,
  customer_id INTEGER NOT NULL REFERENCES customers (id),
  placed_at   TIMESTAMP NOT NULL,
  note        TEXT
);
CREATE INDEX orders_by_customer ON orders (customer_id);

CREATE TABLE order_lines (
  order_id         INTEGER NOT NULL REFERENCES orders (id),
  line_no          INTEGER NOT NULL,
  product_id       INTEGER NOT NULL REFERENCES products (id),
  quantity         INTEGER NOT NULL,
  unit_price_cents INTEGER NOT NULL,
  PRIMARY KEY (order_id, line_no)
) WITHOUT ROWID;
