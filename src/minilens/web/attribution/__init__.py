"""Attribution: the builder of questions about it."""

from __future__ import annotations

from minilens.web.attribution import page

ROUTES = page.ROUTES
