"""What came by campaign links, and what it came to."""
