"""What persons are worth: the builder of questions about it."""

from __future__ import annotations

from minilens.web.ltv import page

ROUTES = page.ROUTES
