-- The tables and columns as they were: the map says who was who. Persons that moved at a time are those they moved to.
DROP TABLE IF EXISTS links;

DROP TABLE IF EXISTS keep_apart;

ALTER TABLE person_map DROP COLUMN IF EXISTS since;

ALTER TABLE person_moves DROP COLUMN IF EXISTS since;
