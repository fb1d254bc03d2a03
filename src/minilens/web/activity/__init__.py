"""Retention, stickiness and lifecycle: the builders of questions about them."""

from __future__ import annotations

from minilens.web.activity import page

ROUTES = page.ROUTES
