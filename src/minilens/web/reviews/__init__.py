"""Reviews of weeks and months, by pages and by API."""
