"""Pages and API of the reports."""
