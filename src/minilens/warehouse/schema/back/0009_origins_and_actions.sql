-- The tables of builds as they were; each statement may be run again after a kill in the middle.
DROP TABLE IF EXISTS actions SYNC;

DROP TABLE IF EXISTS profile_values SYNC;

DROP TABLE IF EXISTS first_touches SYNC;

ALTER TABLE sessions
    DROP COLUMN IF EXISTS utm_source, DROP COLUMN IF EXISTS utm_medium, DROP COLUMN IF EXISTS utm_campaign,
    DROP COLUMN IF EXISTS utm_term, DROP COLUMN IF EXISTS utm_content, DROP COLUMN IF EXISTS country,
    DROP COLUMN IF EXISTS city, DROP COLUMN IF EXISTS brand, DROP COLUMN IF EXISTS model, DROP COLUMN IF EXISTS os,
    DROP COLUMN IF EXISTS language, DROP COLUMN IF EXISTS network, DROP COLUMN IF EXISTS pages;

RENAME TABLE IF EXISTS day_page_views TO visits;

ALTER TABLE visits
    DROP COLUMN IF EXISTS utm_source, DROP COLUMN IF EXISTS utm_medium, DROP COLUMN IF EXISTS utm_campaign,
    DROP COLUMN IF EXISTS utm_term, DROP COLUMN IF EXISTS utm_content, DROP COLUMN IF EXISTS country,
    DROP COLUMN IF EXISTS city, DROP COLUMN IF EXISTS model;
