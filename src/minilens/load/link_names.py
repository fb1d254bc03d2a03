"""What the codes of campaign links stand for, beside the chunk that names them: looked up where it is loaded.

So the receiver needs no records, and what is replayed or imported is resolved again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from urllib.parse import parse_qsl

from minilens.records.store import Link
from minilens.reference.link_codes import is_code
from minilens.warehouse.engine import Engine
from minilens.warehouse.rows import insert_rows

#: Codes → links, of those that somebody made.
KnownLinks = Callable[[Iterable[str]], Mapping[str, Link]]
#: What a link's parameters say where the launch did not say it: a code alone carries none.
SAID = ("source", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
#: What a link is counted under: this holds, whatever the launch said.
NAMES = ("campaign", "placement", "material")
_COLUMNS = ("app", "code", *NAMES, *SAID)
LINK_NAMES = (
    "CREATE OR REPLACE TABLE link_names (app UInt32, "
    + ", ".join(f"{name} String" for name in _COLUMNS[1:])
    + ") ENGINE = Memory"
)
#: SQL of the links of a chunk, joined to its events.
JOINED = f"SELECT app AS l_app, code AS l_code, {', '.join(f'{n} AS l_{n}' for n in (*NAMES, *SAID))} FROM link_names"

_NAMED = "SELECT DISTINCT app, s.link FROM incoming ARRAY JOIN sources AS s WHERE s.link != ''"


def resolve(engine: Engine, known: KnownLinks) -> None:
    """Fill `link_names` with those that the staged chunk names. A code of another app's link stays a mere text."""
    engine.run("TRUNCATE TABLE link_names")
    named = [(app, code) for app, code in engine.rows(_NAMED) if is_code(code)]
    if not named:
        return
    links = known({code for _, code in named})
    rows: list[tuple[object, ...]] = [
        (app, code, *(getattr(links[code], name) for name in NAMES), *_said(links[code]))
        for app, code in named
        if code in links and links[code].app == app
    ]
    insert_rows(engine, "link_names", _COLUMNS, rows)


def column(name: str) -> str:
    """SQL of an origin column of an event: as its link says, else as it came."""
    came = f"sources[e.o].{name}"
    if name in NAMES:
        return f"if(l_code != '', l_{name}, {came}) AS {name}"
    if name in SAID:
        return f"if({came} = '', l_{name}, {came}) AS {name}"
    return f"{came} AS {name}"


def _said(link: Link) -> tuple[str, ...]:
    found = dict(parse_qsl(link.query))
    return tuple(found.get(name, "")[:255] for name in SAID)
