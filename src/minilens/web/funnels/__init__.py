"""Funnels: the builder of a question about them."""

from __future__ import annotations

from minilens.web.funnels import page, why

ROUTES = (*page.ROUTES, *why.ROUTES)
