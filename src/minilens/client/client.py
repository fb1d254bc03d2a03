"""The client itself: reports by tab and name, files, annotations, and the list of what can be asked."""

from __future__ import annotations

from datetime import date
from types import TracebackType
from typing import Any, Literal

import httpx

from minilens.client.answers import AnnotationList, Listing, WrittenAnnotation
from minilens.client.connection import Connection
from minilens.client.reports import Reports


class Client(Reports):
    """An app of a server, with a token that has the scope report:read (admin to annotate).

    `language` is that of titles, definitions and messages, "zh" or "en"; the server's own choice where it is not given.
    `http` is a client of one's own, where a proxy or a certificate asks for it: address and token are set on it, and
    whoever made it ends it.
    """

    def __init__(
        self,
        server: str,
        token: str,
        app: str,
        *,
        language: Literal["zh", "en", ""] = "",
        timeout: float = 60,
        http: httpx.Client | None = None,
    ) -> None:
        self._own = http is None
        self._http = http or httpx.Client(timeout=timeout)
        self._http.base_url = httpx.URL(server)
        self._http.headers["authorization"] = f"Bearer {token}"
        super().__init__(Connection(self._http, app, language))

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all connections."""
        if self._own:
            self._http.close()

    def file(self, report: str, format: Literal["csv", "xlsx"], **arguments: Any) -> bytes:
        """A report as a file, with all rows: `file("traffic.pages", "xlsx", period="7d")`."""
        return self._connection.content(f"reports/{report}", {**arguments, "format": format})

    def listing(self) -> Listing:
        """Every report with its measures, every field that filters."""
        return self._connection.get("reports", {}, Listing)

    def annotations(
        self, from_: date | str | None = None, to: date | str | None = None
    ) -> list[WrittenAnnotation]:
        """What happened on which day: all, or those of some days."""
        given = {"from": from_, "to": to}
        return self._connection.get("annotations", given, AnnotationList).annotations

    def annotate(
        self, text: str, day: date | str = "", *, personal: bool = False
    ) -> WrittenAnnotation:
        """Say what happened on a day, today unless given. The same words on a day are not added again.

        `personal`: only whoever made the token sees it.
        """
        said = {"text": text, "day": str(day), "personal": personal}
        return self._connection.post("annotations", said, WrittenAnnotation)
