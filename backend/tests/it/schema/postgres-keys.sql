SELECT t.relname::text AS name,
       (SELECT string_agg(a.attname::text, ', ' ORDER BY a.attname::text) FROM pg_attribute a
        WHERE a.attrelid = t.oid AND a.attnum = ANY (c.conkey)) AS definition
FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
WHERE c.contype IN ('p', 'u') AND t.relnamespace = 'public'::regnamespace AND t.relname NOT LIKE '\_\_diesel%'
