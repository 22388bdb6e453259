WITH columns AS (
  SELECT a.attrelid, string_agg(
      format(E'\n    %I %s', a.attname, format_type(a.atttypid, a.atttypmod))
        || CASE WHEN a.attcollation <> 0 AND a.attcollation <> t.typcollation
             THEN format(' COLLATE %I.%I', cn.nspname, co.collname) ELSE '' END
        || CASE
             WHEN a.attgenerated <> '' THEN
               format(' GENERATED ALWAYS AS (%s) %s', pg_get_expr(d.adbin, d.adrelid),
                      CASE a.attgenerated WHEN 's' THEN 'STORED' ELSE 'VIRTUAL' END)
             WHEN a.attidentity <> '' AND i.identity IS NOT NULL THEN
               format(' GENERATED %s AS IDENTITY (%s)',
                      CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END, i.identity)
             WHEN d.adbin IS NULL THEN ''
             ELSE format(' DEFAULT %s', pg_get_expr(d.adbin, d.adrelid))
           END
        || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END,
      ',' ORDER BY a.attnum) AS texts
  FROM pg_attribute a
  JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  LEFT JOIN pg_collation co ON co.oid = a.attcollation
  LEFT JOIN pg_namespace cn ON cn.oid = co.collnamespace
  LEFT JOIN (
    SELECT p.refobjid, p.refobjsubid,
      format('SEQUENCE NAME %I.%I START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s CACHE %s', sn.nspname,
             sc.relname, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache)
        || CASE WHEN s.seqcycle THEN ' CYCLE' ELSE '' END AS identity
    FROM pg_depend p
    JOIN pg_class sc ON sc.oid = p.objid AND sc.relkind = 'S'
    JOIN pg_namespace sn ON sn.oid = sc.relnamespace
    JOIN pg_sequence s ON s.seqrelid = sc.oid
    WHERE p.classid = 'pg_class'::regclass AND p.refclassid = 'pg_class'::regclass AND p.deptype = 'i'
  ) i ON i.refobjid = a.attrelid AND i.refobjsubid = a.attnum
  WHERE a.attnum > 0 AND NOT a.attisdropped AND {scope}
  GROUP BY a.attrelid
), checks AS (
  SELECT k.conrelid, string_agg(format(E'\n    CONSTRAINT %I %s', k.conname, pg_get_constraintdef(k.oid)), ','
                                ORDER BY k.conname) AS texts
  FROM pg_constraint k
  WHERE k.contype = 'c' AND k.convalidated
  GROUP BY k.conrelid
)
SELECT format('CREATE %sTABLE %I.%I (%s', CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED ' ELSE '' END, n.nspname,
         c.relname, concat_ws(',', columns.texts, checks.texts))
    || E'\n)' || CASE c.relkind WHEN 'p' THEN ' PARTITION BY ' || pg_get_partkeydef(c.oid) ELSE '' END AS statement
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN columns ON columns.attrelid = c.oid
LEFT JOIN checks ON checks.conrelid = c.oid
WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND {scope}
  AND NOT EXISTS (SELECT FROM pg_depend x WHERE x.classid = 'pg_class'::regclass AND x.objid = c.oid AND x.deptype = 'e')
ORDER BY n.nspname, c.relname
