"""How a server is asked: address, token, waiting when it says so, and what a refusal says."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
import msgspec

from minilens.client.answers import Answer, Problem

T = TypeVar("T")
Pairs = list[tuple[str, str | int | float | bool | None]]
#: Of these a server says when to come back.
BUSY = (429, 503)
#: Nobody wants a script to wait longer than this for one answer, in seconds.
LONGEST_WAIT = 60


class ApiError(Exception):
    """A refusal. `code` never changes, `message` is for people, `field` names the argument, `hint` its spelling."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.message} ({problem.code})")
        self.problem = problem
        self.code, self.status, self.message = problem.code, problem.status, problem.message
        self.field, self.hint, self.request_id = problem.field, problem.hint, problem.request_id


@dataclass(frozen=True)
class Connection:
    """One app of one server. `retries`: so often it comes back to a server that says when."""

    http: httpx.Client
    app: str
    language: str = ""
    retries: int = 3
    sleep: Callable[[float], None] = field(default=time.sleep)

    def report(self, name: str, arguments: Mapping[str, object]) -> Answer[Any]:
        """A report. Its rows are plain dictionaries; columns that a newer server adds are kept."""
        return self.get(f"reports/{name}", arguments, Answer[dict[str, int | float | str | None]])

    def get(self, path: str, arguments: Mapping[str, object], to: type[T]) -> T:
        """What an address below the app answers."""
        return msgspec.json.decode(self.content(path, arguments), type=to)

    def content(self, path: str, arguments: Mapping[str, object]) -> bytes:
        """The same as bytes: a file."""
        return self._asked("GET", path, params=written(arguments)).content

    def post(self, path: str, body: Mapping[str, object], to: type[T]) -> T:
        """Give something to an address below the app."""
        return self.send("POST", path, body, to)

    def send(self, method: str, path: str, body: Mapping[str, object], to: type[T]) -> T:
        """The same by another method, such as PUT. What is None is not given."""
        given = {name: value for name, value in body.items() if value is not None}
        return msgspec.json.decode(self._asked(method, path, body=given).content, type=to)

    def _asked(
        self,
        method: str,
        path: str,
        params: Pairs | None = None,
        body: Mapping[str, object] | None = None,
    ) -> httpx.Response:
        address = f"/api/v1/apps/{quote(self.app, safe='')}/{path}"
        every: Pairs = [*(params or []), *([("lang", self.language)] if self.language else [])]
        for tries in range(self.retries + 1):
            answer = self.http.request(method, address, params=every, json=body)
            wait = answer.headers.get("retry-after", "")
            again = answer.status_code in BUSY and wait.isdigit() and int(wait) <= LONGEST_WAIT
            if not again or tries == self.retries:
                break
            self.sleep(int(wait))
        if not answer.is_success:
            raise ApiError(problem(answer))
        return answer


def problem(answer: httpx.Response) -> Problem:
    """What the server says; of an answer that is not its own, a proxy's perhaps, the status."""
    try:
        return msgspec.json.decode(answer.content, type=Problem)
    except msgspec.DecodeError:
        said = f"{answer.status_code} {answer.reason_phrase}".strip()
        return Problem("not_from_minilens", answer.status_code, said, "")


def written(arguments: Mapping[str, object]) -> Pairs:
    """Arguments as an address has them: from_ is from, true is 1, each filter stands for itself, None is not given."""
    found: Pairs = []
    for name, given in arguments.items():
        every = given if isinstance(given, (list, tuple)) else [given]
        found += [(name.rstrip("_"), text(one)) for one in every if one is not None]
    return found


def text(value: object) -> str:
    """One value."""
    if isinstance(value, bool):
        return "1" if value else "0"
    return value.isoformat() if isinstance(value, (date, datetime)) else str(value)
