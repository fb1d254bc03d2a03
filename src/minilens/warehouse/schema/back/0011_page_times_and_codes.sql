-- The columns as they were; each statement may be run again after a kill in the middle. What days said before they say again.
DELETE FROM days WHERE dimension IN ('launch_duration', 'launch_depth');

ALTER TABLE days
    DROP COLUMN IF EXISTS page_duration, DROP COLUMN IF EXISTS timed_visits, DROP COLUMN IF EXISTS timed_apart,
    DROP COLUMN IF EXISTS page_timed_count;

ALTER TABLE sessions DROP COLUMN IF EXISTS code;

ALTER TABLE day_page_views DROP COLUMN IF EXISTS duration, DROP COLUMN IF EXISTS timed;
