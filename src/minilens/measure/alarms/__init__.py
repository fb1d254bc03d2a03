"""Alarms: what a number usually is, when it is something else for long enough, and when nothing comes any more."""
