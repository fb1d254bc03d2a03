"""The site: pages and cards for people, the report API for programs."""
