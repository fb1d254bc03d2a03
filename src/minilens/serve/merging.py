"""What commands and the site ask about merges and have done to them, answered by the pipeline."""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec

from minilens.errors import Refused
from minilens.identity import audit, not_added
from minilens.identity.links import GRANTED
from minilens.identity.persons import PersonNumbers
from minilens.identity.preview import touched
from minilens.identity.rules import broken
from minilens.load import merges
from minilens.load.blocks import rules_of
from minilens.load.erasure import ONE_AT_A_TIME
from minilens.load.pipeline import Pipeline
from minilens.period import now
from minilens.records.identity_types import TypeRow
from minilens.serve import numbers
from minilens.web.persons.doors import Broken, Deed

LISTS = {"list": audit.merges, "conflicts": audit.conflicts, "largest": audit.largest}


def answered(pipeline: Pipeline, asked: list[tuple[str, str]]) -> dict[str, Any]:
    """`do` is one of the lists, `broken` (persons who break what is set of the type `kind`), `found` (types that nobody
    added), `preview` (what the settings `type` would do), `numbers` (that were handed on), `keep` and `release` (the
    number `number`, for the reason `why`), `join` (persons `one` and `other`) or `undo` (`merge`); of the app `app`.

    Nothing is loaded while persons become others; days are made again afterwards.
    """
    given = dict(asked)
    app = pipeline.records.apps.named(given["app"])
    if listed := LISTS.get(given["do"]):
        return {"rows": msgspec.to_builtins(listed(pipeline.engine, app.id))}
    if given["do"] == "broken":
        rows = _broken(pipeline, app.id, given["kind"])
        return {"rows": [{"person": person, "links": links} for person, links in rows]}
    if given["do"] == "found":
        names = rules_of(pipeline.records).types_of(app.id).by_name
        return {"rows": msgspec.to_builtins(not_added.found(pipeline.engine, app.id, names))}
    if given["do"] == "numbers":
        return {"rows": msgspec.to_builtins(numbers.listed(pipeline, pipeline.engine, app.id))}
    if given["do"] in ("keep", "release"):
        numbers.keep(
            pipeline, pipeline.engine, app.id, given["number"], Deed(why=given["why"]),
            handed_on=given["do"] == "release",
        )  # fmt: skip
        return {}
    if given["do"] == "preview":
        return _preview(pipeline, app.id, msgspec.json.decode(given["type"], type=TypeRow))
    if given["do"] == "join":
        return {"merge": join(pipeline, app.id, given["one"], given["other"])}
    made = number(given["merge"], "merge")
    undo(pipeline, app.id, made)
    return {"merge": made}


def join(
    pipeline: Pipeline, app: int, one: str, other: str, *, by: int | None = None, why: str = ""
) -> int:
    """Make two persons one, such as p12 and p34; the number that undoes it."""
    numbers = number(one, "one"), number(other, "other")
    with pipeline.loading.held(), ONE_AT_A_TIME:
        made = merges.merge(
            pipeline.engine, pipeline.pending, pipeline.counter, app,
            gone=numbers[0], into=numbers[1], by=str(by or ""),
            types=rules_of(pipeline.records).types_of,
        )  # fmt: skip
    told = {"merge": made, "one": numbers[0], "other": numbers[1]}
    pipeline.records.audit.note("merge.join", now=now(), app=app, by=by, **told, text=why)
    return made


def undo(pipeline: Pipeline, app: int, merge: int, *, by: int | None = None, why: str = "") -> None:
    """Take a merge back; what it joined is kept apart, for that reason."""
    with pipeline.loading.held(), ONE_AT_A_TIME:
        done = merges.undo(
            pipeline.engine, pipeline.pending, pipeline.counter, app, version=merge,
            by=str(by or ""), why=why or "undo", types=rules_of(pipeline.records).types_of,
        )  # fmt: skip
    if not done:
        raise Refused("no_such_merge", "merge", got=merge)
    pipeline.records.audit.note("merge.undo", now=now(), app=app, by=by, merge=merge, text=why)


def all_broken(pipeline: Pipeline, app: int) -> list[Broken]:
    """Persons who break what is set of any type, those with the most such links first. Only links that held when a
    setting was made stricter can."""
    sql = (
        "SELECT DISTINCT toString(node_kind) AS kind FROM links "
        f"WHERE app = {{app:UInt32}} AND cause = '{GRANTED}' ORDER BY kind"
    )
    kinds = [row[0] for row in pipeline.engine.rows(sql, {"app": app})]
    found = [
        Broken(kind, person, links)
        for kind in kinds
        for person, links in _broken(pipeline, app, kind)
    ]
    return sorted(found, key=lambda one: -one.links)[: audit.MOST]


def _broken(pipeline: Pipeline, app: int, kind: str) -> list[tuple[int, int]]:
    """Persons who break what is set of a type, and by how many links."""
    numbers = PersonNumbers(
        pipeline.engine, pipeline.counter.next, rules_of(pipeline.records).types_of
    )
    return Counter(one.person for one in broken(numbers, app, kind)).most_common(audit.MOST)


def _preview(pipeline: Pipeline, app: int, row: TypeRow) -> dict[str, Any]:
    """What other settings of a type would do, by the names of `Touched`."""
    after = rules_of(pipeline.records).types_of(app).changed([row])
    return touched(pipeline.engine, app, (row.name,), after)._asdict()


def number(given: str, name: str) -> int:
    """That of a person (p12) or a merge; Refused where it is none."""
    text = given.strip().lower().removeprefix("p")
    if not (text.isascii() and text.isdecimal()) or not 0 < int(text) < 2**63:
        raise Refused("bad_value", name, got=given[:40])
    return int(text)
