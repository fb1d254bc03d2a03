ALTER TABLE events
    DROP COLUMN IF EXISTS placement,
    DROP COLUMN IF EXISTS material;

ALTER TABLE sessions
    DROP COLUMN IF EXISTS placement,
    DROP COLUMN IF EXISTS material;

ALTER TABLE day_page_views
    DROP COLUMN IF EXISTS placement,
    DROP COLUMN IF EXISTS material;

ALTER TABLE day_visitors
    DROP COLUMN IF EXISTS placement,
    DROP COLUMN IF EXISTS material;

ALTER TABLE actions
    DROP COLUMN IF EXISTS placement,
    DROP COLUMN IF EXISTS material;

ALTER TABLE first_touches
    DROP COLUMN IF EXISTS placement,
    DROP COLUMN IF EXISTS material;
