"""The archive of a server: what is due is written every hour, and what a command asks for at once."""

from __future__ import annotations

from contextlib import suppress

from msgspec import to_builtins

from minilens.errors import Refused
from minilens.load.pipeline import Pipeline
from minilens.records.store import App
from minilens.serve.archives.manifest import archived, check
from minilens.serve.archives.months import Archives, Kept, Stopped
from minilens.serve.archives.place import Place, place_of
from minilens.settings import Settings


def keep_due(pipeline: Pipeline, settings: Settings) -> list[Kept]:
    """Write what is due of every app where an archive is set; what was written. What is refused of one keeps no other
    back; the first refusal is raised when all have been tried."""
    found: list[Kept] = []
    refused: Refused | None = None
    if settings.archive:
        archives = _archives(pipeline, settings, settings.archive)
        with suppress(Stopped):
            for app in pipeline.records.apps.all(archived=True):
                try:
                    found.extend(archives.keep(app))
                except Refused as error:
                    refused = refused or error
    if refused:
        raise refused
    return found


def not_archived(pipeline: Pipeline, settings: Settings, app: App) -> frozenset[int]:
    """Months whose events are kept until they are archived, as 202611; none where there is no archive."""
    if not settings.archive:
        return frozenset()
    months = _archives(pipeline, settings, settings.archive).without_archive(app)
    return frozenset(int(month.replace("-", "")) for month in months)


def answered(pipeline: Pipeline, settings: Settings, asked: dict[str, str]) -> dict[str, object]:
    """What a command asks: `do` keep or check, `to` where, `app` and `month` where not all of them."""
    records = pipeline.records
    apps = (
        [records.apps.named(asked["app"], archived=True)]
        if asked.get("app")
        else records.apps.all(archived=True)
    )
    if asked["do"] == "check":
        return _checked(place_of(asked["to"]), apps)
    archives = _archives(pipeline, settings, asked["to"])
    if month := asked.get("month"):
        if len(apps) != 1:
            raise Refused("missing_option", "app", got=("--app", "--app"))
        return {"kept": [to_builtins(archives.keep_month(apps[0], month))]}
    return {"kept": [to_builtins(one) for app in apps for one in archives.keep(app)]}


def _checked(place: Place, apps: list[App]) -> dict[str, object]:
    """How many months there are; Refused, naming the first file that is not as it was written."""
    months = [one for app in apps for one in archived(place, app.name).values()]
    for one in months:
        for name in check(place, one):
            raise Refused("altered_archive", "", path=place.shown, of=name)
    return {"months": len(months), "events": sum(one.events for one in months)}


def _archives(pipeline: Pipeline, settings: Settings, to: str) -> Archives:
    return Archives(pipeline, place_of(to), settings.data, settings.late_days)
