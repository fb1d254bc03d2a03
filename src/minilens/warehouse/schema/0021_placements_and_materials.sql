-- What a campaign link says beyond its campaign. Empty where it was loaded before: nobody had made a link yet.
ALTER TABLE events
    ADD COLUMN IF NOT EXISTS placement LowCardinality(String) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS material LowCardinality(String) CODEC(ZSTD(1));

ALTER TABLE sessions
    ADD COLUMN IF NOT EXISTS placement LowCardinality(String) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS material LowCardinality(String) CODEC(ZSTD(1));

ALTER TABLE day_page_views
    ADD COLUMN IF NOT EXISTS placement LowCardinality(String) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS material LowCardinality(String) CODEC(ZSTD(1));

ALTER TABLE day_visitors
    ADD COLUMN IF NOT EXISTS placement LowCardinality(String) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS material LowCardinality(String) CODEC(ZSTD(1));

ALTER TABLE actions
    ADD COLUMN IF NOT EXISTS placement LowCardinality(String) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS material LowCardinality(String) CODEC(ZSTD(1));

ALTER TABLE first_touches
    ADD COLUMN IF NOT EXISTS placement LowCardinality(String) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS material LowCardinality(String) CODEC(ZSTD(1));
