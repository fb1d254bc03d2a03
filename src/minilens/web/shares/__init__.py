"""The page of what shared cards led to."""
