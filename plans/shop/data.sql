-- The shop's made-up rows, the same on every machine: for SQLite and PostgreSQL alike, so there is
-- no function in it that one of them lacks. Numbers come from multiplying by primes.
INSERT INTO countries (id, iso2, name) VALUES
  (1, 'FR', 'France'), (2, 'DE', 'Germany '), (3, 'PL', 'Polska'), (4, 'JP', '日本'), (5, 'BR', 'Brasil');

INSERT INTO products (id, sku, title, price_cents)
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
SELECT i * 3, 'SKU-' || (1000 + i), 'Thing no. ' || i, (i * 7919) % 20000 + 1 FROM n;

-- A text is no timestamp on PostgreSQL, but a literal becomes one in a column that is declared so.
CREATE TEMPORARY TABLE moments (i INTEGER PRIMARY KEY, created_at TIMESTAMP NOT NULL, placed_at TIMESTAMP NOT NULL);
INSERT INTO moments (i, created_at, placed_at) VALUES
  (0, '2024-01-15 08:30:00', '2025-01-10 12:00:00'),
  (1, '2024-02-15 08:30:01', '2025-02-11 12:00:00'),
  (2, '2024-03-15 08:30:02', '2025-03-12 12:00:00'),
  (3, '2024-04-15 08:30:03.25', '2025-04-13 12:00:00'),
  (4, '2024-05-15 08:30:04', '2025-05-14 12:00:00'),
  (5, '2024-06-15 08:30:05', '2025-06-15 12:00:00'),
  (6, '2024-07-15 08:30:06', '2025-07-16 12:00:00'),
  (7, '2024-08-15 08:30:07', '2025-08-17 12:00:00'),
  (8, '2024-09-15 08:30:08', '2025-09-18 12:00:00'),
  (9, '2024-10-15 08:30:09', '2025-01-19 12:00:00'),
  (10, '2024-11-15 08:30:00', '2025-02-10 12:00:00'),
  (11, '2024-12-15 08:30:01', '2025-03-11 12:00:00');

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
  -- Some were brought by a customer with a higher number, some by a test customer, who stays behind.
  CASE WHEN i % 97 = 0 THEN 50 WHEN i % 7 = 0 AND i < 1900 THEN i + 52 - (i + 1) % 50
       WHEN i % 13 = 0 THEN i - i % 50 + 1 END,
  (SELECT m.created_at FROM moments m WHERE m.i = n.i % 12),
  CASE WHEN i % 3 = 0 THEN '+33 1 ' || i END,
  CASE WHEN i % 5 = 0 THEN 'note; with ''quotes'', a \ and {{ braces }} of ' || i END
FROM n;

INSERT INTO orders (id, customer_id, placed_at, note)
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000)
SELECT
  10000 + i * 2,
  CASE WHEN (i * 17) % 2000 % 50 = 0 THEN 1 ELSE (i * 17) % 2000 END,
  (SELECT m.placed_at FROM moments m WHERE m.i = n.i % 12),
  CASE WHEN i % 4 = 0 THEN 'leave at the door' END
FROM n;

INSERT INTO order_lines (order_id, line_no, product_id, quantity, unit_price_cents)
WITH RECURSIVE
  n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000),
  l(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM l WHERE k < 3)
SELECT 10000 + i * 2, k, ((i * 7 + k * 13) % 200 + 1) * 3, (i + k) % 4 + 1, ((i * 7 + k * 13) * 7919) % 20000 + 1
FROM n, l
WHERE k = 1 OR (i + k) % 3 = 0;

DROP TABLE moments;
