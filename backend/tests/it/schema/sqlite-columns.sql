SELECT t.name || '.' || c.name AS name,
       CASE upper(c.type) WHEN 'TEXT' THEN 'Text' WHEN 'BOOLEAN' THEN 'Bool' WHEN 'DOUBLE PRECISION' THEN 'Double'
         WHEN 'BIGINT' THEN 'BigInt'
         -- A rowid under its own name has 64 bits.
         WHEN 'INTEGER' THEN CASE WHEN c.pk = 1 THEN 'BigInt' ELSE 'Integer' END
         ELSE c.type END AS kind,
       c."notnull" = 0 AS nullable
FROM sqlite_master t, pragma_table_info(t.name) c
WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\_%' ESCAPE '\' AND t.name NOT LIKE '\_\_diesel%' ESCAPE '\'
