-- The columns as they were; each statement may be run again after a kill in the middle.
DROP TABLE IF EXISTS page_steps;

DELETE FROM days WHERE dimension IN ('first_scene', 'tracker', 'event', 'received');

ALTER TABLE days DROP COLUMN IF EXISTS sent, DROP COLUMN IF EXISTS late, DROP COLUMN IF EXISTS day_late;
