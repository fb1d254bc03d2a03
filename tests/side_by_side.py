"""Tests that each load and make an app of their own, run side by side: what they load is one chunk, what they make one
build.

Loading costs the engine some forty statements and making another forty, for one app or for twenty. The tests of a file
marked `side_by_side` are written as ever. They all begin before the first of them is reported; one that loads or makes
waits there until all others have come to such a place or ended, and then goes on. Each is reported by itself.

A test runs by itself all the same where it takes what has to be put away again (`tmp_path`, `monkeypatch`), and where
hypothesis asks it. Not for files whose tests look at what the pipeline does besides their app.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from greenlet import getcurrent, greenlet  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from tests.pipeline import House

#: How those ended that have run and are not yet reported, by the names of the tests; None: without an error.
_ended: dict[str, BaseException | None] = {}
#: The greenlet that runs some side by side, while it does.
_hub: list[greenlet] = []


def wait(work: Callable[[Sequence[House]], None], house: House) -> None:
    """Have this done to the app: at once, or for all tests that run side by side and wait for the same."""
    if _hub and getcurrent() is not _hub[0]:
        _hub[0].switch((work, house))
    else:
        work([house])


def together(*tests: Callable[[], None]) -> None:
    """Run these side by side; the first error of any."""
    ended = _run({str(n): test for n, test in enumerate(tests)})
    for error in ended.values():
        if error:
            raise error


def collected(item: pytest.Item) -> None:
    """Of one that runs beside others nothing is made that it alone needs: it makes that when it begins."""
    if isinstance(item, pytest.Function) and _runs_beside(item):
        own = _own(item, item._fixtureinfo.argnames)
        item.fixturenames = [name for name in item.fixturenames if name not in own]


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """The first of a file runs all that come after it."""
    if not _runs_beside(pyfuncitem):
        return None
    if pyfuncitem.nodeid not in _ended:
        items = pyfuncitem.session.items
        _ended.update(
            _run(
                {
                    item.nodeid: partial(_called, item, pyfuncitem)
                    for item in items[items.index(pyfuncitem) :]
                    if item.path == pyfuncitem.path
                    and isinstance(item, pytest.Function)
                    and _runs_beside(item)
                }
            )
        )
    if error := _ended.pop(pyfuncitem.nodeid):
        raise error
    return True


def _runs_beside(item: pytest.Function) -> bool:
    if item.get_closest_marker("side_by_side") is None or item.get_closest_marker("usefixtures"):
        return False
    if getattr(item.obj, "is_hypothesis_test", False):
        return False
    return not any(
        inspect.isgeneratorfunction(made.func) or not made.func.__module__.startswith("tests")
        for made in _own(item, item._fixtureinfo.argnames).values()
    )


def _own(item: pytest.Function, names: Sequence[str]) -> dict[str, pytest.FixtureDef[Any]]:
    """The fixtures that end with the test, of these and of what they take."""
    found: dict[str, pytest.FixtureDef[Any]] = {}
    for name in names:
        made = item._fixtureinfo.name2fixturedefs.get(name, [None])[-1]
        if made and made.scope == "function" and made.func.__module__ != "_pytest.python":
            found |= {name: made} | _own(item, made.argnames)
    return found  # without parameters of the test, which pytest has as fixtures


def _called(item: pytest.Function, first: pytest.Function) -> None:
    """Run a test with all that it takes; `first` is the one that runs, and has what stays longer."""
    own = _own(item, item._fixtureinfo.argnames)
    params = dict(item.callspec.params) if hasattr(item, "callspec") else {}
    made: dict[str, Any] = {name: one for name, one in params.items() if name not in own}

    def value(name: str, of: str = "") -> Any:
        if name == "request":
            return SimpleNamespace(param=params.get(of))
        if name not in made:
            made[name] = (
                own[name].func(**{each: value(each, name) for each in own[name].argnames})
                if name in own
                else first._request.getfixturevalue(name)
            )
        return made[name]

    item.obj(**{name: value(name) for name in item._fixtureinfo.argnames})


def _run(tests: Mapping[str, Callable[[], None]]) -> dict[str, BaseException | None]:
    """How each ended. They go on whenever all wait: first those that load, so that more of them come to making."""
    ended: dict[str, BaseException | None] = {}

    def tried(name: str) -> None:
        try:
            tests[name]()
            ended[name] = None
        except Exception as error:
            ended[name] = error
        except pytest.skip.Exception as skipped:
            ended[name] = skipped

    _hub.append(getcurrent())
    try:
        runs = [greenlet(partial(tried, name)) for name in tests]
        waiting = {run: run.switch() for run in runs}
        while waiting := {run: wish for run, wish in waiting.items() if not run.dead}:
            work = min(
                (wish[0] for wish in waiting.values()), key=lambda one: one.__name__ != "load"
            )
            some = {run: house for run, (asked, house) in waiting.items() if asked is work}
            go_on = _done(work, list(some.values()))
            waiting |= {run: go_on(run) for run in some}
    finally:
        _hub.pop()
    return ended


def _done(
    work: Callable[[Sequence[House]], None], houses: Sequence[House]
) -> Callable[[greenlet], Any]:
    """Do it for all of them; how each goes on: an error is everybody's."""
    try:
        work(houses)
    except Exception as error:
        failed = error
        return lambda run: run.throw(failed)
    return lambda run: run.switch()
