"""What must hold of every report under every filter, whatever happened: how parts and wholes, people and visits,
and two cards that say the same have to be to each other. A new report is taken in by itself."""

from __future__ import annotations

import math
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from minilens.measure.dimensions import DIMENSIONS, Dimension
from minilens.measure.filters import BY_KIND, Condition, Filters
from minilens.measure.table import Row, Table
from minilens.period import Range, whole
from minilens.spool.record import Batch, Event, encode
from minilens.spool.writer import frame
from tests.examples import at_length, costly
from tests.measure.facts import (
    Asked,
    Facts,
    additive,
    answer,
    every_question,
    facts,
    number,
    of_people,
    parts,
)
from tests.measure.filtered_oracle import SAYS
from tests.measure.histories import History, histories
from tests.measure.oracle import Oracle
from tests.measure.test_filters_against_brute_force import scattered
from tests.pipeline import Happening, House

Houses = Callable[..., House]
#: A measure that is never more than another of the same row.
AT_MOST = (
    ("visitors", "visits"), ("new_users", "visitors"), ("sharers", "shares"), ("visitors", "total_users"),
    ("launch_users", "launches"), ("retained_users", "cohort_users"), ("counted_events", "received_events"),
    ("duplicate_events", "received_events"), ("quarantined_events", "received_events"),
    ("refused_events", "received_events"), ("quarantined_events", "not_counted_events"),
)  # fmt: skip
#: What a person's profile says, and what filters ask of it.
OF_PERSONS = {"gender": "female", "age": "30-39"}
PROFILES = (
    "",
    '{"province":"上海市","city":"上海"}',
    '{"gender":"女","age":33}',
    '{"gender":"male","province":"广东"}',
)
QUESTIONS = every_question()
#: Of the most measures what the whole range comes to: asked under every dimension.
HEADLINES = next(
    one
    for one in QUESTIONS
    if one.report.name == "overview.trend" and dict(one.given).get("grain") == "month"
)
#: Each dimension is asked of every so manieth question, one of them of more.
MANY, FEW = (12, 2) if at_length() else (60, 6)


@dataclass(frozen=True)
class Story:
    """What happened, what the owner said of people, and what came in that does not count."""

    history: History
    profiles: tuple[str, ...]
    refused: tuple[int, ...]
    strange: tuple[str, ...]


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Any of them."""
    said = st.lists(st.sampled_from(PROFILES), min_size=3, max_size=3).map(tuple)
    few = st.lists(st.integers(0, 3), min_size=3, max_size=3).map(tuple)
    names = st.lists(st.sampled_from(("sauce", "soup")), max_size=3).map(tuple)
    much = histories().filter(
        lambda one: len(one.arrived) >= 30
    )  # of less the rules hold by themselves
    return Story(draw(much.map(scattered)), draw(said), draw(few), draw(names))


@dataclass(frozen=True)
class Told:
    """An app, its month with the most in it, and a way to ask it."""

    house: House
    oracle: Oracle
    over: Range

    def all(self, questions: Iterable[Asked], filters: Filters = ()) -> Facts:
        """What the reports say together; no two of them may differ."""
        found: Facts = {}
        by: dict[object, str] = {}
        whole: set[str] = set()
        for asked in questions:
            if filters and not asked.report.kind.takes("filter"):
                continue
            table = answer(self.house, asked, self.over, filters)
            check(table, f"{asked.name} {filters}", filtered=bool(filters))
            if not asked.report.kind.part:
                whole.update(column.name for column in table.columns[: table.keys])
            for key, cell in facts(asked, table, self.over).items():
                other = found.setdefault(key, cell)
                same = math.isclose(number(cell), number(other), abs_tol=1e-9)
                assert same, f"{key}: {cell} in {asked.name}, {other} in {by[key]} {filters}"
                by.setdefault(key, asked.name)
        check_parts(found, filters, whole)
        return found


def check(table: Table, where: str, *, filtered: bool) -> None:
    """The rules of a single answer."""
    for row in (
        *table.rows,
        *table.compared,
        *filter(None, (table.totals, table.other, table.unknown)),
    ):
        named = {
            c.name: cell for c, cell in zip(table.columns, row, strict=True) if cell is not None
        }
        for less, more in AT_MOST:
            if less in named and more in named:
                assert number(named[less]) <= number(named[more]), (where, less, more, row)
        assert not named.get("unaccounted_events"), (where, row)
        for column in table.columns:
            # of a session its first page says where it came from, of a visit each
            if column.unit == "ratio" and not (filtered and column.name == "exit_rate"):
                assert 0 <= number(named.get(column.name, 0)) <= 1, (where, column.name, row)
    if table.totals:
        check_total(table, table.totals, where)


def check_total(table: Table, totals: Row, where: str) -> None:
    """The rows and the others come to the whole, and shares of it to one."""
    every = [*table.rows, *([table.other] if table.other else [])]
    if table.total_rows > len(table.rows) and not table.other:
        return
    for n, column in enumerate(table.columns[table.keys :], table.keys):
        cells = [number(row[n]) for row in every if row[n] is not None]
        if totals[n] is None:
            of = column.name.replace("_share", "s").replace("launchs", "launches")
            if cells and column.unit == "ratio" and additive({"entrys": "entries"}.get(of, of)):
                assert math.isclose(sum(cells), 1), (where, column.name)
        elif additive(column.name):
            assert sum(cells) == totals[n], (where, column.name)
        elif of_people(column.name):
            assert max(cells, default=0) <= number(totals[n]) <= sum(cells), (where, column.name)
    if table.unknown and len(table.rows) == table.total_rows:
        nothing = next((row[1:] for row in table.rows if row[0] == ""), (0, 0))
        assert [cell or 0 for cell in table.unknown[1:]] == list(nothing), where


def check_parts(found: Facts, filters: Filters, whole: set[str]) -> None:
    """What is told apart comes to the whole, by days as by values; people at most to the sum, at least to each. By what
    is only told of a part (not in `whole`: campaigns, of what came by one) it comes to no more than that."""
    for (measure, of), cell in found.items():
        for by, cells in parts(found, measure, of).items():
            if by not in whole:
                most = sum(cells) if additive(measure) else max(cells)
                additive_or_people = additive(measure) or of_people(measure)
                assert not additive_or_people or most <= number(cell), (measure, of, by, filters)
            elif additive(measure):
                assert sum(cells) == cell, f"{measure} of {of} by {by}: {cells} {cell} {filters}"
            elif of_people(measure):
                assert max(cells) <= number(cell) <= sum(cells), (measure, of, by, filters)


@costly(1, 6)
@given(story=stories(), turn=st.integers(0, 100))
def test_every_report_under_every_filter(new_app: Houses, story: Story, turn: int) -> None:
    told = lived(new_app, story)
    bare = told.all(QUESTIONS)
    for n, dimension in enumerate(DIMENSIONS.values(), turn):
        every = of_turn(n, FEW if n % len(DIMENSIONS) == 0 else MANY)
        value = value_of(dimension, told, n)
        pairs = sides_of(dimension, value)
        for pair in pairs if at_length() else [pairs[n % len(pairs)]]:
            sides = [told.all(every, ((one,),)) for one in pair]
            add_up(bare, sides)
            if pair[0].values == (value,):
                check_only(bare, sides[0], dimension.name, value)


def of_turn(n: int, apart: int) -> list[Asked]:
    """Every so manieth question. The rows that are shown alone are others on each side."""
    some = [*QUESTIONS[n % apart :: apart], HEADLINES]
    return [one for one in some if ("top", "1") not in one.given]


def lived(new_app: Houses, story: Story) -> Told:
    """The story as an app that has made its days."""
    house = new_app(story.history.zone)
    arrived = story.history.arrived
    devices = sorted({h.device for h in arrived})
    first = min(h.ts for h in arrived)
    for chunk in story.history.chunks:
        house.load(chunk)
    house.load([
        Happening(first + n, "profile_set", device=devices[n % len(devices)], profile=props)
        for n, props in enumerate(story.profiles) if props
    ])  # fmt: skip
    middle = sorted(h.ts for h in arrived)[len(arrived) // 2]
    house.writer.write(b"".join(frame(encode(one)) for one in strange(house, story, middle)))
    house.pipeline.loader.step()
    house.build()
    oracle = Oracle(arrived, story.history.zone)
    day = oracle.day(next(h for h in arrived if h.ts == middle))
    return Told(house, oracle, whole(Range(day, day), "month"))


def strange(house: House, story: Story, when: int) -> list[Batch]:
    """What does not count: events that nobody declared, refused ones, lost ones."""
    found = []
    for n in story.refused:
        events = [
            Event(i=i, id=uuid_of(house, n, i), name=name, ts=when, actor=7)
            for i, name in enumerate(story.strange)
        ]
        found.append(
            Batch(
                at=when + n * 7_200_000, app=house.app.id, via="tracker", key=n % 2 + 1, device=7, lost=n,
                refused={"late": n} if n else {}, received=n + len(events), events=events,
            )
        )  # fmt: skip
    return found


def uuid_of(house: House, *numbers: int) -> str:
    """The id of an event of this app."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{house.app.id} {numbers}"))


def value_of(dimension: Dimension, told: Told, turn: int) -> str:
    """A value that is asked for: one that a visit of the month has, if any has one."""
    if dimension.name in OF_PERSONS:
        return OF_PERSONS[dimension.name]
    oracle, days = told.oracle, set(told.over)
    visits = [h for h in oracle.events if h.name == "page_view" and oracle.day(h) in days]
    name = dimension.plain or dimension.name  # of a person as of the visit
    said = sorted({SAYS[name](h, True) for h in visits} - {"", "0"})
    return said[turn % len(said)] if said else next(iter(dimension.choices), "1")


def sides_of(dimension: Dimension, value: str) -> list[Sequence[Condition]]:
    """Conditions of which every visit meets one: a value or not, known or not."""
    if dimension.kind == "choice":
        return [[Condition(dimension, "is", (one,)) for one in dimension.choices]]
    pairs = [("is", "is_not"), ("is_known", "is_unknown")]
    return [
        [Condition(dimension, one, (value,) if one.startswith("is_not") or one == "is" else ()) for one in pair]
        for pair in pairs if set(pair) <= set(BY_KIND[dimension.kind])
    ]  # fmt: skip


def add_up(bare: Facts, sides: Sequence[Facts]) -> None:
    """Everything is on one side; people may be on several, and who came back may have on neither."""
    for measure, of in {key for side in sides for key in side}:
        cells = [side.get((measure, of)) for side in sides]
        if len(of) > 2 and None in cells:
            continue  # lines of the others are not shown
        known = [number(cell or 0) for cell in cells]
        cell = number(bare.get((measure, of)) or 0)
        if additive(measure):
            assert sum(known) == cell, (measure, of, cells, cell)
        elif of_people(measure):
            assert max(known) <= cell <= sum(known), (measure, of, cells, cell)
        elif measure.startswith("retained_users"):
            assert max(known) <= cell, (measure, of, cells, cell)


def check_only(bare: Facts, only: Facts, by: str, value: str) -> None:
    """What a row of a list says is what all say under the filter that leaves it alone."""
    for (measure, of), cell in only.items():
        if of == () and (measure, (by, value)) in bare and not measure.endswith("_share"):
            row = bare[measure, (by, value)]
            assert math.isclose(number(row), number(cell), abs_tol=1e-9), (
                measure,
                by,
                value,
                row,
                cell,
            )
