SELECT format('CREATE SCHEMA %I', n.nspname) AS statement
FROM pg_namespace n
WHERE {scope} AND n.nspname <> 'public'
ORDER BY n.nspname
