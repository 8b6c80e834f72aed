SELECT name, sql AS definition FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL
