"""Actors and persons: who did it, and who is the same."""
