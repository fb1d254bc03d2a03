-- Properties beyond the first 64 names are merged as they are written, row by row: the engine's default keeps an index of
-- every name, and takes 2 GiB of memory to merge 300,000 of them.
ALTER TABLE events MODIFY SETTING object_shared_data_serialization_version = 'map_with_buckets';
