SELECT format('ALTER INDEX %I.%I ATTACH PARTITION %I.%I', n.nspname, p.relname, xn.nspname, x.relname) AS statement
FROM pg_inherits i
JOIN pg_class p ON p.oid = i.inhparent AND p.relkind = 'I'
JOIN pg_index pi ON pi.indexrelid = p.oid
JOIN pg_class c ON c.oid = pi.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_class x ON x.oid = i.inhrelid
JOIN pg_namespace xn ON xn.oid = x.relnamespace
JOIN pg_namespace pn ON pn.oid = xn.oid
WHERE pi.indisvalid AND {scope} AND {other}
ORDER BY n.nspname, p.relname, xn.nspname, x.relname
