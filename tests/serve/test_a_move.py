"""All data is taken to another warehouse: nothing is lost or doubled, wherever it is killed and whatever comes."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client

from minilens.errors import CannotStart, MinilensError, Refused
from minilens.identity.lookup import look_up
from minilens.load.pipeline import Pipeline, open_pipeline
from minilens.reports import alarm_targets, cohorts, kpis
from minilens.reports.alarm_definition import ThresholdAlarm
from minilens.reports.kpi_definition import KpiDefinition, KpiMeasure
from minilens.serve.move import asked, progress
from minilens.serve.move.move import Move
from minilens.serve.move.offline import returned
from minilens.serve.move.refusals import MoveFailed
from minilens.serve.move.reports import Comparison
from minilens.serve.move.running import Moves, finished_switch
from minilens.settings import Settings, load
from minilens.text import Text
from minilens.warehouse import connection
from minilens.warehouse.copying import Copy
from minilens.warehouse.engine import Engine
from minilens.warehouse.migrate import migrate
from minilens.warehouse.sharding import OWN, of_each_shard
from minilens.warehouse.slices import counts, partitions, slices
from minilens.warehouse.standing import must_hold, standing
from tests.examples import at_length
from tests.pipeline import CREATED, Happening, House, at, new_house, spool_writer
from tests.warehouse.clickhouse_node import Nodes, running
from tests.warehouse.test_over_http import OVER, lived, some_visits

pytestmark = [pytest.mark.waits, pytest.mark.usefixtures("emptied")]
_names = itertools.count()


class Killed(BaseException):
    """Stands for kill -9: nothing after it runs."""


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    """Two servers; three in the long runs."""
    with running(tmp_path_factory.mktemp("nodes"), 3 if at_length() else 2) as nodes:
        yield nodes


@pytest.fixture(autouse=True)
def one_range(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports are compared over all days, not over three ranges: the same rows are in them."""
    monkeypatch.setattr(asked, "RANGES", ("all",))


@pytest.fixture
def own(tmp_path: Path) -> Settings:
    return load({"MINILENS_DATA": str(tmp_path / "data")})


@contextmanager
def opened(dsn: str) -> Iterator[Engine]:
    """An empty warehouse, up to date."""
    engine = Engine(dsn)
    migrate(engine)
    yield engine
    engine.close()


@contextmanager
def house_at(dsn: str, folder: Path) -> Iterator[House]:
    """An app in a pipeline of its own, with its warehouse there."""
    settings = load({"MINILENS_DATA": str(folder), "MINILENS_WAREHOUSE": dsn})
    pipeline, writer = open_pipeline(settings), spool_writer(settings.spool)
    apps = pipeline.records.apps.all()
    yield House(pipeline, writer, apps[0]) if apps else new_house(pipeline, writer)
    writer.close()
    pipeline.close()


def a_life(house: House) -> None:
    """Days, merges, an undo, events that wait in quarantine, a person who was erased, late and waiting events."""
    lived(house)
    house.load([Happening(at("2026-11-16 13:00"), "unheard_of", device="d3", session="q")])
    pipeline = house.pipeline
    pipeline.eraser.erase(
        house.app.id,
        look_up(pipeline.engine, house.app.id, "device=d6", pipeline.secret, only_this=False),
    )
    house.build()
    house.load(more(7))


def what_is_saved(pipeline: Pipeline, app: int) -> None:
    """A question, a KPI, an alarm rule and a cohort."""
    source, text, records = KpiMeasure("visitors"), Text("一", "One"), pipeline.records
    body = (
        '{"kind":"events","events":[{"event":"page_view"}],"from":"2026-11-01","to":"2026-11-30"}'
    )
    records.questions.create(app, text, body, team=True, now=CREATED, by=None)
    kpi = kpis.encoded(KpiDefinition(source, target=10))
    records.kpis.create(app, text, kpi, None, now=CREATED, by=None)
    rule = alarm_targets.encoded(ThresholdAlarm(source, "above", 5))
    records.alarm_rules.create(app, [(text, rule)], now=CREATED, by=None)
    often = cohorts.Definition(
        did=cohorts.Did("page_view", least=6, start="2026-11-01", end="2026-11-30")
    )
    records.cohorts.create(app, text, cohorts.encoded(often), live=True, now=CREATED, by=None)


def difference(comparison: Comparison) -> str:
    """What is said of the first one, if there is any."""
    try:
        comparison.run()
    except MoveFailed as error:
        return str(error)
    return ""


KEPT_AS = {"question": "questions", "kpi": "kpis", "alarm": "alarm_rules", "cohort": "cohorts"}


def more(n: int) -> list[Happening]:
    """What comes meanwhile: of that day, and late. Of the erased nothing is taken any more."""
    visits = [one for one in some_visits()[0][n % 9 :: 9] if one.device != "d6"]
    return [
        replace(one, id=f"00000000-0000-4000-8000-{n:04d}{k:08d}") for k, one in enumerate(visits)
    ]


def killed_at(last: str, times: int = 1) -> Callable[[str], None]:
    """What ends a move at a point, when it comes there for the how manieth time."""
    left = itertools.count(times - 1, -1)

    def fault(point: str) -> None:
        if point == last and next(left) == 0:
            raise Killed

    return fault


def events(house: House) -> int:
    return int(str(house.rows("SELECT count() FROM events WHERE app = {app:UInt32}")[0][0]))


def same(source: Engine, target: Engine) -> None:
    """Every row of every table."""
    assert counts(source) == counts(target)
    for one in partitions(source).values():
        assert slices(source, one.table, one.name) == slices(target, one.table, one.name), one.key


def told(settings: Settings) -> progress.Progress:
    found = progress.read(settings.data)
    assert found is not None
    return found


#: Where a move is ended, and at the how manieth time that it comes there. Once all was copied, what comes between two
#: ends leaves something to delete and to copy each time.
SHORT = (("copied", 2), ("copied", 9))
LONG = (
    *(("copied", 1 + n % 2) for n in range(10)),
    *(("compared", 1), ("deleted", 1), ("copied", 1), ("deleted", 1)) * 6,
)


@pytest.mark.parametrize("kills", [SHORT, pytest.param(LONG, marks=pytest.mark.long)], ids=len)
def test_a_move_goes_on_wherever_it_was_killed(
    kills: tuple[tuple[str, int], ...],
    pipeline: Pipeline,
    house: House,
    nodes: Nodes,
    own: Settings,
) -> None:
    """From the embedded engine to a cluster of two, while events come; all but the switch."""
    a_life(house)
    what_is_saved(pipeline, house.app.id)
    with opened(nodes.named(f"killed{next(_names)}", "two")) as target:
        for n, (point, times) in enumerate(kills):
            move = Move(pipeline, own, target, rehearsal=True, fault=killed_at(point, times))
            with pytest.raises(Killed):
                move.run()
            house.load(more(n))
            if n % 2:
                house.build()
        move = Move(pipeline, own, target, rehearsal=True)
        move.run()
        same(pipeline.engine, target)
        found = told(own)
        assert (found.state, found.copied > 0, found.reports > 50) == ("rehearsed", True, True)
        # nothing came after it was asked beforehand: once loading waits, nothing is asked again
        assert (found.questions > 50, found.questions_of_pause) == (True, 0)
        assert pipeline.builder.swept_later == 0.0
        assert standing(target).state == "filling"
        with pytest.raises(CannotStart, match="being filled"):
            must_hold(target)
        must_hold(pipeline.engine)


def test_what_is_saved_is_asked_of_both_and_a_difference_is_named(
    pipeline: Pipeline, house: House, nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here of a warehouse that holds nothing; reports are left out, since the first of them would differ."""
    house.load(some_visits()[0])
    monkeypatch.setattr(asked, "REPORTS", {})
    monkeypatch.setattr(asked, "ONE_OF", {})
    app, records = house.app.id, pipeline.records
    what_is_saved(pipeline, app)
    with opened(nodes.named("saved", "two")) as target:
        comparison = Comparison(pipeline, pipeline.engine, target)
        named = set[str]()
        with pytest.raises(MoveFailed, match="differs between"):
            comparison.run()
        while differs := difference(comparison):
            _, _, name, what, *_ = differs.split()
            kind, number = what.split(".")
            (of,) = (
                one.id for one in records.apps.all() if one.name == name
            )  # or of a test before
            named.add(kind)
            gone = getattr(records, KEPT_AS[kind]).remove
            others = {"others": True} if kind == "question" else {}
            gone(of, int(number), now=CREATED, by=None, **others)
        assert named == set(KEPT_AS)


def test_what_was_copied_and_deleted_is_copied_again(house: House, nodes: Nodes) -> None:
    """The same block a second time."""
    house.load(some_visits()[0])
    engine = house.pipeline.engine
    ledger = next(one for one in partitions(engine).values() if one.table == "ledger")
    with opened(nodes.named("again", "two")) as target:
        for _ in range(2):
            assert Copy(engine, target).match(ledger)
            target.on_each_shard("DELETE FROM ledger WHERE app > 0")
            assert target.one("SELECT count() FROM ledger") == 0


@pytest.mark.long
def test_a_server_becomes_two_shards_then_three_and_goes_back(nodes: Nodes, tmp_path: Path) -> None:
    """Every switch, killed between its two halves; what was left cannot be started; and back into what was left."""
    Engine(f"{nodes[0]}/default").run("CREATE DATABASE one")
    ends = [f"{nodes[0]}/one", nodes.named("grown", "two"), nodes.named("wider"), f"{nodes[0]}/one"]
    count = 0
    for n, (source, to) in enumerate(itertools.pairwise(ends)):
        with house_at(source, tmp_path) as house:
            if n == 0:
                a_life(house)
            pipeline, settings = house.pipeline, load({"MINILENS_DATA": str(tmp_path)})
            with opened(to) as target:
                move = Move(pipeline, settings, target)
                move.fault = killed_at("left")
                with pytest.raises(Killed):
                    move.run()
                with pytest.raises(CannotStart, match="being filled"):
                    must_hold(target)
                assert finished_switch(pipeline.engine, target, settings)
                same(pipeline.engine, target)
                must_hold(target)
            house.receive(more(n))
            with pytest.raises(CannotStart, match="was moved to"):
                pipeline.loader.step()
            with pytest.raises(CannotStart, match="was moved to"):
                must_hold(pipeline.engine)
            before = house.figures(OVER)
            count = events(house)
        with pytest.raises(CannotStart, match="was moved to"), house_at(source, tmp_path):
            raise AssertionError
        with house_at(to, tmp_path) as house:
            assert house.figures(OVER) == before
            house.pipeline.drain()
            assert events(house) == count + len(more(n))
    # the last one breaks: three shards as they were, and what the spool keeps
    settings = load({"MINILENS_DATA": str(tmp_path), "MINILENS_WAREHOUSE": ends[2]})
    assert returned(settings) > 0
    with house_at(ends[2], tmp_path) as house:
        house.pipeline.drain()
        assert events(house) == count + len(more(2))


def test_what_is_refused(
    pipeline: Pipeline, nodes: Nodes, own: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    moves = Moves(pipeline, own)

    def refused(to: str, do: str = "start") -> str:
        with pytest.raises(MinilensError) as found:
            moves.answered({"do": do, "to": to})
        return found.value.code if isinstance(found.value, Refused) else str(found.value)

    assert refused(pipeline.engine.dsn) == "move_to_itself"
    assert refused("chdb:///elsewhere") == "move_between_folders"
    assert "cannot be opened" in refused("clickhouse://minilens:x@127.0.0.1:1/there")
    there = nodes.named("refuses", "two")
    assert refused(there, "cancel") == "no_move"
    with opened(there) as target:
        target.run("INSERT INTO erased (app) VALUES (7)")
        assert refused(there) == "move_not_empty"
        target.on_each_shard("TRUNCATE TABLE erased")
        with monkeypatch.context() as patch:
            patch.setattr("minilens.serve.move.refusals._FREE", "SELECT -1")
            assert refused(there) == "move_no_room"
        Move(pipeline, own, target)  # and is killed
        assert refused(nodes.named("other", "two")) == "move_underway"
        assert not moves.answered({"do": "cancel", "to": there})["move"]
        assert not sum(counts(target).values())
        assert standing(target).state == "holds"
        target.on_each_shard(
            "ALTER TABLE schema_version DELETE WHERE version > 20", mutations_sync=2
        )
        assert refused(there) == "move_older"
        with pytest.raises(Refused, match="nothing to go back to"):
            returned(replace(own, warehouse=there))


def test_one_that_is_under_way_is_stopped_and_given_up(
    pipeline: Pipeline, house: House, nodes: Nodes, own: Settings
) -> None:
    house.load(some_visits()[0])
    moves, there = Moves(pipeline, own), nodes.named("stopped", "two")
    for end in ("stop", "cancel"):
        assert moves.answered({"do": "start", "to": there, "rehearse": "yes"})["running"]
        told = moves.answered({"do": end, "to": there})
        assert not told["running"]
        assert (told["move"] or {}).get("state") == ("stopped" if end == "stop" else None)
    moves.answered({"do": "start", "to": there, "rehearse": "yes"})
    moves.close()
    assert not moves.running
    must_hold(pipeline.engine)


def test_questions_of_a_warehouse_that_was_left_can_be_cancelled(nodes: Nodes) -> None:
    engine = Engine(f"{nodes[0]}/default")
    engine.seal.close(CannotStart("It was left", "已迁走"))
    engine.stop("question")
    assert engine.one("SELECT 1") == 1
    with pytest.raises(CannotStart, match="It was left"):
        engine.run("CREATE DATABASE never")
    engine.close()


def test_a_copy_of_an_engine_on_one_thread_closes_its_own_connections(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One a round of a move; those of the engine itself stay."""
    open_now: list[Client] = []

    def counted(*given: Any) -> Client:
        client = connection.connect(*given)
        closed = client.close

        def close() -> None:
            open_now.remove(client)
            closed()

        client.close = close  # type: ignore[method-assign]
        open_now.append(client)
        return client

    monkeypatch.setattr("minilens.warehouse.engine.connect", counted)
    asked = (
        f"SELECT number FROM {of_each_shard(f'SELECT toUInt64(actor) AS number FROM {OWN}events')}"
    )
    with opened(nodes.named("copies", "two")) as engine:
        engine.arrow_of_each(asked)
        before = len(open_now)
        for _ in range(3):
            with closing(engine.on_one_thread()) as copy:
                assert copy.arrow_of_each(asked).num_rows == copy.one("SELECT 0")
                assert len(open_now) >= before + 3  # of the server that is asked, and of each shard
            assert len(open_now) == before
        left = engine.on_one_thread()
        assert left.one("SELECT 1") == 1
        assert engine.arrow_of_each(asked).num_rows == 0
    assert not open_now
