-- datamove plan shop_v2, dm1:2b5b9f169fe4249ed8c10bd138e331c900e52af60455b2b47cc901f3ab0f9945
-- Prints the rows of customers that travel; for stock clients, with the output in customers.copy. Datamove itself does not run it.
-- From legacy (SQLite) to shop (PostgreSQL).
-- Run: sqlite3 SOURCE.db < sql/14_send/customers.sql
.bail on
PRAGMA foreign_keys = ON;
PRAGMA case_sensitive_like = ON;
CREATE TEMP TABLE IF NOT EXISTS "datamove_session" ("name" TEXT PRIMARY KEY, "value");
.mode list
.separator "\t" "\n"
.headers off

SELECT CASE WHEN "id" IS NULL THEN '\N' ELSE "id" END, CASE WHEN "first_name" IS NULL THEN '\N' ELSE replace(replace(replace(replace("first_name", char(92), '\\'), char(9), '\t'), char(10), '\n'), char(13), '\r') END, CASE WHEN "last_name" IS NULL THEN '\N' ELSE replace(replace(replace(replace("last_name", char(92), '\\'), char(9), '\t'), char(10), '\n'), char(13), '\r') END, CASE WHEN "email" IS NULL THEN '\N' ELSE replace(replace(replace(replace("email", char(92), '\\'), char(9), '\t'), char(10), '\n'), char(13), '\r') END, CASE WHEN "country_id" IS NULL THEN '\N' ELSE "country_id" END, CASE WHEN "status_code" IS NULL THEN '\N' ELSE replace(replace(replace(replace("status_code", char(92), '\\'), char(9), '\t'), char(10), '\n'), char(13), '\r') END, CASE WHEN "balance_cents" IS NULL THEN '\N' ELSE "balance_cents" END, CASE WHEN "is_test" IS NULL THEN '\N' ELSE "is_test" END, CASE WHEN "referred_by" IS NULL THEN '\N' ELSE "referred_by" END, CASE WHEN "created_at" IS NULL THEN '\N' ELSE replace(replace(replace(replace("created_at", char(92), '\\'), char(9), '\t'), char(10), '\n'), char(13), '\r') END, CASE WHEN "note" IS NULL THEN '\N' ELSE replace(replace(replace(replace("note", char(92), '\\'), char(9), '\t'), char(10), '\n'), char(13), '\r') END
FROM "main"."customers"
ORDER BY "id";
