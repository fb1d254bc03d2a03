"""Events, in ClickHouse: the only door to it."""
