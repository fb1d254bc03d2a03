"""Channels of messages: by pages and by API; and the page that ends the mail of one of them."""
