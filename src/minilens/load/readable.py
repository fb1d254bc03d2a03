"""The events of a chunk without those that the engine refuses: one of them never holds up the others.

On the good path this costs nothing. Only after a refusal are the refused ones looked for: first all at once,
by the usual cause (properties that are no JSON to the engine), then by halves.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from minilens.errors import EngineFailed
from minilens.load.classify import overrule
from minilens.load.insert import EVERYTHING, PERSONS, events_block
from minilens.load.stage import Place, unreadable
from minilens.load.unreadable import detail
from minilens.warehouse.engine import Engine

log = logging.getLogger(__name__)

#: So many are asked one by one for the engine's own words.
MOST_ASKED = 500
NO_JSON = "the properties are not JSON to the warehouse"

_BAD_PROPERTIES = """
SELECT r, e.i, e.props FROM incoming ARRAY JOIN events AS e
WHERE (r, e.i) IN (SELECT r, i FROM chunk WHERE verdict = '') AND e.props != ''
    AND accurateCastOrNull(e.props, 'JSON(max_dynamic_paths = 64)') IS NULL
ORDER BY r, e.i"""
_COUNTED = "SELECT r, i FROM chunk WHERE verdict = '' ORDER BY r, i"


def readable_block(
    engine: Engine,
    segment: str,
    load: int,
    zones: dict[int, str],
    crowded: Sequence[int] = (),
) -> bytes:
    """The block for `events`. What the engine cannot read is marked `unreadable` in `chunk` and left out.

    EngineFailed where the engine fails for another reason than the data.
    """

    def block(within: tuple[Place, Place] = EVERYTHING) -> bytes:
        return events_block(engine, segment, load, zones, within, crowded)

    for search in (_by_properties, _by_halves):
        try:
            return block()
        except EngineFailed as error:
            if not unreadable(error):
                raise
        engine.rows(PERSONS)  # what is stored can be read: it is the data
        refused = search(engine, block)
        log.error("events that the warehouse cannot read", extra={"count": len(refused)})
        overrule(engine, refused)
    return block()


def _by_properties(engine: Engine, _block: Callable[..., bytes]) -> dict[Place, str]:
    """Events whose properties the engine does not take for JSON."""
    found = engine.rows(_BAD_PROPERTIES)
    return {
        (r, i): _said_of(engine, props) if n < MOST_ASKED else NO_JSON
        for n, (r, i, props) in enumerate(found)
    }


def _said_of(engine: Engine, props: str) -> str:
    try:
        engine.one("SELECT toJSONString(CAST({props:String}, 'JSON'))", {"props": props})
    except EngineFailed as error:
        return detail(str(error))
    return NO_JSON


def _by_halves(engine: Engine, block: Callable[..., bytes]) -> dict[Place, str]:
    """Events that the engine refuses for whatever other reason."""
    places: list[Place] = [(r, i) for r, i in engine.rows(_COUNTED)]
    refused: dict[Place, str] = {}
    waiting = [places] if places else []
    while waiting:
        some = waiting.pop()
        try:
            block((some[0], some[-1]))
        except EngineFailed as error:
            if not unreadable(error):
                raise
            if len(some) == 1:
                refused[some[0]] = detail(str(error))
            else:
                half = len(some) // 2
                waiting += [some[:half], some[half:]]
    return refused
