"""A person, or one identity of a person, erased: everywhere and for good. A kill in between is finished by a start, a
failure by the server itself.

The order stands in the records before anything is deleted. It is carried out while nothing is loaded or made: the
list that loading heeds first, then events, the map last, because the map says who is meant. Nobody reads these rows
from then on; that they are no longer on the disk, and what builds made of them, follows while events are loaded.
Days that had events of theirs are made again and counted as restated.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from secrets import randbits

from minilens.identity.bridges import bridges
from minilens.identity.cohort_members import hold_on
from minilens.identity.exported_as import exported_as
from minilens.identity.graph import graph, write_links
from minilens.identity.links import OFF, Link
from minilens.identity.lookup import Subject
from minilens.identity.moves import write_moves
from minilens.identity.partition import partition
from minilens.identity.persons import Settled
from minilens.identity.spans import OWN
from minilens.load.blocks import rules_of
from minilens.load.erased import KEY, keyed, keys_of
from minilens.load.forgetting import forget_received
from minilens.load.handed_on import Whose
from minilens.load.pending import Counter, Pending, mark, mark_days
from minilens.load.removal import hide, off_the_disk, remove
from minilens.period import now
from minilens.records.erasures import Erasure
from minilens.records.store import Records
from minilens.spool.reader import Folder
from minilens.warehouse.engine import Engine
from minilens.warehouse.rows import insert_rows, stamp

#: What builds keep of each person: of a whole person, on days of which no event is left, too.
OF_PERSONS = ("sessions", "day_page_views", "day_visitors", "actions", "profile_values")
#: Identities that go, of all that are meant: what was handed on stays that of others.
_GONE = "app = {app:UInt32} AND actor IN {gone:Array(UInt64)}"
_MEMBER = f"{_GONE} OR app = {{app:UInt32}} AND person IN {{persons:Array(UInt32)}}"
_ENDS = (
    "app = {app:UInt32} AND (node IN {gone:Array(UInt64)} OR other IN {gone:Array(UInt64)} "
    "OR (node, other) IN {pairs:Array(Tuple(UInt64, UInt64))})"
)
_IN_QUARANTINE = (
    "app = {app:UInt32} AND at <= {until:DateTime64(3, 'UTC')} "
    "AND (arrayExists(text -> position(line, text) > 0, {texts:Array(String)}) OR "
    "arrayExists(text -> position(batch, text) > 0, {beside:Array(String)}) OR "
    "arrayExists(x -> x.1 = JSONExtractUInt(line, 'actor') AND JSONExtractInt(line, 'ts') >= x.2 "
    "AND JSONExtractInt(line, 'ts') < x.3, {spans:Array(Tuple(UInt64, Int64, Int64))}))"
)
#: Of whoever is erased as a whole; and of whoever is not (`besides`) on the days that are made again. What is made
#: after it has no part in it.
_OF_PERSONS = (
    "app = {app:UInt32} AND build < {build:UInt64} AND "
    "((person IN {persons:Array(UInt32)} AND day <= toDate({until:DateTime64(3, 'UTC')}) + 1) "
    "OR (day IN {days:Array(Date)} AND person IN {besides:Array(UInt32)}))"
)
#: What nobody else came with: the same of rows of several persons.
_OF_VALUES = (
    "app = {app:UInt32} AND build < {build:UInt64} AND ((hasAll({persons:Array(UInt32)}, bitmapToArray(visitors)) "
    "AND day <= toDate({until:DateTime64(3, 'UTC')}) + 1) "
    "OR (day IN {days:Array(Date)} AND hasAll({besides:Array(UInt32)}, bitmapToArray(visitors))))"
)
#: Persons whose identities these are or were.
_BESIDES = "SELECT DISTINCT person FROM person_map WHERE app = {app:UInt32} AND actor IN {actors:Array(UInt64)}"
#: Persons whom an order has taken out of the map already: a kill came before what was made of them was gone.
_LEFT_BEHIND = (
    "SELECT DISTINCT person FROM person_map "
    "WHERE app = {app:UInt32} AND kind = 'erased' AND at = {until:DateTime64(3, 'UTC')}"
)
#: What is left of persons of whom an identity goes: type by identity.
_LEFT = """
SELECT person, groupArray((actor, kind)) FROM
(
    SELECT actor, argMax(m.person, version) AS person, toString(any(m.kind)) AS kind FROM person_map AS m
    WHERE app = {app:UInt32} AND since = 0 GROUP BY actor
)
WHERE actor NOT IN {gone:Array(UInt64)} AND person NOT IN {persons:Array(UInt32)} AND (person IN {besides:Array(UInt32)}
    OR person IN
    (SELECT m.person FROM person_map AS m WHERE m.app = {app:UInt32} AND m.actor IN {gone:Array(UInt64)}))
GROUP BY person"""
#: An order that is carried out once more lets what came after it be.
_BEFORE = "ts <= {until:DateTime64(3, 'UTC')}"


#: Several may hold loading still at once: whoever then changes what loading stands on does so alone. Taken after that:
#: a task that is held up by it would hold up whoever has it.
ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True)
class _Made:
    """What there was, and what is left to be asked for."""

    counts: dict[str, int]
    asked: dict[str, object]


@dataclass(frozen=True)
class Eraser:
    """What an erasure stands on. `still`: nothing is loaded, made or swept meanwhile."""

    engine: Engine
    records: Records
    pending: Pending
    counter: Counter
    received: Callable[[], Iterable[Folder]]  # what is kept of it, of every receiver
    secret: bytes
    still: Callable[[], AbstractContextManager[None]] = nullcontext
    clean: dict[str, set[str]] = field(default_factory=dict)  # order → segments gone through
    underway: set[str] = field(default_factory=set)  # orders that somebody carries out now
    fault: Callable[[str], None] = lambda point: None  # tests interrupt here

    def erase(self, app: int, subject: Subject, *, by: int | None = None) -> Erasure:
        """Erase whoever was looked up; what there was."""
        with ExitStack() as whole:
            with self.still(), ONE_AT_A_TIME:
                meant = list(subject.actors)
                if subject.whole:  # as which an export names them, which somebody may import again
                    meant += exported_as(self.engine, app, subject)
                keys = keys_of(self.engine, self.secret, app, meant)
                order = self.records.erasures.begin(
                    app, keys, whole=subject.whole, now=now(), by=by
                )
                whole.enter_context(self._underway(order))
                self.fault("ordered")
                made = self._carry_out(order)
            self._finish(order, made)
        return Erasure(order.id, app, order.at, order.whole, order.keys, made.counts)

    def complete(self) -> int:
        """Carry out the orders that this warehouse has not: after a kill, a restore, or a failure in the middle while
        the process lived on; how many. Those that somebody carries out now are none of them. One that fails keeps no
        other back; the first failure is raised when all have been tried."""
        count, failed = 0, dict[str, Exception]()
        while waiting := self._not_carried_out(failed):
            order = waiting[-1]
            try:
                count += self._complete(order)
            except Exception as error:  # whatever it is
                failed[order.id] = error
        for first in failed.values():
            raise first
        return count

    def _complete(self, order: Erasure) -> bool:
        """False where somebody else came first."""
        with ExitStack() as whole:
            with self.still(), ONE_AT_A_TIME:
                if order.id not in {one.id for one in self._not_carried_out()}:
                    return False
                whole.enter_context(self._underway(order))
                made = self._carry_out(order)
            self._finish(order, made)
        return True

    def _not_carried_out(self, besides: Collection[str] = ()) -> list[Erasure]:
        """The newest first."""
        carried = {row[0] for row in self.engine.rows("SELECT erasure FROM erased WHERE key = 0")}
        gone = carried | self.underway | set(besides)
        return [one for one in self.records.erasures.all() if one.id not in gone]

    @contextmanager
    def _underway(self, order: Erasure) -> Iterator[None]:
        self.underway.add(order.id)
        try:
            yield
        finally:
            self.underway.discard(order.id)

    def forget_spool(self) -> int:
        """Take what was received of erased persons out of segments that are complete by now; how many orders waited."""
        waiting = [one for one in self.records.erasures.all() if not one.spool]
        if waiting:
            with self.still(), ONE_AT_A_TIME:
                for order in waiting:
                    self._forget_received(order)
        return len(waiting)

    def _carry_out(self, order: Erasure) -> _Made:
        """All that loading and making days go by."""
        asked = self._asked(order)
        actors, persons = self._who(order, asked)
        whose = Whose.of(self.engine, order, actors, persons)
        asked |= whose.asked() | {"persons": persons, "texts": _texts(whose.gone)}
        asked |= {"beside": _beside(whose.gone)}
        self._list(order, whose)
        self.fault("listed")
        days = mark_days(self.engine, order.app, actors) if actors else []
        mark(self.engine, self.pending, self.counter, order.app, days, "erasure")
        counts = self._counted(asked) | {"days": len(days), "identities": len(actors)}
        besides = [int(row[0]) for row in self.engine.rows(_BESIDES, asked)]
        self._delete(order.app, asked, days)
        mark(self.engine, self.pending, self.counter, order.app, days, "erasure")
        self._delete_map(order, whose, asked)
        self.fault("forgotten")
        self.records.kept_numbers.forget(order.app, whose.gone)
        self.records.paid_orders.forget(order.app, whose.gone)
        counts["received"] = self._forget_received(order)
        self.records.erasures.done(order, counts)
        about = asked | {"days": list(days), "besides": besides, "build": self.counter.next()}
        return _Made(counts, about)

    def _finish(self, order: Erasure, made: _Made) -> None:
        """What was made of them, and what is only hidden, while events are loaded and days made again: most of the
        work."""
        for table in OF_PERSONS:
            remove(self.engine, table, _OF_PERSONS, made.asked)
        remove(self.engine, "day_values", _OF_VALUES, made.asked)
        off_the_disk(self.engine, order.app)
        self.fault("finished")
        insert_rows(
            self.engine, "erased", ("app", "key", "until", "erasure"),
            [(order.app, 0, stamp(order.until), order.id)],
        )  # fmt: skip

    def _asked(self, order: Erasure) -> dict[str, object]:
        return {
            **keyed(self.secret), "app": order.app, "keys": list(order.keys), "until": stamp(order.until),
        }  # fmt: skip

    def _list(self, order: Erasure, whose: Whose) -> None:
        """Nothing of theirs is loaded from here on."""
        there = "SELECT count() FROM erased WHERE erasure = {id:String}"
        if not self.engine.one(there, {"id": order.id}):
            shared = sorted(whose.shared)
            keys = keys_of(self.engine, self.secret, order.app, shared)
            times = [(key, 0, order.until) for key in order.keys if key not in keys]
            times += [
                (key, one.since, min(one.until - 1, order.until))
                for actor, key in zip(shared, keys, strict=True)
                for one in whose.parts
                if one.actor == actor
            ]
            rows = [
                (order.app, key, stamp(since), stamp(until), order.id)
                for key, since, until in times
            ]
            insert_rows(self.engine, "erased", ("app", "key", "since", "until", "erasure"), rows)

    def _who(self, order: Erasure, asked: dict[str, object]) -> tuple[list[int], list[int]]:
        """The identities as the map has them, and the persons of whom no other is left."""
        key = KEY.format(app="app", actor="actor")
        of_map = f"app = {{app:UInt32}} AND {key} IN {{keys:Array(UInt64)}}"
        actors = [
            int(row[0])
            for row in self.engine.rows(
                f"SELECT DISTINCT actor FROM person_map WHERE {of_map}", asked
            )
        ]
        persons = self.engine.rows(
            """
SELECT person FROM
(
    SELECT actor, argMax(person, version) AS person FROM person_map
    WHERE app = {app:UInt32} AND since = 0 GROUP BY actor
)
GROUP BY person HAVING min(actor IN {actors:Array(UInt64)})""",
            {"app": order.app, "actors": actors},
        )
        behind = self.engine.rows(_LEFT_BEHIND, asked)
        return actors, sorted({int(row[0]) for row in (*persons, *behind)})

    def _counted(self, asked: dict[str, object]) -> dict[str, int]:
        events = self.engine.one(f"SELECT count() FROM events WHERE {OWN} AND {_BEFORE}", asked)
        waiting = self.engine.one(f"SELECT count() FROM quarantine WHERE {_IN_QUARANTINE}", asked)
        return {"events": int(events), "quarantined": int(waiting)}

    def _delete(self, app: int, asked: dict[str, object], days: Sequence[date]) -> None:
        hide(self.engine, "events", f"{OWN} AND {_BEFORE}", asked, _months(app, days))
        self.fault("events")
        of_app = [f"IN PARTITION {app}"]
        hide(self.engine, "quarantine", _IN_QUARANTINE, asked, of_app)
        for table in ("persons", "first_touches"):
            hide(
                self.engine,
                table,
                "app = {app:UInt32} AND person IN {persons:Array(UInt32)}",
                asked,
                of_app,
            )

    def _delete_map(self, order: Erasure, whose: Whose, asked: dict[str, object]) -> None:
        """The number of a person is never given to another: it stays, under an identity that nobody has."""
        self._leave_to_others(order, whose)
        behind = {int(row[0]) for row in self.engine.rows(_LEFT_BEHIND, asked)}
        persons: Sequence[int] = asked["persons"]  # type: ignore[assignment]
        at = stamp(order.until)
        stones = [
            (order.app, randbits(63) | 1, 0, person, "erased", "erased", "claimed", at)
            for person in persons
            if person not in behind
        ]
        columns = ("app", "actor", "version", "person", "kind", "cause", "grade", "at")
        insert_rows(self.engine, "person_map", columns, stones)
        self._hold_together(order, whose, asked)
        self.counter.renumbered += 1
        self.fault("stones")
        of_app = [f"IN PARTITION {order.app}"]
        for table in ("links", "keep_apart"):
            hide(self.engine, table, _ENDS, asked, of_app)
        hold_on(self.engine, order.app, whose.gone)
        hide(self.engine, "cohort_members", _MEMBER, asked, of_app)
        for table in ("person_moves", "person_map"):
            hide(self.engine, table, _GONE, asked, of_app)

    def _leave_to_others(self, order: Erasure, whose: Whose) -> None:
        """What was handed on is from now on only those others' who had it: the map says so before the links do."""
        at = stamp(order.until)
        rows: list[tuple[object, ...]] = [
            (order.app, one.actor, self.counter.next(), person, one.kind, "erasure", "verified", at, stamp(one.since))
            for one, person in whose.left()
        ]  # fmt: skip
        columns = ("app", "actor", "version", "person", "kind", "cause", "grade", "at", "since")
        insert_rows(self.engine, "person_map", columns, rows)
        write_moves(self.engine, Settled(map=rows))

    def _hold_together(self, order: Erasure, whose: Whose, asked: dict[str, object]) -> None:
        """Of a person of whom one identity goes the others stay together, though the links went by way of that one."""
        left = [
            dict(some)
            for _, some in self.engine.rows(
                _LEFT, asked | {"besides": [one.person for one in whose.parts]}
            )
        ]
        if left:
            links = self._bridges(order.app, whose, left)
            write_links(self.engine, [(order.app, link) for link in links], self.counter.next())
            self._keep_apart(order, asked, [node for some in left for node in some])

    def _bridges(self, app: int, whose: Whose, left: list[dict[int, str]]) -> list[Link]:
        """Links for the ways that led over what goes."""
        types = rules_of(self.records, self.secret).types_of(app)
        found = graph(self.engine, [(app, node) for node in {*whose.gone, *chain(*left)}])
        links = found.links.get(app, {})
        made = partition(
            links.values(),
            verified={node for (_, node), one in found.known.items() if one.verified},
            apart=found.apart.get(app),
            crowds={node for _, node in found.hubs},
            types=types,
        )
        return bridges(links, made, left, whose.gone, types)

    def _keep_apart(self, order: Erasure, asked: dict[str, object], left: list[int]) -> None:
        """Whoever was somebody else beside the identity that goes is somebody else without it, too: what it was that
        refused those links is no longer known."""
        refused = self.engine.rows(
            "SELECT node, other FROM links WHERE app = {app:UInt32} AND node IN {left:Array(UInt64)} "
            "AND other NOT IN {left:Array(UInt64)} AND other NOT IN {gone:Array(UInt64)} "
            "AND other NOT IN {handed:Array(UInt64)} "
            "GROUP BY node, other HAVING argMax(toString(state), version) != {off:String}",
            asked | {"left": left, "off": OFF},
        )
        number, at = self.counter.next(), stamp(order.until)
        rows = [
            (order.app, *pair, number, False, "", "erasure", at)
            for node, other in refused
            for pair in ((node, other), (other, node))
        ]
        columns = ("app", "node", "other", "version", "lifted", "by", "why", "at")
        insert_rows(self.engine, "keep_apart", columns, rows)

    def _forget_received(self, order: Erasure) -> int:
        gone, complete = forget_received(
            self.received(),
            self.engine,
            order,
            keyed(self.secret),
            self.clean.setdefault(order.id, set()),
        )
        if complete:
            self.records.erasures.spool_done(order)
            self.clean.pop(order.id, None)
        return gone


def _texts(actors: Collection[int]) -> list[str]:
    """How a line of the quarantine names one of these."""
    return [f'"{name}":{n}{end}' for n in actors for name in ("actor", "device") for end in ",}"]


def _beside(actors: Collection[int]) -> list[str]:
    """How the batch that it came in names one of these among who is named beside an actor."""
    return [f'",{n}]' for n in actors]


def _months(app: int, days: Sequence[date]) -> list[str]:
    """Where events of these days lie."""
    months = sorted({day.year * 100 + day.month for day in days})
    return [f"IN PARTITION ({app}, {month})" for month in months]
