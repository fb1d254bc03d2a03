"""From the spool to the warehouse, exactly once, and from events to days."""
