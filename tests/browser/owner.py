"""An owner of all apps at a page of a running server."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from playwright.sync_api import Browser, Page

from minilens import settings
from minilens.period import now
from minilens.records.store import Records
from minilens.web.auth.guard import COOKIE
from tests.browser.windows import SIZES
from tests.serve.server import Server

#: Milliseconds that a machine with much else to do may take.
PATIENCE = 60_000


@contextmanager
def owner_at(
    browser: Browser,
    running: Server,
    size: str,
    locale: str,
    scheme: Literal["light", "dark"] = "light",
    *,
    touch: bool = False,
) -> Iterator[Page]:
    """A page of an owner of all apps; its scripts had nothing to complain about in the end."""
    records = Records(settings.load(running.environment).records_dsn)
    who = records.accounts.create(f"{uuid.uuid4().hex}@example.org", "Ola", now=now()).id
    records.grants.set(who, None, "owner", now=now(), by=None)
    secret = records.sessions.create(who, now=now())
    records.database.close()
    width, height = SIZES[size]
    context = browser.new_context(
        locale=locale, viewport={"width": width, "height": height}, reduced_motion="reduce", color_scheme=scheme,
        has_touch=touch,
    )  # fmt: skip
    context.add_cookies([{"name": COOKIE, "value": secret, "url": running.url}])
    made = context.new_page()
    made.set_default_timeout(PATIENCE)
    complaints: list[str] = []
    made.on("pageerror", lambda error: complaints.append(str(error)))
    yield made
    context.close()
    assert complaints == []
