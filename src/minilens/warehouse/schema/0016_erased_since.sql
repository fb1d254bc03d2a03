-- From when on an identity's events are left out: 1970 for all that was before. Of a phone number that was handed on,
-- only what the erased person did with it goes.
ALTER TABLE erased ADD COLUMN IF NOT EXISTS since DateTime64(3, 'UTC');
