"""The client itself: reports by tab and name, files, annotations, persons, and the list of what can be asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import TracebackType
from typing import Any, Literal

import httpx

from minilens.client.answers import (
    AnnotationList,
    AskedAnswer,
    AskedList,
    Found,
    ListedQuestion,
    Listing,
    Portrait,
    QuestionList,
    RememberedQuestion,
    Timeline,
    WrittenAnnotation,
)
from minilens.client.connection import Connection
from minilens.client.definitions import Definitions
from minilens.client.reports import Reports


class Client(Reports):
    """An app of a server, with a token that has the scope report:read (admin to annotate and for persons).

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
        connection = Connection(self._http, app, language)
        super().__init__(connection)
        self.definitions = Definitions(connection)

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

    def ask(self, question: Mapping[str, Any]) -> AskedAnswer[dict[str, Any]]:
        """A question that no report answers: `ask({"kind": "events", "events": [{"event": "pay_success"}]})`."""
        return self._connection.post("ask", question, AskedAnswer[dict[str, Any]])

    def questions(self) -> list[ListedQuestion]:
        """The saved ones: the team's, and those of whoever made the token."""
        return self._connection.get("questions", {}, QuestionList).questions

    def asked(self) -> list[RememberedQuestion]:
        """What whoever made the token asked lately, the newest first."""
        return self._connection.get("questions/asked", {}, AskedList).asked

    def saved(self, question: int, **arguments: Any) -> AskedAnswer[dict[str, Any]]:
        """The answer to a saved one, over its own days or others: `saved(7, period="30d")`."""
        path = f"reports/question.{question}"
        return self._connection.get(path, arguments, AskedAnswer[dict[str, Any]])

    def save_question(
        self, question: Mapping[str, Any], zh: str = "", en: str = "", *, team: bool = True
    ) -> ListedQuestion:
        """Save a question under a name; `team`: for everybody who may see the app. The token needs the scope admin."""
        said = {"question": question, "zh": zh, "en": en, "team": team}
        return self._connection.post("questions", said, ListedQuestion)

    def remove_question(self, question: int) -> list[ListedQuestion]:
        """Remove a saved one; those that are left. The token needs the scope admin."""
        path = f"questions/{question}/remove"
        return self._connection.post(path, {}, QuestionList).questions

    def change_question(self, saved: ListedQuestion, question: Mapping[str, Any]) -> ListedQuestion:
        """Have a saved question, as it was read, ask something else. Refused where somebody changed it since."""
        said = {
            "question": question,
            "zh": saved.zh,
            "en": saved.en,
            "changed": saved.changed.isoformat(),
        }
        return self._connection.post(f"questions/{saved.id}", said, ListedQuestion)

    def listing(self) -> Listing:
        """Every report with its measures, every field that filters."""
        return self._connection.get("reports", {}, Listing)

    def annotations(
        self,
        from_: date | str | None = None,
        to: date | str | None = None,
        *,
        personal: bool = False,
    ) -> list[WrittenAnnotation]:
        """What happened on which day: all, or those of some days.

        `personal`: also what whoever made the token wrote for themselves.
        """
        given = {"from": from_, "to": to, "personal": "1" if personal else None}
        return self._connection.get("annotations", given, AnnotationList).annotations

    def annotate(
        self, text: str, day: date | str = "", *, personal: bool = False
    ) -> WrittenAnnotation:
        """Say what happened on a day, today unless given. The same words on a day are not added again.

        `personal`: only whoever made the token sees it.
        """
        said = {"text": text, "day": str(day), "personal": personal}
        return self._connection.post("annotations", said, WrittenAnnotation)

    def find_person(self, who: str) -> str:
        """The number of a person, such as p12, by any identity: `find_person("mobile=13700001234")`."""
        return self._connection.post("persons/find", {"person": who}, Found).person

    def person(self, number: str) -> Portrait:
        """What is known of a person: identities, touches, totals, properties, merges."""
        return self._connection.get(f"persons/{number}", {}, Portrait)

    def person_events(self, number: str, *, event: str = "", before: str = "") -> Timeline:
        """What they did, the newest first, 100 at a time; `before` is what `older` of the page before said."""
        asked = {"event": event or None, "before": before or None}
        return self._connection.get(f"persons/{number}/events", asked, Timeline)
