WITH leaves AS (
  SELECT c.oid AS root, c.oid AS leaf FROM pg_class c WHERE c.relkind = 'r'
  UNION ALL
  SELECT c.oid, t.relid FROM pg_class c CROSS JOIN LATERAL pg_partition_tree(c.oid) t WHERE c.relkind = 'p' AND t.isleaf
)
SELECT n.nspname, c.relname,
  -- A table that was never analysed has no figure, and neither has the whole that it is a part of.
  CASE WHEN min(p.reltuples) < 0 THEN NULL ELSE round(sum(
    CASE WHEN p.relpages = 0 THEN p.reltuples
      ELSE p.reltuples / p.relpages * (pg_relation_size(p.oid) / current_setting('block_size')::bigint) END
  ))::bigint END,
  sum(pg_table_size(p.oid))::bigint, sum(pg_indexes_size(p.oid))::bigint
FROM leaves l
JOIN pg_class c ON c.oid = l.root
JOIN pg_class p ON p.oid = l.leaf
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
GROUP BY n.nspname, c.relname
