-- How numbers of what builds write lie on the disk. A build is the same for thousands of rows on end, of which ZSTD makes
-- seven times as much as LZ4; small numbers and times are packed into as many bits as they need (T64), which is smaller
-- and read two to four times as fast; persons stand in order. Parts that are there follow as they are merged.
ALTER TABLE sessions
    MODIFY COLUMN build CODEC(T64, LZ4),
    MODIFY COLUMN person CODEC(Delta(4), T64, LZ4),
    MODIFY COLUMN start CODEC(T64, LZ4),
    MODIFY COLUMN scene CODEC(T64, ZSTD(1)),
    MODIFY COLUMN visits CODEC(T64, ZSTD(1)),
    MODIFY COLUMN depth CODEC(T64, ZSTD(1)),
    MODIFY COLUMN duration CODEC(T64, ZSTD(1));

ALTER TABLE day_page_views
    MODIFY COLUMN build CODEC(T64, LZ4),
    MODIFY COLUMN person CODEC(Delta(4), T64, LZ4),
    MODIFY COLUMN scene CODEC(T64, ZSTD(1)),
    MODIFY COLUMN views CODEC(T64, ZSTD(1)),
    MODIFY COLUMN sent CODEC(T64, ZSTD(1)),
    MODIFY COLUMN duration CODEC(T64, ZSTD(1)),
    MODIFY COLUMN timed CODEC(T64, ZSTD(1));

ALTER TABLE day_visitors
    MODIFY COLUMN build CODEC(T64, LZ4),
    MODIFY COLUMN person CODEC(Delta(4), T64, LZ4),
    MODIFY COLUMN scene CODEC(T64, ZSTD(1)),
    MODIFY COLUMN views CODEC(T64, ZSTD(1)),
    MODIFY COLUMN sent CODEC(T64, ZSTD(1));

ALTER TABLE actions
    MODIFY COLUMN build CODEC(T64, LZ4),
    MODIFY COLUMN ts CODEC(T64, ZSTD(1));

ALTER TABLE days
    MODIFY COLUMN build CODEC(T64, LZ4),
    MODIFY COLUMN launches CODEC(T64, ZSTD(1)),
    MODIFY COLUMN visits CODEC(T64, ZSTD(1)),
    MODIFY COLUMN shares CODEC(T64, ZSTD(1)),
    MODIFY COLUMN bounces CODEC(T64, ZSTD(1)),
    MODIFY COLUMN entries CODEC(T64, ZSTD(1)),
    MODIFY COLUMN exits CODEC(T64, ZSTD(1)),
    MODIFY COLUMN depth CODEC(T64, ZSTD(1)),
    MODIFY COLUMN duration CODEC(T64, ZSTD(1)),
    MODIFY COLUMN timed_launches CODEC(T64, ZSTD(1)),
    MODIFY COLUMN new_count CODEC(T64, ZSTD(1)),
    MODIFY COLUMN visitors_count CODEC(T64, ZSTD(1)),
    MODIFY COLUMN sharers_count CODEC(T64, ZSTD(1)),
    MODIFY COLUMN timed_visitors_count CODEC(T64, ZSTD(1)),
    MODIFY COLUMN page_duration CODEC(T64, ZSTD(1)),
    MODIFY COLUMN timed_visits CODEC(T64, ZSTD(1)),
    MODIFY COLUMN page_timed_count CODEC(T64, ZSTD(1)),
    MODIFY COLUMN sent CODEC(T64, ZSTD(1)),
    MODIFY COLUMN late CODEC(T64, ZSTD(1)),
    MODIFY COLUMN day_late CODEC(T64, ZSTD(1));

ALTER TABLE day_values
    MODIFY COLUMN build CODEC(T64, LZ4),
    MODIFY COLUMN launches CODEC(T64, ZSTD(1)),
    MODIFY COLUMN visits CODEC(T64, ZSTD(1)),
    MODIFY COLUMN continued CODEC(T64, ZSTD(1));

ALTER TABLE page_steps
    MODIFY COLUMN build CODEC(T64, LZ4),
    MODIFY COLUMN visits CODEC(T64, ZSTD(1));

ALTER TABLE profile_values
    MODIFY COLUMN build CODEC(T64, LZ4);

ALTER TABLE persons
    MODIFY COLUMN person CODEC(Delta(4), LZ4),
    MODIFY COLUMN version CODEC(T64, LZ4);

ALTER TABLE first_touches
    MODIFY COLUMN person CODEC(Delta(4), LZ4),
    MODIFY COLUMN version CODEC(T64, LZ4);
