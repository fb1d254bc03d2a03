"""Attribution: the builder of questions about it, and the touches of one person by API."""

from __future__ import annotations

from minilens.web.attribution import api, page

ROUTES = (*page.ROUTES, *api.ROUTES)
