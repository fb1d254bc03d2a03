"""The form of a review: what is typed becomes what is kept, and what is kept stands in its fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from minilens.errors import Refused
from minilens.records.kpis import SavedKpi
from minilens.records.reviews import PARTS, Review
from minilens.reports.reviews import effect
from minilens.reports.reviews.watched import EVERYWHERE, named, of_kpis
from minilens.text import Language

#: What `figure` says where the change goes on being measured by what it was.
KEPT = "kept"


def typed(given: Mapping[str, str], before: Review, kpis: Sequence[SavedKpi]) -> Review:
    """What the form says, of the period that `before` is of; Refused, naming the field."""
    parts = {part: given.get(part, "") for part in PARTS[before.grain]}
    if before.grain != "week":
        return replace(before, **parts)  # type: ignore[arg-type]
    figure = given.get("figure", "")
    kept = before.figure if figure == KEPT else ""
    if figure and figure != KEPT:
        kept = effect.encoded(named(figure, kpis))
    return replace(before, **parts, owner=_owner(given.get("owner", "")), figure=kept)  # type: ignore[arg-type]


def written(review: Review) -> dict[str, str]:
    """What stands in the fields."""
    parts = {part: getattr(review, part) for part in PARTS[review.grain]}
    return parts | {"owner": str(review.owner or ""), "figure": KEPT if review.figure else ""}


def offered(kpis: Sequence[SavedKpi], review: Review, language: Language) -> list[tuple[str, str]]:
    """What a change can be measured by: KPIs first; as it is, where it is measured already."""
    every = [*of_kpis(kpis), *EVERYWHERE.values()]
    found = [(one.name, one.title.of(language)) for one in every]
    kept = effect.figure_of(review)
    return [(KEPT, kept.title.of(language)), *found] if kept else found


def _owner(text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or len(text) > 9:
        raise Refused("no_such_owner", "owner", got=text[:20])
    return int(text)
