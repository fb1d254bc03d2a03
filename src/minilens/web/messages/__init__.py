"""What is sent of an app, to whom and when, and what was sent: by pages and by API."""
