-- datamove plan shop_v2, dm1:2b5b9f169fe4249ed8c10bd138e331c900e52af60455b2b47cc901f3ab0f9945
-- Prints the rows of order_lines that travel; for stock clients, with the output in order_lines.copy. Datamove itself does not run it.
-- From legacy (SQLite) to shop (PostgreSQL).
-- Run: sqlite3 SOURCE.db < sql/14_send/order_lines.sql
.bail on
PRAGMA foreign_keys = ON;
PRAGMA case_sensitive_like = ON;
CREATE TEMP TABLE IF NOT EXISTS "datamove_session" ("name" TEXT PRIMARY KEY, "value");
.mode list
.separator "\t" "\n"
.headers off

SELECT CASE WHEN "order_id" IS NULL THEN '\N' ELSE "order_id" END, CASE WHEN "line_no" IS NULL THEN '\N' ELSE "line_no" END, CASE WHEN "product_id" IS NULL THEN '\N' ELSE "product_id" END, CASE WHEN "quantity" IS NULL THEN '\N' ELSE "quantity" END, CASE WHEN "unit_price_cents" IS NULL THEN '\N' ELSE "unit_price_cents" END
FROM "main"."order_lines"
ORDER BY "order_id", "line_no";
