"""Cohorts: listed, made, looked at, removed; by pages and by API."""
