"""What every test may ask for: the pipeline of this process, and a new app in it."""

from __future__ import annotations

import functools
import gc
import os
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from httpx._config import DEFAULT_TIMEOUT_CONFIG

from minilens.load.pipeline import Pipeline
from minilens.settings import Settings, load
from minilens.spool.writer import Writer
from tests import side_by_side
from tests.examples import at_length
from tests.pipeline import House
from tests.side_by_side import pytest_pyfunc_call as pytest_pyfunc_call  # the hook stands here

# What must pass before a change lands asks the same examples each time; `make test-long` asks many new
# ones, and those that failed the last time (.hypothesis/) first.
hypothesis.settings.register_profile("landing", derandomize=True, deadline=None)
hypothesis.settings.register_profile(
    "long",
    hypothesis.settings.get_profile("default"),
    max_examples=5000,
    deadline=None,
    print_blob=True,
)
hypothesis.settings.load_profile("landing")


# While tests are found everything that is made stays: who looked through it would find nothing to throw away.
gc.set_threshold(100_000, 50, 1000)

#: The shared pipeline and its receiver, once a test has asked for them.
_shared: list[tuple[Pipeline, Writer]] = []
FEW_PARTS = 200
WAREHOUSE = "MINILENS_TEST_WAREHOUSE"
#: `chance` in it lays each row of that cluster on any shard.
ROWS = "MINILENS_TEST_ROWS"

#: Files of servers and browsers that take longest: begun first, so that no worker is left alone with
#: one at the end; browsers wait where servers work, so they take turns.
LONGEST = (
    "serve/test_doors_are_as_described.py",
    "measure/test_two_nodes.py",
    "serve/test_an_engine_that_cannot_open.py",
    "serve/test_several_hosts.py",
    "warehouse/test_a_cluster.py",
    "serve/test_a_move.py",
    "measure/test_real_data.py",
    "browser/test_it_looks_right_everywhere.py",
    "browser/test_cohorts.py",
    "browser/test_growth_owner.py",
    "serve/test_a_running_server.py",
    "browser/test_axe_finds_nothing_serious.py",
    "serve/test_a_person_is_exported_and_erased.py",
    "archives/test_months_are_archived.py",
    "load/test_erasure.py",
    "browser/test_settings_and_phone.py",
    "browser/test_dashboard.py",
    "guide/test_examples_run.py",
    "browser/test_the_card_is_used.py",
    "serve/test_the_doctor_checks_days.py",
    "browser/test_lists_filters_and_pictures.py",
    "browser/test_a_card_that_fails.py",
    "browser/test_the_live_tab.py",
    "browser/test_event_analysis.py",
    "browser/test_funnels.py",
    "serve/test_an_import_that_is_refused.py",
    "browser/test_people_come_in.py",
    "serve/test_the_report_command.py",
    "browser/test_forms_of_the_bar.py",
    "serve/test_the_newest_events.py",
    "browser/test_the_page_stays.py",
    "serve/test_mutated_batches.py",
    "load/test_days_are_checked_against_events.py",
    "serve/test_the_first_start.py",
    "load/test_an_insert_is_believed_when_it_is_read_back.py",
    "warehouse/test_over_http.py",
)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Who takes the shared pipeline is no unit test; who asks whether there is time does more in `make test-long`."""
    if "pipeline" in getattr(item, "fixturenames", ()):
        item.add_marker("warehouse")
    if isinstance(item, pytest.Function) and hasattr(item.module, at_length.__name__):
        item.add_marker("at_length")
    if os.environ.get(WAREHOUSE) and (of := item.get_closest_marker("embedded")):
        item.add_marker(pytest.mark.skip(reason=f"is about the embedded engine: {of.args[0]}"))
    side_by_side.collected(item)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Longest files first; all others stay in the order that chance gave them."""
    place = {Path(__file__).parent / name: n for n, name in enumerate(LONGEST)}
    if gone := [str(path) for path in place if not path.exists()]:
        raise pytest.UsageError(f"LONGEST names what is not there: {', '.join(gone)}")
    items.sort(key=lambda item: place.get(item.path, len(LONGEST)))


def pytest_collection_finish() -> None:
    """What has been read stays to the end, and nobody looks through it again for what may be thrown away.

    With all tests and all of the program in memory each such look takes as long as ten tests: it was a fifth of the
    processor time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


@pytest.fixture(scope="session", autouse=True)
def read_once() -> Iterator[None]:
    """Each new client would read the certificates of all the world."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", functools.cache(ssl.create_default_context))
        yield


@pytest.fixture(scope="session", autouse=True)
def patient() -> Iterator[None]:
    """Who says nothing of it waits a minute for an answer: the library's five seconds are few where much else runs."""
    with pytest.MonkeyPatch.context() as patch:
        for step in ("connect", "read", "write", "pool"):
            patch.setattr(DEFAULT_TIMEOUT_CONFIG, step, 60.0)
        yield


@pytest.fixture(scope="session", autouse=True)
def interpreted() -> Iterator[None]:
    """The engine of this process compiles no machine code: for few rows that costs more than it saves.

    Servers and commands that tests start do compile, and so does whatever `make test-long` runs.
    """
    from minilens.warehouse.connection import ALWAYS

    with pytest.MonkeyPatch.context() as patch:
        for what in (
            () if at_length() else ("expressions", "aggregate_expressions", "sort_description")
        ):
            patch.setitem(ALWAYS, f"compile_{what}", 0)
        yield


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of the shared pipeline: all in a folder of this process, but where MINILENS_TEST_WAREHOUSE names a
    server or a cluster, whose database is emptied."""
    folder, warehouse = tmp_path_factory.mktemp("pipeline"), os.environ.get(WAREHOUSE, "")
    said = {"MINILENS_DATA": str(folder), "MINILENS_MEMORY_MB": "2048"}
    return load(said | ({"MINILENS_WAREHOUSE": warehouse} if warehouse else {}))


@pytest.fixture(scope="session", autouse=True)
def by_chance() -> Iterator[None]:
    """Rows of the shared pipeline's cluster lie anywhere, where MINILENS_TEST_ROWS says so."""
    from minilens.warehouse.cluster import Cluster
    from minilens.warehouse.sharding import SHARDED
    from tests.warehouse.anywhere import by_all_of_a_row, columns

    laid = Cluster.over

    def over(cluster: Cluster, table: str) -> str:
        made = columns(cluster.at(cluster.firsts[0]), cluster.local, table)
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(SHARDED, table, by_all_of_a_row(made))
            return laid(cluster, table)

    with pytest.MonkeyPatch.context() as patch:
        if os.environ.get(ROWS) == "chance":
            patch.setattr(Cluster, "over", over)
        yield


@pytest.fixture(scope="session")
def pipeline(settings: Settings) -> Iterator[Pipeline]:
    """Engine, records, loader and builder; opened once a process."""
    from minilens.load.pipeline import open_pipeline

    opened = open_pipeline(settings)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def writer(settings: Settings, pipeline: Pipeline) -> Iterator[Writer]:
    """The receiver of the shared pipeline."""
    from tests.pipeline import spool_writer

    opened = spool_writer(settings.spool)
    _shared.append((pipeline, opened))
    yield opened
    _shared.clear()
    opened.close()


@pytest.fixture(scope="session")
def new_app(pipeline: Pipeline, writer: Writer) -> Callable[..., House]:
    """`new_app(zone)`: another app in the shared pipeline."""
    from tests.pipeline import new_house

    return lambda zone="Asia/Shanghai": new_house(pipeline, writer, zone)


@pytest.fixture(scope="module", autouse=True)
def few_parts() -> None:
    """Each app has parts of its own in every table: after hundreds of apps whatever looks at all parts takes long."""
    from tests.pipeline import empty

    for pipeline, writer in _shared:
        if pipeline.engine.one("SELECT count() FROM system.parts WHERE active") > FEW_PARTS:
            empty(pipeline, writer)


@pytest.fixture(scope="module")
def emptied(pipeline: Pipeline, writer: Writer) -> None:
    """For files whose tests look at all that the pipeline holds: what other files left there is gone.

    What deletes rewrites every part, and what heals loads the whole spool again: with the apps of all the tests
    before that would take minutes.
    """
    from tests.pipeline import empty

    empty(pipeline, writer)


@pytest.fixture
def house(new_app: Callable[..., House]) -> House:
    """A new app in Asia/Shanghai."""
    return new_app()
