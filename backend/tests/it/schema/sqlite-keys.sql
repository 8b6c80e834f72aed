SELECT t.name AS name, (SELECT group_concat(name, ', ') FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY name)) AS definition
FROM sqlite_master t, pragma_index_list(t.name) i
WHERE t.type = 'table' AND t.name NOT LIKE '\_\_diesel%' ESCAPE '\' AND i.origin IN ('pk', 'u')
UNION ALL
SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c
WHERE t.type = 'table' AND upper(c.type) = 'INTEGER' AND c.pk = 1
