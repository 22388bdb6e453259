WITH RECURSIVE depths AS (
  SELECT t.oid, 0 AS depth
  FROM pg_type t
  JOIN pg_type b ON b.oid = t.typbasetype
  WHERE t.typtype = 'd' AND b.typtype <> 'd'
  UNION ALL
  SELECT t.oid, d.depth + 1
  FROM pg_type t
  JOIN depths d ON d.oid = t.typbasetype
  WHERE t.typtype = 'd'
)
SELECT format('CREATE DOMAIN %I.%I AS %s', n.nspname, t.typname, format_type(t.typbasetype, t.typtypmod))
    || CASE WHEN t.typcollation <> b.typcollation
         THEN format(' COLLATE %I.%I', cn.nspname, co.collname) ELSE '' END
    || coalesce(' DEFAULT ' || pg_get_expr(t.typdefaultbin, 'pg_type'::regclass), '')
    || CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END
    || coalesce((SELECT string_agg(format(' CONSTRAINT %I %s', c.conname, pg_get_constraintdef(c.oid)), ''
                                   ORDER BY c.conname)
                 FROM pg_constraint c WHERE c.contypid = t.oid AND c.contype = 'c'), '') AS statement
FROM pg_type t
JOIN depths d ON d.oid = t.oid
JOIN pg_type b ON b.oid = t.typbasetype
JOIN pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_collation co ON co.oid = t.typcollation
LEFT JOIN pg_namespace cn ON cn.oid = co.collnamespace
WHERE {scope}
  AND NOT EXISTS (SELECT FROM pg_depend x WHERE x.classid = 'pg_type'::regclass AND x.objid = t.oid AND x.deptype = 'e')
ORDER BY d.depth, n.nspname, t.typname
