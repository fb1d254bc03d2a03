-- Page views of days keep what can be asked about of them, as visitors do: nothing ever read these columns here. Sessions,
-- first touches and events have them.
ALTER TABLE day_page_views
    DROP COLUMN IF EXISTS utm_source,
    DROP COLUMN IF EXISTS utm_medium,
    DROP COLUMN IF EXISTS utm_campaign,
    DROP COLUMN IF EXISTS utm_term,
    DROP COLUMN IF EXISTS utm_content,
    DROP COLUMN IF EXISTS country;
