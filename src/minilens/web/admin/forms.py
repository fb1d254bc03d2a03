"""What the pages of settings share: their list, and how a form is answered and says what is wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from litestar import Response
from litestar.response import Redirect

from minilens.errors import NotFound, Refused
from minilens.records import rights
from minilens.records.rights import SEES
from minilens.render.as_review import parts_called
from minilens.render.i18n import translate
from minilens.text import Language
from minilens.web.console import App
from minilens.web.reader import ReaderContext

T = TypeVar("T")
Answer = Response[str] | Redirect
#: The longest sentence of a form: some repeat what was typed.
LONGEST = 240


@dataclass(frozen=True)
class Part:
    """A page of the settings, or of another tab, and the right without which it is not there.

    `within`: the name of the one in the strip of the tab that leads to it, where it is not there itself.
    """

    name: str
    zh: str
    en: str
    right: str
    tab: str = "settings"
    path: str = ""
    within: str = ""

    def at(self, app: App, done: str = "") -> str:
        """Its address, saying what was just done: below its tab, unless it has a path of its own."""
        path = self.path or f"{self.tab}{f'/{self.name}' if self.name else ''}"
        page = f"/a/{app.name}/{path}"
        return f"{page}?done={done}" if done else page

    def title(self, language: Language) -> str:
        """Its name."""
        return self.zh if language == "zh" else self.en


APP = Part("", "小程序", "App", SEES)
TRACKER = Part("tracker", "数据接入", "Tracker", "keys:write")
MEMBERS = Part("members", "成员", "Members", "members:write")
IDENTITIES = Part("identities", "标识", "Identities", "identities:write")
TOKENS = Part("tokens", "API 令牌", "API tokens", "keys:write")
FEEDS = Part("feeds", "取数地址", "Addresses for tools", "export")
PAYMENTS = Part("payments", "支付通知", "Payments", "keys:write")
AUDIT = Part("audit", "操作记录", "Audit", "audit:read")
DASHBOARD = Part("", "看板", "Dashboard", SEES, "dashboard")
KPIS = Part("kpis", "KPI", "KPIs", SEES, "dashboard")
WEEKLY = Part("", "每周", "Weekly", SEES, "reviews")
MONTHLY = Part("monthly", "每月", "Monthly", SEES, "reviews")
CHECKLIST = Part("checklist", "起步清单", "Checklist", SEES, "reviews")
ALARMS = Part("", "告警", "Alarms", SEES, "alarms")
ALARM_RULES = Part("rules", "规则", "Rules", SEES, "alarms")
ASK = Part("ask", "事件分析", "Event analysis", SEES, "events")
FUNNELS = Part("funnels", "漏斗分析", "Funnels", SEES, "events", "funnels")
PATHS = Part("paths", "路径分析", "Paths", SEES, "events", "paths")
RETENTION = Part("retention", "留存分析", "Retention", SEES, "events", "retention")
STICKINESS = Part("stickiness", "粘性分析", "Stickiness", SEES, "events", "stickiness", "retention")
LIFECYCLE = Part("lifecycle", "生命周期", "Lifecycle", SEES, "events", "lifecycle", "retention")
LTV = Part("ltv", "用户价值", "LTV", SEES, "events", "ltv")
QUESTIONS = Part("questions", "已保存的查询", "Saved", SEES, "events")
EVENTS = Part("manage", "事件管理", "Event management", SEES, "events")
FIELDS = Part("fields", "字段", "Fields", SEES, "events")
VIRTUAL = Part("virtual", "虚拟事件", "Virtual events", SEES, "events")
PAGE_TYPES = Part("page-types", "页面类型", "Page types", SEES, "events")
KEY_EVENTS = Part("key", "关键事件", "Key events", SEES, "events")
QUARANTINE = Part("quarantine", "隔离区", "Quarantine", "definitions:write", "events")
USERS = Part("", "查找用户", "Find a user", "persons:read", "persons")
COHORTS = Part("cohorts", "人群", "Cohorts", "persons:read", "persons")
CAMPAIGNS = Part("", "效果", "Results", SEES, "campaigns")
SHARES = Part("shares", "分享传播", "Shares", SEES, "campaigns", "shares")
LINKS = Part("links", "推广链接", "Campaign links", SEES, "campaigns", "links")
ADS = Part("", "效果", "Results", SEES, "ads")
COSTS = Part("costs", "投放成本", "Advertising costs", SEES, "ads", "costs")
CONTENT_RESULTS = Part("", "效果", "Results", SEES, "content")
CONTENT = Part("content-files", "公众号数据", "Figures", SEES, "content", "content-files")
ATTRIBUTION = Part("attribution", "归因分析", "Attribution", SEES, "campaigns", "attribution")
QUALITY = Part("", "收发", "Events", SEES, "quality")
RECONCILIATION = Part("payments", "支付核对", "Payments", SEES, "quality", "payments")
CHANNELS = Part("channels", "渠道", "Channels", "keys:write", "messages")
MESSAGES = Part("", "定时推送", "Schedules", SEES, "messages")
SENDS = Part("sends", "推送记录", "Sent", SEES, "messages")
CODES = Part("codes", "编码检查", "Check codes", SEES, "campaigns", "links/codes")
PARTS = (
    DASHBOARD, KPIS, WEEKLY, MONTHLY, CHECKLIST, MESSAGES, SENDS, CHANNELS, ALARMS, ALARM_RULES,
    APP, TRACKER, IDENTITIES, MEMBERS, TOKENS, FEEDS, PAYMENTS, AUDIT, ASK, FUNNELS, PATHS, RETENTION, LTV, QUESTIONS,
    EVENTS, VIRTUAL, FIELDS, KEY_EVENTS, PAGE_TYPES, QUARANTINE, USERS, COHORTS, CAMPAIGNS, SHARES, LINKS,
    ATTRIBUTION, CODES, ADS, COSTS, CONTENT_RESULTS, CONTENT, QUALITY, RECONCILIATION,
)  # fmt: skip


@dataclass(frozen=True)
class Wrong:
    """What a form was refused for: which form, which of its fields, and why."""

    form: str
    field: str
    sentence: str
    status: int

    def of(self, form: str) -> tuple[str, str] | None:
        """Field and sentence, where it is this form."""
        return (self.field, self.sentence) if self.form == form else None


#: A page with what was typed, still to be told what is wrong.
Again = Callable[[Wrong], Awaitable[Response[str]]]


def wrong(form: str, error: Refused, language: Language) -> Wrong:
    """The refusal, which calls the field as the form does."""
    named = worded(error, names(language).get(error.field, error.field))
    return Wrong(form, error.field, named.message(language)[:LONGEST], error.status)


def worded(error: Refused, name: str) -> Refused:
    """The same about a field of a form, by the name on its label."""
    code = "no_value" if error.code == "missing" else ""
    return error.at(error.field, code=code, named=name)


def names(language: Language) -> dict[str, str]:
    """Field → what its label says."""
    _ = translate(language)
    return {
        "app": _("Short name"),
        "zh": _("Chinese name"),
        "en": _("English name"),
        "appid": "AppID",
        "secret": "AppSecret",
        "sensitive": _("Sensitive properties"),
        "timezone": _("Time zone"),
        "undeclared": _("Undeclared events"),
        "undeclared_server": _("From your servers"),
        "undeclared_import": _("From imports"),
        "days": _("Days"),
        "email": _("E-mail address"),
        "role": _("Role"),
        "name": _("Name"),
        "scope": _("Scopes"),
        "day": _("Date"),
        "at": _("Address"),
        "value": _("Value"),
        "most": _("Values per user"),
        "crowd": _("Shared from"),
        "over": _("When there are more"),
        "type": _("Type"),
        "one": _("User number"),
        "other": _("User number"),
        "why": _("Reason"),
        "campaign": _("Campaign"),
        "placement": _("Placement"),
        "material": _("Material"),
        "page": _("Landing page"),
        "query": _("Parameters"),
        "tags": _("Tags"),
        "expires": _("Last day"),
        "owner": _("Owner"),
        "web": _("Web address"),
        "note": _("Note"),
    } | _of_cohorts_and_kpis(language)


def _of_payments(language: Language) -> dict[str, str]:
    """Those of the forms of payments."""
    _ = translate(language)
    return {
        "address": _("Webhook address"),
        "members": _("Members"),
        "language": _("Language of messages"),
        "merchant": _("Merchant number"),
        "key": _("Public key or certificate"),
        "number": _("Public key ID"),
        "api_v3_key": _("APIv3 key"),
        "signing_secret": _("Signing secret"),
        "app_id": _("App ID"),
        "app_secret": _("App Secret"),
        "unit": _("Unit of amounts"),
        "identity": _("Type of user"),
    }


def _of_alarms(language: Language) -> dict[str, str]:
    """Those of the forms of alarm rules."""
    _ = translate(language)
    return {
        "kind": _("Alarm when"),
        "side": _("Direction"),
        "share": _("Change of at least"),
        "cap": _("Frequency at most"),
        "quiet_from": _("Quiet from"),
        "quiet_to": _("Quiet to"),
    }


def _of_cohorts_and_kpis(language: Language) -> dict[str, str]:
    """Those of the forms of cohorts and KPIs."""
    _ = translate(language)
    return (
        {
            "d_zh": _("Cohort name"),
            "p_zh": _("Cohort name"),
            "s_zh": _("Cohort name"),
            "named": _("Cohort name"),
            "in": _("In"),
            "identities": _("Identities"),
            "event": _("Event"),
            "property": _("Property"),
            "what": _("Number"),
            "by": _("Divided by"),
            "target": _("Target value"),
            "figure": _("Measured by"),
        }
        | _of_messages(language)
        | _of_alarms(language)
        | parts_called(language)
    )


def _of_messages(language: Language) -> dict[str, str]:
    """Those of the form of a message."""
    _ = translate(language)
    return {
        "content": _("What is sent"),
        "channel": _("Send to"),
        "cadence": _("How often"),
        "weekday": _("On"),
        "month_day": _("On day"),
        "time": _("At"),
    } | _of_payments(language)


async def tried(form: str, reader: ReaderContext, do: Callable[[], T]) -> T | Wrong:
    """Do it in a thread; what is wrong, where it is refused. What is not there has no page to be shown again."""
    try:
        return await asyncio.to_thread(do)
    except NotFound:
        raise
    except Refused as error:
        return wrong(form, error, reader.language)


async def attempt(form: str, reader: ReaderContext, do: Callable[[], str], again: Again) -> Answer:
    """Do it and go on to the address that it gives; where it is refused, the page again with what is wrong."""
    onward = await tried(form, reader, do)
    if isinstance(onward, Wrong):
        return await again(onward)
    return Redirect(onward, status_code=303)


def role_titles(language: Language) -> dict[str, str]:
    """Role → its name."""
    return {role: pair[language != "zh"] for role, pair in rights.TITLES.items()}


def clock(moment: datetime, timezone: str) -> str:
    """2026-11-22 10:30 of the app's clock."""
    return f"{moment.astimezone(ZoneInfo(timezone)):%Y-%m-%d %H:%M}"


def whole(text: str, field: str, *, least: int, most: int) -> int:
    """A number that was typed; Refused outside of what it may be."""
    typed = text.strip()
    if not typed:
        raise Refused("missing", field)
    number = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else -1
    if not least <= number <= most:
        raise Refused("bad_number", field, got=typed[:20], least=least, most=most)
    return number
