-- datamove plan shop_v2, dm1:2b5b9f169fe4249ed8c10bd138e331c900e52af60455b2b47cc901f3ab0f9945
-- Prints the rows of orders that travel; for stock clients, with the output in orders.copy. Datamove itself does not run it.
-- From legacy (SQLite) to shop (PostgreSQL).
-- Run: sqlite3 SOURCE.db < sql/14_send/orders.sql
.bail on
PRAGMA foreign_keys = ON;
PRAGMA case_sensitive_like = ON;
CREATE TEMP TABLE IF NOT EXISTS "datamove_session" ("name" TEXT PRIMARY KEY, "value");
.mode list
.separator "\t" "\n"
.headers off

SELECT CASE WHEN "id" IS NULL THEN '\N' ELSE "id" END, CASE WHEN "customer_id" IS NULL THEN '\N' ELSE "customer_id" END, CASE WHEN "placed_at" IS NULL THEN '\N' ELSE replace(replace(replace(replace("placed_at", char(92), '\\'), char(9), '\t'), char(10), '\n'), char(13), '\r') END, CASE WHEN "note" IS NULL THEN '\N' ELSE replace(replace(replace(replace("note", char(92), '\\'), char(9), '\t'), char(10), '\n'), char(13), '\r') END
FROM "main"."orders"
ORDER BY "id";
