"""Settings, App: titles, AppID, timezone, AppSecret, undeclared events, pages, currency, archive."""

from __future__ import annotations

import asyncio
from functools import partial

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from minilens.period import now
from minilens.records.apps import WAYS_IN
from minilens.records.rates import as_file, from_file
from minilens.web.account.sign_in import Form
from minilens.web.admin.forms import APP, Answer, Wrong, attempt
from minilens.web.admin.settings_page import AppSettings
from minilens.web.auth.guard import MEMBER


@get("/a/{app:str}/settings", include_in_schema=False, needs=MEMBER)
async def app_page(settings: NamedDependency[AppSettings]) -> Response[str]:
    """What the app is; forms for those who may change it."""
    return await shown(settings)


@post("/a/{app:str}/settings", include_in_schema=False, status_code=200, needs="apps:write")
async def save_app(settings: NamedDependency[AppSettings], data: Form) -> Answer:
    """Titles and AppID."""

    def save() -> str:
        zh, en, appid = (data.get(field, "") for field in ("zh", "en", "appid"))
        settings.records.apps.change(
            settings.app.id, zh=zh, en=en, appid=appid, now=now(), by=settings.me.id
        )
        return APP.at(settings.app, "saved")

    return await attempt("app", settings.reader, save, partial(shown, settings, typed=data))


@post(
    "/a/{app:str}/settings/events",
    include_in_schema=False, status_code=200, needs="definitions:write",
)  # fmt: skip
async def save_events(settings: NamedDependency[AppSettings], data: Form) -> Answer:
    """What becomes of undeclared events."""

    def save() -> str:
        for via, field in WAYS_IN.items():
            if via != "tracker" and field not in data:
                continue
            settings.records.apps.set_undeclared(
                settings.app.id, data.get(field, ""), now=now(), by=settings.me.id, via=via
            )
        return APP.at(settings.app, "saved")

    return await attempt("events", settings.reader, save, partial(shown, settings))


@post(
    "/a/{app:str}/settings/pages",
    include_in_schema=False, status_code=200, needs="definitions:write",
)  # fmt: skip
async def save_pages(settings: NamedDependency[AppSettings], data: Form) -> Answer:
    """The pages of an app.json."""
    text = data.get("text", "")

    def save() -> str:
        settings.records.app_pages.set(
            settings.app.id, text.encode(errors="replace"), now=now(), by=settings.me.id
        )
        return APP.at(settings.app, "pages")

    return await attempt("pages", settings.reader, save, partial(shown, settings, text=text))


@post(
    "/a/{app:str}/settings/sensitive",
    include_in_schema=False, status_code=200, needs="definitions:write",
)  # fmt: skip
async def save_sensitive(settings: NamedDependency[AppSettings], data: Form) -> Answer:
    """Which properties are shown as a mask."""

    def save() -> str:
        settings.records.sensitive.set(
            settings.app.id, data.get("sensitive", ""), now=now(), by=settings.me.id
        )
        return APP.at(settings.app, "saved")

    return await attempt(
        "sensitive", settings.reader, save, partial(shown, settings, typed=data)
    )  # fmt: skip


@post(
    "/a/{app:str}/settings/rates",
    include_in_schema=False, status_code=200, needs="definitions:write",
)  # fmt: skip
async def save_rates(settings: NamedDependency[AppSettings], data: Form) -> Answer:
    """The currency of the reports, and rates of others to it."""
    text = data.get("rates", "")

    def save() -> str:
        given, first = from_file(text.encode(errors="replace")) if text.strip() else ([], 1)
        settings.records.rates.set(
            settings.app.id,
            data.get("currency", ""),
            given,
            now=now(),
            by=settings.me.id,
            first=first,
        )
        return APP.at(settings.app, "saved")

    return await attempt("rates", settings.reader, save, partial(shown, settings, typed=data))


@post(
    "/a/{app:str}/settings/wechat",
    include_in_schema=False, status_code=200, needs="apps:write",
)  # fmt: skip
async def save_secret(settings: NamedDependency[AppSettings], data: Form) -> Answer:
    """The AppSecret, in place of the one before. What was typed is never shown again."""

    def save() -> str:
        settings.records.app_secrets.set(
            settings.app.id, data.get("secret", ""), settings.console.secret, now=now(),
            by=settings.me.id,
        )  # fmt: skip
        return APP.at(settings.app, "secret")

    return await attempt("wechat", settings.reader, save, partial(shown, settings))


@post(
    "/a/{app:str}/settings/wechat/remove",
    include_in_schema=False, status_code=303, needs="apps:write",
)  # fmt: skip
async def remove_secret(settings: NamedDependency[AppSettings]) -> Redirect:
    """Forget it."""
    await asyncio.to_thread(
        settings.records.app_secrets.remove, settings.app.id, now=now(), by=settings.me.id
    )
    return Redirect(APP.at(settings.app, "forgotten"), status_code=303)


@post("/a/{app:str}/settings/archive", include_in_schema=False, status_code=303, needs="apps:write")
async def archive_app(settings: NamedDependency[AppSettings]) -> Redirect:
    """Put it aside; the way back is on the page of all apps."""
    await asyncio.to_thread(
        settings.records.apps.archive, settings.app.id, now=now(), by=settings.me.id
    )
    return Redirect("/apps?done=archived", status_code=303)


async def shown(
    settings: AppSettings,
    error: Wrong | None = None,
    *,
    typed: dict[str, str] | None = None,
    text: str = "",
) -> Response[str]:
    """The page, with what was typed."""
    recorded = await asyncio.to_thread(settings.records.apps.named, settings.app.name)
    names = await asyncio.to_thread(settings.records.sensitive.of, settings.app.id)
    rates = await asyncio.to_thread(settings.records.rates.of, settings.app.id)
    kept = {
        "currency": rates.currency,
        "rates": as_file(rates.rates).partition("\n")[2],
        "zh": recorded.zh,
        "en": recorded.en,
        "appid": recorded.appid,
        "sensitive": ", ".join(names),
    }
    held = await asyncio.to_thread(settings.records.app_secrets.find, settings.app.id)
    listed = await asyncio.to_thread(settings.records.app_pages.find, settings.app.id)
    return await settings.page(
        APP, error=error, recorded=recorded, typed=kept | (typed or {}), credentials=held,
        listed=listed, text=text,
    )  # fmt: skip
