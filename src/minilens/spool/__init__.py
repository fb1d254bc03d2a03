"""Between receiving and loading: records in synced segments on disk."""
