SELECT table_name || '.' || column_name AS name,
       CASE data_type WHEN 'text' THEN 'Text' WHEN 'boolean' THEN 'Bool' WHEN 'double precision' THEN 'Double'
         WHEN 'bigint' THEN 'BigInt' WHEN 'integer' THEN 'Integer' ELSE data_type::text END AS kind,
       is_nullable = 'YES' AS nullable
FROM information_schema.columns
WHERE table_schema = 'public' AND table_name NOT LIKE '\_\_diesel%'
