SELECT CASE WHEN {other}
    THEN format('ALTER TABLE ONLY %I.%I ATTACH PARTITION %I.%I %s', pn.nspname, p.relname, n.nspname, c.relname,
                pg_get_expr(c.relpartbound, c.oid))
    ELSE translate(format('-- Left out: %I.%I is a partition of %I.%I', n.nspname, c.relname, pn.nspname, p.relname),
                   E'\n\r', '  ')
  END AS statement
FROM pg_inherits i
JOIN pg_class c ON c.oid = i.inhrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_class p ON p.oid = i.inhparent
JOIN pg_namespace pn ON pn.oid = p.relnamespace
WHERE c.relkind IN ('r', 'p') AND c.relispartition AND {scope}
ORDER BY n.nspname, c.relname
