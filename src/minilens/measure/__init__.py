"""The semantic layer: a question becomes a table of numbers."""
