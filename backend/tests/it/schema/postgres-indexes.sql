SELECT indexname::text AS name, indexdef AS definition FROM pg_indexes
WHERE schemaname = 'public' AND tablename NOT LIKE '\_\_diesel%'
  AND indexname NOT IN (SELECT conname FROM pg_constraint WHERE contype IN ('p', 'u'))
