-- As they lay before. Parts that are there follow as they are merged; each says itself how it is read.
ALTER TABLE sessions
    MODIFY COLUMN build CODEC(LZ4),
    MODIFY COLUMN person CODEC(LZ4),
    MODIFY COLUMN start CODEC(ZSTD(1)),
    MODIFY COLUMN scene CODEC(ZSTD(1)),
    MODIFY COLUMN visits CODEC(ZSTD(1)),
    MODIFY COLUMN depth CODEC(ZSTD(1)),
    MODIFY COLUMN duration CODEC(ZSTD(1));

ALTER TABLE day_page_views
    MODIFY COLUMN build CODEC(LZ4),
    MODIFY COLUMN person CODEC(Delta(4), ZSTD(1)),
    MODIFY COLUMN scene CODEC(ZSTD(1)),
    MODIFY COLUMN views CODEC(ZSTD(1)),
    MODIFY COLUMN sent CODEC(ZSTD(1)),
    MODIFY COLUMN duration CODEC(ZSTD(1)),
    MODIFY COLUMN timed CODEC(ZSTD(1));

ALTER TABLE day_visitors
    MODIFY COLUMN build CODEC(ZSTD(1)),
    MODIFY COLUMN person CODEC(Delta(4), ZSTD(1)),
    MODIFY COLUMN scene CODEC(ZSTD(1)),
    MODIFY COLUMN views CODEC(ZSTD(1)),
    MODIFY COLUMN sent CODEC(ZSTD(1));

ALTER TABLE actions
    MODIFY COLUMN build CODEC(ZSTD(1)),
    MODIFY COLUMN ts CODEC(Delta(8), ZSTD(1));

ALTER TABLE days
    MODIFY COLUMN build CODEC(LZ4),
    MODIFY COLUMN launches CODEC(ZSTD(1)),
    MODIFY COLUMN visits CODEC(ZSTD(1)),
    MODIFY COLUMN shares CODEC(ZSTD(1)),
    MODIFY COLUMN bounces CODEC(ZSTD(1)),
    MODIFY COLUMN entries CODEC(ZSTD(1)),
    MODIFY COLUMN exits CODEC(ZSTD(1)),
    MODIFY COLUMN depth CODEC(ZSTD(1)),
    MODIFY COLUMN duration CODEC(ZSTD(1)),
    MODIFY COLUMN timed_launches CODEC(ZSTD(1)),
    MODIFY COLUMN new_count CODEC(ZSTD(1)),
    MODIFY COLUMN visitors_count CODEC(ZSTD(1)),
    MODIFY COLUMN sharers_count CODEC(ZSTD(1)),
    MODIFY COLUMN timed_visitors_count CODEC(ZSTD(1)),
    MODIFY COLUMN page_duration CODEC(ZSTD(1)),
    MODIFY COLUMN timed_visits CODEC(ZSTD(1)),
    MODIFY COLUMN page_timed_count CODEC(ZSTD(1)),
    MODIFY COLUMN sent CODEC(ZSTD(1)),
    MODIFY COLUMN late CODEC(ZSTD(1)),
    MODIFY COLUMN day_late CODEC(ZSTD(1));

ALTER TABLE day_values
    MODIFY COLUMN build CODEC(ZSTD(1)),
    MODIFY COLUMN launches CODEC(ZSTD(1)),
    MODIFY COLUMN visits CODEC(ZSTD(1)),
    MODIFY COLUMN continued CODEC(ZSTD(1));

ALTER TABLE page_steps
    MODIFY COLUMN build CODEC(ZSTD(1)),
    MODIFY COLUMN visits CODEC(ZSTD(1));

ALTER TABLE profile_values
    MODIFY COLUMN build CODEC(ZSTD(1));

ALTER TABLE persons
    MODIFY COLUMN person CODEC(LZ4),
    MODIFY COLUMN version CODEC(ZSTD(1));

ALTER TABLE first_touches
    MODIFY COLUMN person CODEC(LZ4),
    MODIFY COLUMN version CODEC(ZSTD(1));
