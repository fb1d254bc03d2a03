"""What a running server answers to `minilens cohorts`, and a command by itself where none runs."""

from __future__ import annotations

from typing import Any

import msgspec

from minilens.collect.refusals import misfit, not_json
from minilens.records.store import Records
from minilens.reports import identity_list
from minilens.reports.cohorts import Definition
from minilens.serve.cohorts import Cohorts
from minilens.text import Text
from minilens.web.cohorts.api import csv_of, listed
from minilens.web.cohorts.doors import CohortNow


def answered(cohorts: Cohorts, records: Records, asked: dict[str, str]) -> dict[str, Any]:
    """`do` what is asked of the cohorts of `app`: list, or of one (`cohort`, by number or name) show, sizes, compute,
    freeze, live, rename, export, remove; or add one, of a definition or a list that is the `body`."""
    app, do = records.apps.named(asked["app"]).id, asked["do"]
    if do == "list":
        return {"cohorts": [told(one) for one in cohorts.of(app)]}
    if do == "add":
        return _added(cohorts, app, asked)
    one = records.cohorts.named(app, asked["cohort"])
    if do == "export":
        return {"csv": csv_of(cohorts.persons(app, one.id).tolist())}
    if do == "sizes":
        found = records.cohorts.sizes(app, one.id)
        return {"sizes": [{"day": str(day), "size": size} for day, size in found]}
    if do == "remove":
        cohorts.remove(app, one.id, None)
        return {"removed": one.id}
    if do == "compute":
        return told(cohorts.refresh(app, one.id))
    if do in ("freeze", "live"):
        return told(cohorts.change(app, one.id, live=do == "live"))
    if do == "rename":
        return told(
            cohorts.change(app, one.id, name=Text(asked.get("zh", ""), asked.get("en", "")))
        )
    return told(cohorts.get(app, one.id))


def told(one: CohortNow) -> dict[str, Any]:
    """A cohort as commands print it."""
    found: dict[str, Any] = msgspec.to_builtins(listed(one))
    return found


def _added(cohorts: Cohorts, app: int, asked: dict[str, str]) -> dict[str, Any]:
    name = Text(asked.get("zh", ""), asked.get("en", ""))
    if asked["of"] == "definition":
        made = cohorts.create(app, name, _definition(asked["body"]), asked.get("live") == "1", None)
        return {"cohort": told(made), "unknown": []}
    lines = identity_list.read(asked["body"])
    made = cohorts.create(app, name, [one.text for one in lines], False, None)
    unknown = [(lines[n].number, lines[n].text) for n in made.unknown]
    return {"cohort": told(made), "unknown": unknown}


def _definition(text: str) -> Definition:
    try:
        return msgspec.json.decode(text, type=Definition)
    except msgspec.ValidationError as error:
        raise misfit(error, "definition") from None
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise not_json(error, text=text.encode()) from None
