"""Payments of servers beside those that the tracker saw."""
