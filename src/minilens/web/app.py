"""The list of routes: read it to know the site."""

from __future__ import annotations

from litestar import Litestar, Request, Response, Router, get
from litestar.config.compression import CompressionConfig
from litestar.datastructures import MutableScopeHeaders, State
from litestar.di import NamedDependency, Provide
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler, Message, Scope

from minilens import __version__
from minilens.web import (
    activity,
    admin,
    attribution,
    errors,
    events,
    form_addresses,
    funnels,
    guide,
    ltv,
    paths,
    pictures,
    static,
)
from minilens.web.account import invitations, phone, profile, sign_in
from minilens.web.admin import apps, people, quarantine_api
from minilens.web.alarms import api as alarms_api
from minilens.web.alarms import pages as alarm_pages
from minilens.web.alarms import rules as alarm_rules
from minilens.web.alarms import smallest as alarm_smallest
from minilens.web.auth.csrf import MOST, check, is_form
from minilens.web.auth.guard import NOTHING, every_route_has_a_rule, guard
from minilens.web.auth.rate_limit import HashingQueue, RateLimit
from minilens.web.bodies import BodyRequest
from minilens.web.campaigns import api as links_api
from minilens.web.campaigns import opens as link_opens
from minilens.web.campaigns import pages as link_pages
from minilens.web.campaigns import web_links
from minilens.web.channels import api as channels_api
from minilens.web.channels import pages as channel_pages
from minilens.web.channels import unsubscribe
from minilens.web.cohorts import api as cohorts_api
from minilens.web.cohorts import pages as cohort_pages
from minilens.web.console import App, Console
from minilens.web.content import api as content_api
from minilens.web.content import pages as content_pages
from minilens.web.costs import api as costs_api
from minilens.web.costs import pages as cost_pages
from minilens.web.costs import rates_api
from minilens.web.feeds import address as feed_address
from minilens.web.feeds import api as feeds_api
from minilens.web.feeds.kept import Answers
from minilens.web.kpis import api as kpis_api
from minilens.web.kpis import dashboard
from minilens.web.kpis import pages as kpi_pages
from minilens.web.messages import api as messages_api
from minilens.web.messages import pages as message_pages
from minilens.web.messages import preview as message_preview
from minilens.web.messages import sends as send_pages
from minilens.web.messages import sends_api
from minilens.web.once import Once, answered, sent_before, told_to_script
from minilens.web.payments import page as payments
from minilens.web.persons import api as persons_api
from minilens.web.persons import erasing_api, merges_api, numbers_api, types_api
from minilens.web.persons import pages as person_pages
from minilens.web.question_schema import OfQuestions
from minilens.web.reader import ReaderContext, reader_context
from minilens.web.reports import annotations as day_annotations
from minilens.web.reports import (
    api,
    ask,
    event_stream,
    home,
    notices,
    pages,
    palette,
    persons_behind,
    questions,
    suggestions,
    views,
    why,
)
from minilens.web.reports.pollers import Streams
from minilens.web.reviews import api as reviews_api
from minilens.web.reviews import changes_api, checklist_page
from minilens.web.reviews import pages as review_pages
from minilens.web.shares import page as shares

__all__ = ["App", "Console", "create_app"]

#: Nothing but our own files; no script or style written into a page; in no one's frame.
POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
#: Static files lie packed; a stream would wait for a packet to fill.
NOT_PACKED = ["^/static/", "^/a/[^/]+/stream$"]
EVERY_ANSWER = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


@get("/healthz", include_in_schema=False, needs=NOTHING, sync_to_thread=False)
def healthz() -> dict[str, bool]:
    """The web process answers."""
    return {"ok": True}


#: Read it to know the site.
ROUTES: list[ControllerRouterHandler] = [
    pages.start,  # /
    pages.start_of_app,  # /a/APP
    pages.page,  # /a/APP/overview
    palette.palette,  # /a/APP/palette
    suggestions.values,  # /a/APP/values/province
    pages.card,  # /a/APP/overview/trend, .json, .csv, .xlsx
    event_stream.stream,  # /a/APP/stream
    notices.notices,  # /a/APP/notices
    sign_in.sign_in_page,  # /sign-in
    sign_in.sign_in_form,
    sign_in.sign_out,  # /sign-out
    invitations.first_owner,  # /owner
    invitations.invitation_page,  # /invitation
    invitations.accept_invitation,
    profile.account_page,  # /account
    profile.save_account,
    profile.change_password,  # /account/password
    profile.end_session,  # /account/sessions/7/end
    profile.sign_out_everywhere,  # /account/sign-out-everywhere
    *day_annotations.ROUTES,  # /a/APP/annotations, /api/v1/apps/APP/annotations
    *dashboard.ROUTES,  # /a/APP/dashboard, …/kpi/7, …/stages
    *channel_pages.ROUTES,  # /a/APP/messages/channels, …/7, …/7/test, …/7/remove
    *message_pages.ROUTES,  # /a/APP/messages, …/7, …/7/pause, …/7/resume, …/7/now, …/7/remove
    *message_preview.ROUTES,  # /a/APP/messages/preview
    *send_pages.ROUTES,  # /a/APP/messages/sends, …/7, …/7/pictures/0
    *kpi_pages.ROUTES,  # /a/APP/dashboard/kpis, …/7, …/7/remove
    *checklist_page.ROUTES,  # /a/APP/reviews/checklist
    *review_pages.ROUTES,  # /a/APP/reviews, …/week/2026-11-16, …/part/steps, …/sheet
    *alarm_pages.ROUTES,  # /a/APP/alarms, …/7, …/7/acknowledge
    *alarm_rules.ROUTES,  # /a/APP/alarms/rules, …/usual, …/settings, …/7, …/7/on, …/7/off, …/7/remove
    *alarm_smallest.ROUTES,  # /a/APP/alarms/smallest/7
    *home.ROUTES,  # /a/APP/home, /a/APP/pins, /a/APP/pins/7
    *person_pages.ROUTES,  # /a/APP/persons, /a/APP/persons/p12, …/export, …/erase, …/merge, …/undo, …/handed-on
    *link_pages.ROUTES,  # /a/APP/links, …/links/CODE, …/sheet, …/links.csv, …/links.zip
    *cost_pages.ROUTES,  # /a/APP/costs, …/costs.csv
    *content_pages.ROUTES,  # /a/APP/content-files, …/content-files.csv
    *cohort_pages.ROUTES,  # /a/APP/persons/cohorts, …/cohorts/7, /a/APP/persons/behind
    *persons_api.ROUTES,  # /api/v1/apps/APP/persons/p12, …/events, …/find
    *merges_api.ROUTES,  # /api/v1/apps/APP/identities/merges, …/conflicts, …/largest, …/broken
    *numbers_api.ROUTES,  # /api/v1/apps/APP/identities/handed-on
    *types_api.ROUTES,  # /api/v1/apps/APP/identities/types, …/order, …/blocked
    *erasing_api.ROUTES,  # /api/v1/apps/APP/persons/export, …/erase
    *quarantine_api.ROUTES,  # /api/v1/apps/APP/quarantine, …/release, …/drop
    *views.ROUTES,  # /a/APP/views, /a/APP/views/7
    apps.apps_page,  # /apps
    apps.brief,  # /a/APP/brief
    apps.create_app,
    apps.restore_app,  # /apps/restore
    *people.ROUTES,  # /people, /people/7/disable, /people/7/enable
    *admin.routes(),  # /a/APP/settings, …/tracker, …/members, …/tokens, …/audit; /audit
    *paths.ROUTES,  # /a/APP/paths
    *funnels.ROUTES,  # /a/APP/funnels
    *attribution.ROUTES,  # /a/APP/attribution, /api/v1/apps/APP/ask/touches
    *activity.ROUTES,  # /a/APP/retention, …/stickiness, …/lifecycle
    *ltv.ROUTES,  # /a/APP/ltv
    *events.ROUTES,  # /a/APP/events, …/manage/7, …/fields; /api/v1/apps/APP/events
    *shares.ROUTES,  # /a/APP/shares
    *payments.ROUTES,  # /a/APP/payments
    phone.phone_code,  # /a/APP/phone
    phone.code_page,
    phone.before_opening,  # /phone
    phone.open_on_phone,
    *ask.ROUTES,  # /api/v1/apps/APP/ask
    *persons_behind.ROUTES,  # /api/v1/apps/APP/ask/persons
    *why.ROUTES,  # /api/v1/apps/APP/ask/why
    *cohorts_api.ROUTES,  # /api/v1/apps/APP/cohorts, …/cohorts/7/refresh, …/remove, …/persons
    *channels_api.ROUTES,  # /api/v1/apps/APP/channels, …/channels/7, …/test, …/remove
    *unsubscribe.ROUTES,  # /unsubscribe/TOKEN
    *messages_api.ROUTES,  # /api/v1/apps/APP/subscriptions, …/7, …/7/pause, …
    *sends_api.ROUTES,  # /api/v1/apps/APP/sends, …/7
    *kpis_api.ROUTES,  # /api/v1/apps/APP/kpis, …/kpis/7, …/kpis/7/remove
    *alarms_api.ROUTES,  # /api/v1/apps/APP/alarms, …/7/acknowledge, …/alarm-rules, …/7, …/usual, …/settings
    *changes_api.ROUTES,  # /api/v1/apps/APP/changes
    *feeds_api.ROUTES,  # /api/v1/apps/APP/feeds, …/feeds/7/revoke
    *feed_address.ROUTES,  # /feeds/TOKEN.csv, /feeds/TOKEN.ics
    *reviews_api.ROUTES,  # /api/v1/apps/APP/reviews, …/week/2026-11-16, /api/v1/apps/APP/checklist
    *web_links.ROUTES,  # /l/CODE
    *pictures.ROUTES,  # /m/NAME.png
    *link_opens.ROUTES,  # /api/v1/apps/APP/links/opens
    *links_api.ROUTES,  # /v1/links, /v1/links/CODE
    *costs_api.ROUTES,  # /v1/costs
    *rates_api.ROUTES,  # /v1/rates
    *content_api.ROUTES,  # /v1/content
    *questions.ROUTES,  # /api/v1/apps/APP/questions, …/questions/7/remove, …/reports/question.7
    *api.routes(),  # /api/v1/apps/APP/reports/overview.trend
    *guide.ROUTES,  # /guide/install, /guide/search, /guide/images/NAME
    *form_addresses.ROUTES,  # /account/password and others that take forms only
    static.static_file,  # /static/MARK/console.css
    static.favicon,
    healthz,
]


def create_app(console: Console) -> Litestar:
    """The site over what it is given from below."""
    streams = Streams(console)
    app = Litestar(
        route_handlers=ROUTES,
        request_class=BodyRequest,
        dependencies={
            "console": Provide(lambda: console, sync_to_thread=False),
            "reader": Provide(reader_now, sync_to_thread=False),
            "held": Provide(held_app, sync_to_thread=True),
            "settings": Provide(admin.settings_page, sync_to_thread=False),
            "streams": Provide(lambda: streams, sync_to_thread=False),
        },
        exception_handlers=errors.HANDLERS,
        guards=[guard],
        before_request=before,
        before_send=[finished],
        request_max_body_size=MOST,
        logging_config=None,  # the process has said how it logs
        state=State(
            {
                "streams": streams,
                "console": console,
                "rate_limit": RateLimit(),
                "hashing": HashingQueue(),
                "once": Once(),
                "feeds": Answers(),
            }
        ),
        compression_config=CompressionConfig(backend="gzip", exclude=NOT_PACKED),
        openapi_config=openapi_config(),
        plugins=[OfQuestions()],
    )
    every_route_has_a_rule(app)
    return app


def openapi_config() -> OpenAPIConfig:
    """The description of the API, at /api/v1/openapi.json."""
    return OpenAPIConfig(
        title="Minilens report API",
        version=__version__,
        openapi_router=Router(
            "/api/v1",
            route_handlers=[errors.nothing_there],
            include_in_schema=False,
            opt={"needs": NOTHING},
            after_request=errors.no_page_of_the_framework,
        ),
        render_plugins=[JsonRenderPlugin()],
        components=Components(
            security_schemes={"token": SecurityScheme(type="http", scheme="bearer")}
        ),
    )


def reader_now(request: Request[None, None, State]) -> ReaderContext:
    """How the reader wants to read."""
    return reader_context(request)


def held_app(console: NamedDependency[Console], app: FromPath[str]) -> App:
    """The app of the address; a guard has let through who asks."""
    return console.app(app)


async def before(request: Request[object, object, State]) -> Response[None] | None:
    """Forms are ours, and act once."""
    await check(request)
    return await sent_before(request) if is_form(request) else None


async def finished(message: Message, scope: Scope) -> None:
    """What every answer carries, refusals as well."""
    answered(message, scope)
    told_to_script(message, scope)
    if message["type"] == "http.response.start":
        headers = MutableScopeHeaders.from_message(message)
        for name, value in EVERY_ANSWER.items():
            headers.setdefault(name, value)
