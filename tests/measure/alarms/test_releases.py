"""A new version beside the one before it: by hand."""

from __future__ import annotations

from datetime import date, timedelta

from minilens.measure.alarms.releases import Regression, VersionCounts, newest, regressions

TODAY = date(2026, 11, 24)
ERRORS, VOLUMES = ("api_error", "app_error"), ("pay_success",)


def ago(**days: int) -> dict[date, int]:
    """d3=5: five users three days ago."""
    return {TODAY - timedelta(days=int(name[1:])): count for name, count in days.items()}


def counts(users: int, load: float | None = None, **had: int) -> VersionCounts:
    return VersionCounts(users, had, users, load)


def found(new: VersionCounts, old: VersionCounts) -> list[Regression]:
    return regressions(new, old, ERRORS, VOLUMES)


def test_the_newest_is_held_against_the_one_that_most_had() -> None:
    users = {"2.1": ago(d0=50), "2.0": ago(d0=900, d3=1000), "1.9": ago(d5=20), "": ago(d0=5, d4=5)}
    assert newest(users, TODAY) == ("2.1", "2.0")


def test_a_version_that_some_tried_before_is_new_all_the_same() -> None:
    users = {"2.1": ago(d0=50, d4=3), "2.0": ago(d0=900, d3=1000)}
    assert newest(users, TODAY) == ("2.1", "2.0")
    assert newest(users | {"2.1": ago(d0=50, d4=30)}, TODAY) is None


def test_without_one_before_nothing_is_new() -> None:
    assert newest({"1.0": ago(d0=50)}, TODAY) is None
    assert newest({}, TODAY) is None
    assert newest({"1.0": ago(d9=50, d0=50)}, TODAY) is None


def test_more_users_with_errors_are_said() -> None:
    new, old = counts(200, api_error=30, app_error=2), counts(4000, api_error=80, app_error=30)
    assert found(new, old) == [Regression("errors", "api_error", 0.15, 0.02)]


def test_errors_where_there_were_none() -> None:
    assert found(counts(200, app_error=20), counts(4000)) == [
        Regression("errors", "app_error", 0.1, 0)
    ]


def test_what_chance_explains_is_not_said() -> None:
    assert found(counts(40, api_error=5), counts(4000, api_error=200)) == []
    assert found(counts(4000, api_error=250), counts(4000, api_error=200)) == []
    assert found(counts(29, api_error=29), counts(4000)) == []
    assert found(counts(200, api_error=100), counts(29)) == []


def test_fewer_who_do_what_people_used_to_do() -> None:
    assert found(counts(500, pay_success=10), counts(4000, pay_success=800)) == [
        Regression("volume", "pay_success", 0.02, 0.2)
    ]
    assert found(counts(500, pay_success=70), counts(4000, pay_success=800)) == []


def test_slower_pages() -> None:
    assert found(counts(100, 1.5), counts(4000, 1.0)) == [Regression("load", "", 1.5, 1.0)]
    assert found(counts(100, 1.2), counts(4000, 1.0)) == []
    assert found(counts(40, 9.0), counts(4000, 1.0)) == []
    assert found(counts(100, None), counts(4000, 1.0)) == []
