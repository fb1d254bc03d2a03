"""Custom, Paths: what people do next, opened column by column."""

from __future__ import annotations

from minilens.web.paths import page

ROUTES = page.ROUTES
