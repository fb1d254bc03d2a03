"""Several processes use the records at once, as receivers, commands and the console do; on both stores."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from minilens.errors import Refused
from minilens.records.store import Records

NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
MANY = 8


def at_once(dsn: str, do: Callable[[Records, int], object]) -> tuple[list[object], list[Exception]]:
    """What each of many gave, and what went wrong; each has connections of its own."""
    given: list[object] = []
    wrong: list[Exception] = []
    ready = threading.Barrier(MANY)

    def work(number: int) -> None:
        own = Records(dsn)
        try:
            own.apps.all()
            ready.wait(30)
            given.append(do(own, number))
        except Exception as error:
            wrong.append(error)
        finally:
            own.database.close()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(MANY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return given, wrong


def test_an_app_of_one_name_is_made_once(records: Records, dsn: str) -> None:
    given, wrong = at_once(dsn, lambda own, n: own.apps.create("coffee", timezone="UTC", now=NOW))
    assert len(given) == 1
    assert len(wrong) == MANY - 1
    assert {type(error) for error in wrong} == {Refused}
    assert len(records.keys.of(records.apps.named("coffee").id)) == 1


def test_apps_of_other_names_are_all_made(records: Records, dsn: str) -> None:
    given, wrong = at_once(dsn, lambda own, n: own.apps.create(f"app{n}", timezone="UTC", now=NOW))
    assert (len(given), wrong) == (MANY, [])
    assert len({app.id for app in records.apps.all()}) == MANY


def test_an_event_is_declared_once_and_the_others_are_told(records: Records, dsn: str) -> None:
    app = records.apps.create("coffee", timezone="UTC", now=NOW).id
    given, wrong = at_once(
        dsn, lambda own, n: own.definitions.create(app, "taste", "品尝", now=NOW)
    )
    assert len(given) == 1
    assert [getattr(error, "code", error) for error in wrong] == ["declared_already"] * (MANY - 1)
    assert {getattr(error, "field", "") for error in wrong} == {"name"}
    assert records.definitions.all() == {(app, "taste")}


def test_rotations_leave_one_key_without_an_end(records: Records, dsn: str) -> None:
    app = records.apps.create("coffee", timezone="UTC", now=NOW).id
    day = timedelta(days=1)
    given, wrong = at_once(
        dsn, lambda own, n: own.keys.create(app, now=NOW, retire_others_after=day)
    )
    assert (len(given), wrong) == (MANY, [])
    keys = records.keys.of(app)
    assert len(keys) == MANY + 1
    assert sum(key.retires is None for key in keys) >= 1


def test_what_is_too_long_is_refused_by_its_field(records: Records) -> None:
    with pytest.raises(Refused) as error:
        records.apps.create("coffee", timezone="UTC", now=NOW, zh="长" * 65)
    assert (error.value.code, error.value.field) == ("too_long", "zh")
    app = records.apps.create("coffee", timezone="UTC", now=NOW, zh="长" * 64)
    assert app.zh == "长" * 64
    for name, zh, field in (("n" * 33, "品", "name"), ("taste", "品" * 33, "zh")):
        with pytest.raises(Refused) as error:
            records.definitions.create(app.id, name, zh, now=NOW)
        assert (error.value.code, error.value.field) == ("too_long", field)
    assert records.definitions.all() == set()
