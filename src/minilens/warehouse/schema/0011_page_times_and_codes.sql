-- How long pages were in front, in milliseconds, of how many visits that is known and of whom; the code that a session
-- was opened by. Columns that are added are empty until a day is made again, in the background; of days whose events
-- have expired it is not known.
ALTER TABLE day_page_views
    ADD COLUMN IF NOT EXISTS duration UInt64 CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS timed UInt32 CODEC(ZSTD(1));

ALTER TABLE sessions ADD COLUMN IF NOT EXISTS code LowCardinality(String) CODEC(ZSTD(1));

-- `timed_apart`: who is either among the visitors or among those of whom a time is known, and not both. They are nearly
-- the same people, so that the set is small. Where no visit has a time it says nothing. `launched_apart` is the same of
-- those of whom it is known how long a launch lasted; what is made from now on has it in place of `timed_visitors`.
ALTER TABLE days
    ADD COLUMN IF NOT EXISTS page_duration UInt64 CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS timed_visits UInt64 CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS timed_apart AggregateFunction(groupBitmap, UInt32) CODEC(NONE),
    ADD COLUMN IF NOT EXISTS page_timed_count UInt32 CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS launched_apart AggregateFunction(groupBitmap, UInt32) CODEC(NONE);

-- Until a day is made again, and of days whose events have expired, neither client nor city is known.
DELETE FROM days WHERE dimension IN ('client', 'city');

INSERT INTO days
(
    app, dimension, day, build, traffic, value, page, launches, visits, shares, bounces, entries, exits, depth, duration,
    timed_launches, visitors, new_users, sharers, timed_visitors, new_count, visitors_count, sharers_count,
    timed_visitors_count
)
SELECT app, arrayJoin(['client', 'city']), day, build, traffic, '', '', launches, visits, shares, bounces, entries,
    exits, depth, duration, timed_launches, visitors, new_users, sharers, timed_visitors, new_count, visitors_count,
    sharers_count, timed_visitors_count
FROM days WHERE dimension = ''
SETTINGS max_partitions_per_insert_block = 0;

-- Launches by how long they lasted and how deep they went, of every day that is made; the buckets are WeChat's.
DELETE FROM days WHERE dimension IN ('launch_duration', 'launch_depth');

INSERT INTO days (app, dimension, day, build, traffic, value, page, launches, visitors, visitors_count)
SELECT app, 'launch_duration', day, build, traffic, multiIf(duration IS NULL, '', duration < 3000, '1', duration < 6000, '2',
        duration < 11000, '3', duration < 21000, '4', duration < 31000, '5', duration < 51000, '6', duration < 101000, '7', '8') AS bucket,
    '', count(), groupBitmapState(person) AS came, toUInt32(finalizeAggregation(came))
FROM sessions
GROUP BY app, day, build, traffic, bucket
SETTINGS max_partitions_per_insert_block = 0;

INSERT INTO days (app, dimension, day, build, traffic, value, page, launches, visitors, visitors_count)
SELECT app, 'launch_depth', day, build, traffic, multiIf(depth < 6, toString(depth), depth < 11, '6', '7') AS bucket,
    '', count(), groupBitmapState(person) AS came, toUInt32(finalizeAggregation(came))
FROM sessions
GROUP BY app, day, build, traffic, bucket
SETTINGS max_partitions_per_insert_block = 0;

-- Every day that has events is made again.
INSERT INTO dirty (app, day, mark, cause, at)
SELECT app, day, (SELECT greatest(
        (SELECT max(load) FROM events), (SELECT max(through) FROM builds), (SELECT max(build) FROM builds),
        (SELECT max(mark) FROM dirty), (SELECT max(version) FROM person_map), (SELECT max(version) FROM persons)) + 1),
    'columns', now64(3, 'UTC')
FROM (SELECT DISTINCT app, day FROM events)
SETTINGS max_partitions_per_insert_block = 0;
