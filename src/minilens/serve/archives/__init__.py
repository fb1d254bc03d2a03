"""Archives of events, a folder a month: to compare years, and to import again."""
