"""Who stands behind a figure of paths: those whose paths it counts, from the same paths."""

from __future__ import annotations

import numpy as np

from minilens.errors import Refused, did_you_mean
from minilens.measure.paths import columns, figures
from minilens.measure.paths.nodes import Nodes
from minilens.measure.paths.query import PathsQuery
from minilens.measure.paths.run import walked
from minilens.measure.paths.walks import Truth, Walks, Whole
from minilens.measure.persons.query import Found, Place, gathered
from minilens.measure.prepared import AsOf
from minilens.measure.table import Cell
from minilens.warehouse.engine import Answer, Engine

_KINDS = ("page", "event", "rest", "end", "beginning", "may_still")
#: What a row says of a node: its kind and its name, None where it says nothing.
_Said = tuple[Cell, Cell]


def behind(engine: Engine, query: PathsQuery, place: Place, as_of: AsOf, made: Answer) -> Found:
    """Those whose paths a figure counts; `times`: how many paths, `first` and `last`: when these began."""
    found = walked(engine, query, as_of, made, of_persons=True)
    assert found.person is not None
    some = counted(query, found.walks, found.nodes, keys_of(place))
    return gathered(found.person[some.entry], some.moment, some.moment)


def keys_of(place: Place) -> dict[str, Cell]:
    """The keys of the row as far as the figure has to do with them."""
    if place.measure != "reached":
        return place.keys
    return {name: one for name, one in place.keys.items() if name not in ("from_kind", "from")}


def check(query: PathsQuery, place: Place) -> None:
    """Refused, naming the part, where there is no such figure."""
    measure, keys = place.measure or query.counts, place.keys
    counts = [one.name for one in columns.measures(query) if one.has_persons]
    if measure not in counts:
        hint = did_you_mean(measure, counts)
        raise Refused("unknown_choice", "measure", got=measure[:40], hint=hint)
    known = [one.name for one in columns.keys(query)]
    for name in keys:
        if name not in known:
            raise Refused("unknown_choice", "row", got=name[:40], hint=did_you_mean(name, known))
    for name in ("kind", "from_kind"):
        said = keys.get(name)
        if said is not None and said not in _KINDS:
            hint = did_you_mean(str(said), _KINDS)
            raise Refused("unknown_choice", f"row.{name}", got=str(said)[:40], hint=hint)
    if keys:
        _step(query, keys)


def _step(query: PathsQuery, keys: dict[str, Cell]) -> int:
    """The place of the row; Refused where there is no such place."""
    along = query.show == "columns"
    least, most = (0, len(query.chosen) + 1) if along else (1, query.steps)
    step = keys.get("step")
    if step is None:
        raise Refused("missing", "row.step")
    if not isinstance(step, int | float) or step != int(step) or not least <= step <= most:
        raise Refused("bad_number", "row.step", least=least, most=most, got=str(step)[:40])
    return int(step)


def counted(query: PathsQuery, walks: Walks, nodes: Nodes, keys: dict[str, Cell]) -> Walks:
    """The paths that a row counts; of several rows, where it says less than a row has; all without any key.

    A node without a row of its own has its paths as well, which the row of all others counts too.
    """
    walks = figures.ending(query, walks, nodes)
    if not keys:
        return walks
    step, along = _step(query, keys), query.show == "columns"
    node: _Said = keys.get("kind"), keys.get("node")
    way = [nodes.number(one) for one in query.chosen]
    for place, one in enumerate(way[: max(step - 1, 0)] if along else way, start=1):
        walks = walks.some(walks.at(place) == one)
    if along:
        return walks.some(_at(query, walks, nodes, step, node, way[step - 1 : step]))
    begin: _Said = keys.get("from_kind"), keys.get("from")
    fits = _at(query, walks, nodes, step - 1, begin, []) & _at(query, walks, nodes, step, node, [])
    return walks.some(fits if step == 1 else fits & (walks.at(step - 1) >= 0))


def _at(
    query: PathsQuery, walks: Walks, nodes: Nodes, place: int, said: _Said, kept: list[int]
) -> Truth:
    """Of each path whether what stands at a place is what a row says. `kept`: nodes that have a row in any case."""
    if not place:
        return np.full(len(walks), _fits(said, figures.anchor(query, nodes)))
    here: Whole = walks.at(place)
    shown = {node for node, _ in figures.column_of(here, query.top, kept).shown}
    found = [
        label
        for label in np.unique(here).tolist()
        if _fits(said, figures.named(query, nodes, label))
        or (label >= 0 and label not in shown and _fits(said, columns.REST))
    ]
    fits: Truth = np.isin(here, found)
    return fits


def _fits(said: _Said, named: tuple[str, str]) -> bool:
    return all(one in (None, told) for one, told in zip(said, named, strict=True))
