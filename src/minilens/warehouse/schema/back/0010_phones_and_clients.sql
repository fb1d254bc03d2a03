-- The columns as they were; each statement may be run again after a kill in the middle. What they hold is made again.
DELETE FROM days WHERE dimension = 'phone';

ALTER TABLE day_page_views
    ADD COLUMN IF NOT EXISTS model LowCardinality(String) CODEC(ZSTD(1)),
    DROP COLUMN IF EXISTS phone, DROP COLUMN IF EXISTS client;

ALTER TABLE sessions
    ADD COLUMN IF NOT EXISTS brand LowCardinality(String) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS model LowCardinality(String) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS os LowCardinality(String) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS language LowCardinality(String) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS network LowCardinality(String) CODEC(ZSTD(1)),
    DROP COLUMN IF EXISTS phone, DROP COLUMN IF EXISTS client;

INSERT INTO dirty (app, day, mark, cause, at)
SELECT app, day, (SELECT greatest(
        (SELECT max(load) FROM events), (SELECT max(through) FROM builds), (SELECT max(build) FROM builds),
        (SELECT max(mark) FROM dirty), (SELECT max(version) FROM person_map), (SELECT max(version) FROM persons)) + 1),
    'columns', now64(3, 'UTC')
FROM (SELECT DISTINCT app, day FROM events)
SETTINGS max_partitions_per_insert_block = 0;
