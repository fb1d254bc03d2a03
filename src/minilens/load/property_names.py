"""Property names of each app: new ones come without end where a value became a name, or somebody floods it.

An app has so many names at most. Properties with further names are left out of their events, which count all the same.
"""

from __future__ import annotations

from collections import defaultdict

from minilens.period import now_ms
from minilens.warehouse.engine import Engine
from minilens.warehouse.rows import insert_rows, stamp

#: What shows an app's names as a list that a person can read, ten times over.
MOST_NAMES = 2_000

#: Names of one property `kv` of an event: its own, and those inside (`cart.items`), as deep as the receiver takes them.
_INSIDE = "JSONExtractKeysAndValuesRaw(kv.2)"
_NAMES_OF_ONE = f"""arrayConcat([kv.1], arrayMap(a -> concat(kv.1, '.', a.1), {_INSIDE}),
    arrayFlatten(arrayMap(a -> arrayMap(b -> concat(kv.1, '.', a.1, '.', b), JSONExtractKeys(a.2)), {_INSIDE})))"""
_NAMES = f"""if(position(e.props, '{{', 2) = 0, JSONExtractKeys(e.props),
    arrayFlatten(arrayMap(kv -> {_NAMES_OF_ONE}, JSONExtractKeysAndValuesRaw(e.props))))"""

_COUNTED = """
FROM (SELECT app, r, e FROM incoming ARRAY JOIN events AS e)
WHERE e.props NOT IN ('', '{}') AND (r, e.i) IN (SELECT r, i FROM chunk WHERE verdict = '')"""
#: The names of a chunk, the most frequent first; one more than an app may have tells that there are too many.
_CAME = f"""
SELECT app, name, count() AS n FROM (SELECT app, arrayJoin({_NAMES}) AS name {_COUNTED})
GROUP BY app, name ORDER BY app, n DESC, name LIMIT {{most:UInt32}} BY app"""
_LEFT_OUT = f"""
SELECT app, count(), min(arrayFirst(x -> (app, x) NOT IN (SELECT app, name FROM kept_names), names)) FROM
(SELECT app, {_NAMES} AS names {_COUNTED})
WHERE app IN {{over:Array(UInt32)}} AND arrayExists(x -> (app, x) NOT IN (SELECT app, name FROM kept_names), names)
GROUP BY app ORDER BY app"""

#: Of apps that have too many: the names that stay. The loader's own.
KEPT_NAMES = "CREATE OR REPLACE TABLE kept_names (app UInt32, name String) ENGINE = Memory"
#: The properties of an event of such an app, as they are kept.
KEPT_PROPERTIES = f"""concat('{{', arrayStringConcat(arrayMap(kv -> concat(toJSONString(kv.1), ':', kv.2),
    arrayFilter(kv -> arrayAll(x -> (app, x) IN (SELECT app, name FROM kept_names), {_NAMES_OF_ONE}),
        JSONExtractKeysAndValuesRaw(e.props))), ','), '}}')"""


class PropertyNames:
    """The names that are known. One that does not stay is met anew in each chunk."""

    def __init__(self, engine: Engine, most: int = MOST_NAMES) -> None:
        self._engine, self.most = engine, most
        self._known: dict[int, set[str]] = defaultdict(set)
        self._is_read = False

    def forget(self) -> None:
        """Know nothing: the next chunk reads what is written down. Asks the engine nothing, which may be failing."""
        self._is_read = False

    def _read(self) -> None:
        self._known.clear()
        for app, name in self._engine.rows("SELECT DISTINCT app, name FROM property_names"):
            self._known[app].add(name)
        self._is_read = True

    def admit(self, token: str, staged: Engine | None = None) -> list[int]:
        """Write down the new names of the judged chunk; the apps that have too many. `staged`: through which server it
        is staged.

        For these `kept_names` holds the names that stay.
        """
        engine = staged or self._engine
        if not self._is_read:
            self._read()
        came: dict[int, list[str]] = defaultdict(list)
        for app, name, _ in engine.rows(_CAME, {"most": self.most + 1}):
            came[app].append(name)
        new, over = [], []
        for app, names in came.items():
            known = self._known[app]
            unknown = [name for name in names if name not in known]
            room = self.most - len(known)
            if len(unknown) > room:
                over.append(app)
            new += [(app, name) for name in unknown[: max(0, room)]]
        insert_rows(engine, "property_names", ("app", "name"), new)
        for app, name in new:
            self._known[app].add(name)
        if over:
            self._leave_out(engine, over, token)
        return over

    def _leave_out(self, engine: Engine, over: list[int], token: str) -> None:
        """Say which names stay, and how many events lose a property."""
        kept = [(app, name) for app in over for name in sorted(self._known[app])]
        engine.run("TRUNCATE TABLE kept_names")
        insert_rows(engine, "kept_names", ("app", "name"), kept)
        at = stamp(now_ms())
        left = [(app, at, n, example) for app, n, example in engine.rows(_LEFT_OUT, {"over": over})]
        insert_rows(engine, "left_out_properties", ("app", "at", "events", "example"), left, token)
