"""KPIs and the dashboard that leads with them, by pages and by API."""
