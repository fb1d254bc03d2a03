"""What bots answer: HTTP 200 whatever happened, and a number in the body that says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from email.utils import parsedate_to_datetime

import msgspec

from minilens.deliver.http import Answer, shown
from minilens.deliver.outcome import Outcome

#: A clock that is off by more is why a signature is not taken; they allow an hour.
CLOCK_SECONDS = 1_800


class _Body(msgspec.Struct):
    errcode: int | None = None
    code: int | None = None
    StatusCode: int | None = None


def outcome_of(
    answer: Answer, known: Mapping[int, Outcome], key: str
) -> tuple[int | None, Outcome]:
    """Their number, None where there is none, and what it means. A number that nobody knows fails the message alone.
    `key`: what must not be repeated of it."""
    if answer.outcome.state == "unknown" or not answer.status:
        return None, answer.outcome
    try:
        said = msgspec.json.decode(answer.body, type=_Body)
        number = next(
            (one for one in (said.errcode, said.code, said.StatusCode) if one is not None), None
        )
    except (msgspec.MsgspecError, UnicodeError):
        number = None
    told = _without(shown(answer.body), key)
    by_status = replace(answer.outcome, answer=_without(answer.outcome.answer, key))
    if number is None:  # 200 and no word of theirs: half an answer, or somebody else's
        lost = by_status.state == "sent"
        return None, Outcome("unknown", told, code="no_answer") if lost else by_status
    if number == 0:
        return 0, Outcome("sent", told)
    if number in known:
        return number, replace(known[number], answer=told)
    again = by_status.state == "again"
    return number, by_status if again else Outcome("failed", told, code="not_taken_there")


def _without(text: str, key: str) -> str:
    return text.replace(key, "…") if key else text


def clock_is_off(answer: Answer, now_ms: int) -> bool:
    """Whether their clock and ours are too far from each other for a signature."""
    try:
        theirs = parsedate_to_datetime(answer.date).timestamp()
    except (ValueError, TypeError):
        return False
    return abs(theirs - now_ms / 1000) > CLOCK_SECONDS
