"""Numbered steps of the records' schema."""
