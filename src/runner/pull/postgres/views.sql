-- Only their names: nothing is moved from or into a view.
SELECT CASE c.relkind
    WHEN 'v' THEN format('CREATE VIEW %I.%I AS SELECT', n.nspname, c.relname)
    WHEN 'm' THEN format('CREATE MATERIALIZED VIEW %I.%I AS SELECT', n.nspname, c.relname)
    ELSE format('CREATE FOREIGN TABLE %I.%I () SERVER %I', n.nspname, c.relname,
                (SELECT s.srvname FROM pg_foreign_table f JOIN pg_foreign_server s ON s.oid = f.ftserver
                 WHERE f.ftrelid = c.oid))
  END AS statement
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('v', 'm', 'f') AND c.relpersistence <> 't' AND {scope} AND NOT EXISTS (SELECT FROM pg_depend x WHERE x.classid = 'pg_class'::regclass AND x.objid = c.oid AND x.deptype = 'e')
ORDER BY n.nspname, c.relname
