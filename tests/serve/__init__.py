"""Tests that run the real processes."""
