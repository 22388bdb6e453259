-- The shop's made-up rows, the same on every machine: for SQLite and PostgreSQL alike, so there is
-- no function in it that one of them lacks. Numbers come from multiplying by primes.
INSERT INTO countries (id, iso2, name) VALUES
  (1, 'FR', 'France'), (2, 'DE', 'Germany '), (3, 'PL', 'Polska'), (4, 'JP', '日本'), (5, 'BR', 'Brasil');

INSERT INTO products (id, sku, title, price_cents)
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
SELECT i * 3, 'SKU-' || (1000 + i), 'Thing no. ' || i, (i * 7919) % 20000 + 1 FROM n;

INSERT INTO customers
  (id, first_name, last_name, email, country_id, status_code, balance_cents, is_test, referred_by, created_at, fax, note)
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
SELECT
  i,
  CASE i % 4 WHEN 0 THEN 'Zoë' WHEN 1 THEN 'Stanisław' WHEN 2 THEN 'O''Neil' ELSE 'Ana' END,
  'Name' || ((i * 31) % 997),
  'Customer' || i || '@Example.com',
  i % 5 + 1,
  CASE WHEN i % 11 = 0 THEN 'S' WHEN i % 23 = 0 THEN 'X' ELSE 'A' END,
  (i * 104729) % 1000003 - 500000,
  CASE WHEN i % 50 = 0 THEN 1 ELSE 0 END,
  -- Some were brought by a customer with a higher number; that one is then not a test customer.
  CASE WHEN i % 7 = 0 AND i < 1900 THEN i + 51 - (i + 1) % 50 WHEN i % 13 = 0 THEN i - i % 50 + 1 END,
  '2024-' || CASE WHEN i % 12 < 9 THEN '0' ELSE '' END || (i % 12 + 1) || '-15 08:30:0' || (i % 10),
  CASE WHEN i % 3 = 0 THEN '+33 1 ' || i END,
  CASE WHEN i % 5 = 0 THEN 'note; with ''quotes'', a \ and {{ braces }} of ' || i END
FROM n;

INSERT INTO orders (id, customer_id, placed_at, note)
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000)
SELECT
  10000 + i * 2,
  CASE WHEN (i * 17) % 2000 % 50 = 0 THEN 1 ELSE (i * 17) % 2000 END,
  '2025-0' || (i % 9 + 1) || '-1' || (i % 10) || ' 12:00:00',
  CASE WHEN i % 4 = 0 THEN 'leave at the door' END
FROM n;

INSERT INTO order_lines (order_id, line_no, product_id, quantity, unit_price_cents)
WITH RECURSIVE
  n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000),
  l(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM l WHERE k < 3)
SELECT 10000 + i * 2, k, ((i * 7 + k * 13) % 200 + 1) * 3, (i + k) % 4 + 1, ((i * 7 + k * 13) * 7919) % 20000 + 1
FROM n, l
WHERE k = 1 OR (i + k) % 3 = 0;
