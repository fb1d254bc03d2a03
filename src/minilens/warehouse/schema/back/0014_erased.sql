-- The orders stay in the records: whoever comes forward again has them carried out once more.
DROP TABLE IF EXISTS erased;
