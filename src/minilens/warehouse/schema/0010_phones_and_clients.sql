-- What a visit was made with, as two texts of several lines: the phone (brand, model, system, its version, screen) and
-- the client (language, network, WeChat's version). What goes together costs hardly more than the model alone. The
-- columns of sessions and page views that are in them now are dropped; days are made again in the background.
ALTER TABLE sessions
    ADD COLUMN IF NOT EXISTS phone LowCardinality(String) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS client LowCardinality(String) CODEC(ZSTD(1)),
    DROP COLUMN IF EXISTS brand, DROP COLUMN IF EXISTS model, DROP COLUMN IF EXISTS os,
    DROP COLUMN IF EXISTS language, DROP COLUMN IF EXISTS network;

ALTER TABLE day_page_views
    ADD COLUMN IF NOT EXISTS phone LowCardinality(String) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS client LowCardinality(String) CODEC(ZSTD(1)),
    DROP COLUMN IF EXISTS model;

-- Until a day is made again, and of days whose events have expired for good, what they were made with is not known.
DELETE FROM days WHERE dimension = 'phone';

INSERT INTO days
(
    app, dimension, day, build, traffic, value, page, launches, visits, shares, bounces, entries, exits, depth, duration,
    timed_launches, visitors, new_users, sharers, timed_visitors, new_count, visitors_count, sharers_count,
    timed_visitors_count
)
SELECT app, 'phone', day, build, traffic, '', '', launches, visits, shares, bounces, entries,
    exits, depth, duration, timed_launches, visitors, new_users, sharers, timed_visitors, new_count, visitors_count,
    sharers_count, timed_visitors_count
FROM days WHERE dimension = ''
SETTINGS max_partitions_per_insert_block = 0;

-- Every day that has events is made again.
INSERT INTO dirty (app, day, mark, cause, at)
SELECT app, day, (SELECT greatest(
        (SELECT max(load) FROM events), (SELECT max(through) FROM builds), (SELECT max(build) FROM builds),
        (SELECT max(mark) FROM dirty), (SELECT max(version) FROM person_map), (SELECT max(version) FROM persons)) + 1),
    'columns', now64(3, 'UTC')
FROM (SELECT DISTINCT app, day FROM events)
SETTINGS max_partitions_per_insert_block = 0;
