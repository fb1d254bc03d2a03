-- The columns are there again, and empty until a day is made again; nothing reads them.
ALTER TABLE day_page_views
    ADD COLUMN IF NOT EXISTS utm_source LowCardinality(String) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS utm_medium LowCardinality(String) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS utm_campaign LowCardinality(String) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS utm_term LowCardinality(String) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS utm_content LowCardinality(String) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS country LowCardinality(String) CODEC(ZSTD(1));
