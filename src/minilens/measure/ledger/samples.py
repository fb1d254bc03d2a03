"""The newest events in quarantine, some of each reason, as they may be shown: without who did it, and without secrets.

Of refused events none is kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from minilens.measure.ledger import sql
from minilens.measure.ledger.figures import bounds, frame
from minilens.measure.ledger.names import LISTED
from minilens.measure.ledger.query import SamplesQuery
from minilens.measure.prepared import AsOf, Prepared
from minilens.measure.session import QuerySession
from minilens.measure.table import Column, Cost, Row, Table
from minilens.reference import field_types
from minilens.reference.secrets import without_secrets_in_json
from minilens.text import Text
from minilens.warehouse.engine import Engine

#: Of each reason; and characters of one.
MOST, LONGEST = 5, 400
#: Longer properties are not looked through; longer words are taken for keys.
LONGEST_PROPS, LONGEST_WORD = 8_000, 32
#: What of an event is no identity; `raw_name` is the name as it was sent.
SHOWN = (
    "name", "raw_name", "page", "query", "referrer", "target_name", "target_id", "duration", "value", "currency",
    "props",
)  # fmt: skip
HIDDEN = "•••"
#: Addresses of mail, numbers of telephones and cards, identities and keys: whatever may name a person.
NAMES_SOMEBODY = re.compile(
    r"[A-Za-z0-9_-]{16,}|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+|\+?\d(?:[ -]?\d){6,}[Xx]?"
)
#: Names of properties that are somebody's, joined and in small letters.
SOMEBODYS = re.compile(
    r"(?:open|union|user|member|customer|account|device|actor)_?(?:id|no|name)?|.*(?:phone|mobile|email|mail|id_?card).*"
    r"|(?:nick|real|full)?_?name|uid|avatar.*|address|birthday"
)
COLUMNS = (
    LISTED["reason"].column,
    LISTED["event"].column,
    Column("received", Text("收到时间", "Received"), "moment"),
    Column("detail", Text("说明", "Detail"), "text"),
    Column("sample", Text("事件内容", "Event"), "text"),
)


def prepare(engine: Engine, query: SamplesQuery, as_of: AsOf) -> Prepared:
    """The question; it stands on the last load."""
    return Prepared(
        run=lambda: answer(engine, query, as_of),
        heavy=False,
        stands_on=(query, as_of.through),
        cost=Cost(0, 0, 0),
    )


def answer(engine: Engine, query: SamplesQuery, as_of: AsOf) -> Table:
    """Rows: reason, event, when it was received, what the engine said of it, the event, and how many are like it."""
    session, zone = QuerySession(engine=engine), ZoneInfo(query.timezone)
    asked = bounds(query, query.range)
    rows: list[Row] = []
    for reason, name, at, detail, line, count in session.ask(sql.SAMPLES, asked | {"most": MOST}):
        moment = datetime.fromtimestamp(int(str(at)) / 1000, UTC).astimezone(zone)
        told = printable(told_of(str(reason), str(detail)))
        rows.append(
            (
                str(reason),
                str(name),
                moment,
                told,
                masked(str(line), query.sensitive),
                int(str(count)),
            )
        )
    return Table(
        columns=(*COLUMNS, *(one.column() for one in query.measures)),
        rows=tuple(rows),
        total_rows=len(rows),
        keys=len(COLUMNS),
        running=query.range.start <= as_of.today <= query.range.end,
        **frame(query, as_of),
        cost=session.cost(),
    )


def masked(line: str, sensitive: Collection[str] = ()) -> str:
    """An event as it was kept, in short: what it is about, and nothing that may name a person or is marked so."""
    event = _read(line)
    if not isinstance(event, dict):
        return HIDDEN
    told = {name: event[name] for name in SHOWN if event.get(name) not in (None, "", 0, "{}")}
    if "props" in told:
        long = len(str(told["props"])) > LONGEST_PROPS
        told["props"] = HIDDEN if long else _read(str(told["props"]))
    kept = _read(without_secrets_in_json(_written(told)))
    if not isinstance(kept, dict):
        return HIDDEN
    text = _written({name: with_names_hidden(value, sensitive) for name, value in kept.items()})
    return printable(text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…")


def printable(text: str) -> str:
    """A text for a terminal and a page: what commands them, or turns the direction of writing, is a dot."""
    return "".join(letter if letter.isprintable() else "·" for letter in text)


def told_of(reason: str, detail: str) -> str:
    """What is said of an event, as it may be shown: names of declared fields are nobody's."""
    return detail[:LONGEST] if reason == field_types.REASON else hidden(detail[:LONGEST])


def hidden(text: str) -> str:
    """A text with whatever may name a person left out; a word without a digit may be long."""
    return NAMES_SOMEBODY.sub(lambda found: _unless_word(found[0]), text)


def _unless_word(found: str) -> str:
    return (
        found
        if re.fullmatch(r"[A-Za-z]+(?:[_-][A-Za-z]+)*", found) and len(found) < LONGEST_WORD
        else HIDDEN
    )


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _read(text: str) -> Any:
    """What the JSON says; the text itself where it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def with_names_hidden(value: Any, sensitive: Collection[str], *, everything: bool = True) -> Any:
    """The same value: texts and long numbers in it without names, and what is somebody's own not at all.

    Of what is marked as sensitive nothing; with `everything` False, all else as it is.
    """
    if isinstance(value, dict):
        return {
            hidden(str(name)) if everything else str(name): HIDDEN
            if name in sensitive or (everything and somebodys(str(name)))
            else with_names_hidden(one, sensitive, everything=everything)
            for name, one in value.items()
        }
    if isinstance(value, list):
        return [with_names_hidden(one, sensitive, everything=everything) for one in value]
    if not everything:
        return value
    if isinstance(value, str):
        return hidden(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value if hidden(str(value)) == str(value) else HIDDEN
    return value


def somebodys(name: str) -> bool:
    """Whether a property of that name is about a person: openId, phone_number, nickName."""
    joined = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name[:LONGEST_WORD]).lower().replace("-", "_")
    return SOMEBODYS.fullmatch(joined) is not None
