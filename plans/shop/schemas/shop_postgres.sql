CREATE TABLE country (
  code char(2) PRIMARY KEY,
  name varchar(60) NOT NULL
);

CREATE TABLE customer (
  id           uuid PRIMARY KEY,
  legacy_id    bigint UNIQUE,
  full_name    varchar(80) NOT NULL,
  email        varchar(120) NOT NULL UNIQUE,
  status       varchar(10) NOT NULL CHECK (status IN ('active', 'suspended', 'closed')),
  country_code char(2) NOT NULL REFERENCES country (code),
  balance      decimal(12, 2) NOT NULL,
  referred_by  uuid REFERENCES customer (id),
  created_at   timestamp NOT NULL,
  note         text NOT NULL
);

CREATE TABLE product (
  id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sku   varchar(20) NOT NULL UNIQUE,
  title varchar(200) NOT NULL,
  price decimal(10, 2) NOT NULL CHECK (price >= 0)
);

CREATE TABLE "order" (
  id          bigserial PRIMARY KEY,
  customer_id uuid NOT NULL REFERENCES customer (id),
  placed_at   timestamp NOT NULL,
  note        varchar(500)
);

CREATE TABLE order_line (
  order_id   bigint NOT NULL REFERENCES "order" (id),
  line_no    integer NOT NULL,
  product_id bigint NOT NULL REFERENCES product (id),
  quantity   integer NOT NULL CHECK (quantity > 0),
  unit_price decimal(10, 2) NOT NULL,
  PRIMARY KEY (order_id, line_no)
);
