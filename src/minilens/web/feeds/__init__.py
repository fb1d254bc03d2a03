"""Addresses for tools that poll: a report as CSV, or the calendar of annotations, at an address with its own token."""
