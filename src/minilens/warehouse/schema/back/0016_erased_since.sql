-- The list as it was: what was an earlier person's goes as well.
ALTER TABLE erased DROP COLUMN IF EXISTS since;
