"""Addresses that only forms are sent to: whoever asks for one is led to the page that the form stands on.

They stay in the bar of a browser after a form was refused, and are loaded again or handed on from there.
"""

from __future__ import annotations

import re

from litestar import Request, get
from litestar.datastructures import State
from litestar.params import FromPath
from litestar.response import Redirect

from minilens.web.auth.guard import MEMBER, NOTHING

_SETTINGS = "/a/{app:str}/settings"
_EVENT = "/a/{app:str}/events/manage/{number:int}"
#: Where a form is sent to → the page that it stands on.
PAGES = {
    f"{_SETTINGS}/events": "/a/{app}/settings",
    f"{_SETTINGS}/sensitive": "/a/{app}/settings",
    f"{_SETTINGS}/wechat": "/a/{app}/settings",
    f"{_SETTINGS}/rates": "/a/{app}/settings",
    **dict.fromkeys(
        (f"{_SETTINGS}/payments/{one}" for one in ("wechat", "hmac", "remove")),
        "/a/{app}/settings/payments",
    ),
    f"{_SETTINGS}/wechat/remove": "/a/{app}/settings",
    "/a/{app:str}/events/questions/{question:int}/remove": "/a/{app}/events/questions",
    "/a/{app:str}/events/virtual/edit": "/a/{app}/events/virtual",
    "/a/{app:str}/events/virtual/of/{name:str}/retire": "/a/{app}/events/virtual",
    "/a/{app:str}/events/key/drafts": "/a/{app}/events/key",
    "/a/{app:str}/events/quarantine/release": "/a/{app}/events/quarantine",
    "/a/{app:str}/events/quarantine/anyway": "/a/{app}/events/quarantine",
    "/a/{app:str}/events/quarantine/drop": "/a/{app}/events/quarantine",
    "/a/{app:str}/events/quarantine/define": "/a/{app}/events/quarantine",
    f"{_SETTINGS}/pages": "/a/{app}/settings",
    f"{_SETTINGS}/archive": "/a/{app}/settings",
    f"{_SETTINGS}/tracker/rotate": "/a/{app}/settings/tracker",
    f"{_SETTINGS}/tracker/{{key:int}}/retire": "/a/{app}/settings/tracker",
    f"{_SETTINGS}/identities/merge": "/a/{app}/settings/identities",
    f"{_SETTINGS}/identities/order": "/a/{app}/settings/identities",
    f"{_SETTINGS}/identities/block": "/a/{app}/settings/identities",
    f"{_SETTINGS}/identities/unblock": "/a/{app}/settings/identities",
    f"{_SETTINGS}/identities/undo": "/a/{app}/settings/identities",
    f"{_SETTINGS}/members/{{account:int}}/role": "/a/{app}/settings/members",
    f"{_SETTINGS}/members/{{account:int}}/remove": "/a/{app}/settings/members",
    f"{_SETTINGS}/members/invite": "/a/{app}/settings/members",
    f"{_SETTINGS}/invitations/{{invitation:int}}/withdraw": "/a/{app}/settings/members",
    f"{_SETTINGS}/tokens/{{token:int}}/revoke": "/a/{app}/settings/tokens",
    f"{_SETTINGS}/feeds/{{feed:int}}/revoke": "/a/{app}/settings/feeds",
    "/a/{app:str}/alarms/{alarm:int}/acknowledge": "/a/{app}/alarms/{alarm}",
    **dict.fromkeys(
        (
            f"/a/{{app:str}}/alarms/rules/{one}"
            for one in ("{rule:int}", "{rule:int}/{do:str}", "settings", "usual")
        ),
        "/a/{app}/alarms/rules",
    ),
    "/a/{app:str}/persons/{person:str}/export": "/a/{app}/persons/{person}",
    "/a/{app:str}/persons/{person:str}/erase": "/a/{app}/persons/{person}",
    "/a/{app:str}/persons/{person:str}/handed-on": "/a/{app}/persons/{person}",
    "/a/{app:str}/persons/{person:str}/merge": "/a/{app}/persons/{person}",
    "/a/{app:str}/persons/{person:str}/undo": "/a/{app}/persons/{person}",
    "/a/{app:str}/persons/cohorts/{cohort:int}/change": "/a/{app}/persons/cohorts",
    "/a/{app:str}/persons/cohorts/{cohort:int}/refresh": "/a/{app}/persons/cohorts",
    "/a/{app:str}/persons/cohorts/{cohort:int}/remove": "/a/{app}/persons/cohorts",
    f"{_EVENT}/back": "/a/{app}/events/manage/{number}/versions",
    f"{_EVENT}/retire": "/a/{app}/events/manage/{number}/versions",
    f"{_EVENT}/restore": "/a/{app}/events/manage/{number}/versions",
    "/a/{app:str}/annotations": "/a/{app}/overview",
    "/a/{app:str}/annotations/{annotation:int}/remove": "/a/{app}/overview",
    "/a/{app:str}/views": "/a/{app}/overview",
    "/a/{app:str}/views/{view:int}": "/a/{app}/overview",
    "/a/{app:str}/dashboard/kpis/{kpi:int}": "/a/{app}/dashboard/kpis",
    "/a/{app:str}/dashboard/kpis/{kpi:int}/remove": "/a/{app}/dashboard/kpis",
    "/a/{app:str}/messages/channels/{channel:int}": "/a/{app}/messages/channels",
    "/a/{app:str}/messages/channels/{channel:int}/test": "/a/{app}/messages/channels",
    "/a/{app:str}/messages/channels/{channel:int}/remove": "/a/{app}/messages/channels",
    **dict.fromkeys(
        (
            "/a/{app:str}/messages/{subscription:int}" + rest
            for rest in ("", "/pause", "/resume", "/now", "/remove")
        ),
        "/a/{app}/messages",
    ),
    "/a/{app:str}/pins": "/a/{app}/home",
    "/a/{app:str}/pins/{pin:int}": "/a/{app}/home",
    "/apps/restore": "/apps",
    "/people/{account:int}/disable": "/people",
    "/people/{account:int}/enable": "/people",
    "/account/password": "/account",
    "/account/sessions/{session:int}/end": "/account",
    "/account/sign-out-everywhere": "/account",
    "/owner": "/sign-in",
    "/sign-out": "/",
}
#: The same by the path as a request names it, without the types.
_PAGES = {re.sub(r":\w+}", "}", path): page for path, page in PAGES.items()}


def _asked_by(start: str, *, of_apps: bool) -> list[str]:
    return [path for path in PAGES if path.startswith(start) is of_apps]


@get(
    _asked_by("/a/", of_apps=True),
    include_in_schema=False, status_code=303, needs=MEMBER, sync_to_thread=False,
)  # fmt: skip
def page_of_app(request: Request[None, None, State], app: FromPath[str]) -> Redirect:
    """Of an app that one may see."""
    return led(request)


@get(
    _asked_by("/a/", of_apps=False),
    include_in_schema=False, status_code=303, needs=NOTHING, sync_to_thread=False,
)  # fmt: skip
def page_of_form(request: Request[None, None, State]) -> Redirect:
    """Those of no app, the same for anybody."""
    return led(request)


def led(request: Request[None, None, State]) -> Redirect:
    """To the page, in the language that the address asks for."""
    page = _PAGES[request.scope["path_template"]].format(**request.path_params)
    language = request.query_params.get("lang")
    return Redirect(page, status_code=303, query_params={"lang": language} if language else None)


ROUTES = (page_of_app, page_of_form)
