"""Costs of advertising: handed in as files or by programs, looked at before they change anything, listed."""
