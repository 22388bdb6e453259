SELECT CASE WHEN {other}
    THEN format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s', n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid))
    ELSE translate(format('-- Left out: the foreign key %I of %I.%I refers to %I.%I', k.conname, n.nspname, c.relname,
                          pn.nspname, p.relname), E'\n\r', '  ')
  END AS statement
FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_class p ON p.oid = k.confrelid
JOIN pg_namespace pn ON pn.oid = p.relnamespace
-- A partition has its parent's foreign keys without being told.
WHERE k.contype = 'f' AND k.conparentid = 0 AND {scope} AND NOT EXISTS (SELECT FROM pg_depend x WHERE x.classid = 'pg_class'::regclass AND x.objid = c.oid AND x.deptype = 'e')
ORDER BY n.nspname, c.relname, k.conname
