"""Alarms: what was found, acknowledged, and the rules behind it, by pages and by API."""
