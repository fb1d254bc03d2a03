"""What every page of an app's settings works with."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from litestar import Response
from litestar.di import NamedDependency
from litestar.response import Redirect

from minilens.records.store import Account, Records
from minilens.reports.tabs import TABS
from minilens.web.account.sign_in import Req
from minilens.web.admin.forms import PARTS, Part, Wrong, clock, role_titles
from minilens.web.auth.guard import seen_by, signed_in
from minilens.web.console import App, Console
from minilens.web.once import Once
from minilens.web.reader import ReaderContext
from minilens.web.reports.shortcuts import shortcuts
from minilens.web.templating import html


@dataclass(frozen=True)
class AppSettings:
    """The app of the address and who asks, let through by the guard. `done`: what the address says was done.

    `session` and `number` say which secret the page may show, once.
    """

    console: Console
    reader: ReaderContext
    app: App
    me: Account
    done: str
    once: Once
    session: int
    number: str

    @property
    def records(self) -> Records:
        return self.console.records

    def may(self, right: str) -> bool:
        """Whether they may, in this app."""
        return self.me.may(right, self.app.id)

    async def page(
        self,
        part: Part,
        template: str = "",
        *,
        error: Wrong | None = None,
        **context: Any,
    ) -> Response[str]:
        """One of the pages, or one below it by its template; or of another tab without figures. One that shows a
        secret is kept nowhere."""
        secret = self.once.take(self.session, self.number)
        answer = html(
            template or f"settings_{part.name or 'app'}.html",
            self.reader,
            error.status if error else 200,
            app=self.app,
            apps=await asyncio.to_thread(seen_by, self.me, self.console),
            tabs=TABS,
            tab=next(tab for tab in TABS if tab.name == part.tab),
            part=part,
            shortcuts=shortcuts(self.app, self.reader.language, account=self.me),
            parts=[one for one in PARTS if one.tab == part.tab and self.may(one.right)],
            me=self.me,
            may=self.may,
            role_titles=role_titles(self.reader.language),
            time=lambda moment: clock(moment, self.app.timezone),
            done="" if error else self.done,
            error=error,
            secret=secret,
            **context,
        )
        if secret:
            answer.headers["Cache-Control"] = "no-store"
        return answer

    def onward(self, part: Part, secret: str, about: str = "") -> Redirect:
        """To a page that shows a secret, once."""
        number = self.once.keep(self.session, secret, about)
        return Redirect(part.at(self.app), status_code=303, query_params={"shows": number})


def settings_page(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
) -> AppSettings:
    """That of a request."""
    given, session = request.query_params, signed_in(request)
    return AppSettings(
        console, reader, held, session.account, given.get("done", ""),
        request.app.state["once"], session.id, given.get("shows", ""),
    )  # fmt: skip
