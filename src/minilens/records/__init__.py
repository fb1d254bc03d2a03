"""What people edit, in SQLite or PostgreSQL: the only door to it."""
