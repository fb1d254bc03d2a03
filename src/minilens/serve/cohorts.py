"""Cohorts computed and kept: who is a member is worked out from the definition, and out again where it is live."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import replace
from datetime import timedelta
from functools import reduce

import numpy as np

from minilens.errors import NotAllowed, Refused
from minilens.identity import cohort_members
from minilens.identity.cohort_members import Persons
from minilens.load.erasure import ONE_AT_A_TIME
from minilens.load.pipeline import Pipeline
from minilens.measure.days.first_day import first_day
from minilens.measure.events.operand import InCohort
from minilens.measure.execution.executor import QueryExecutor
from minilens.measure.persons.everybody import everybody, with_property
from minilens.measure.persons.query import PersonsQuery
from minilens.measure.persons.run import found
from minilens.measure.prepared import AsOf
from minilens.period import now, now_ms, today
from minilens.records.cohorts import SavedCohort
from minilens.records.store import App
from minilens.reports.cohorts import (
    Definition,
    Listed,
    by_number,
    check,
    decoded,
    encoded,
    persons_query,
)
from minilens.reports.identity_list import MOST as MOST_IDENTITIES
from minilens.reports.parts_reader import condition
from minilens.reports.request import AppContext
from minilens.serve.completed import completed
from minilens.text import Text
from minilens.web.cohorts.doors import SEES_PERSONS, CohortDoors, CohortNow

#: A live cohort is computed again where it is asked for and older than this.
LIVE_FOR = timedelta(minutes=10)
#: Whoever may not see single persons asks about cohorts of so many or more: figures of fewer are those of persons.
LEAST_SEEN = 10
#: One an app, whoever asks: two cohorts that lead to each other would else wait for each other for ever.
_LOCKS: dict[int, threading.RLock] = {}
_ALONE = threading.Lock()
NOBODY: Persons = np.array([], np.int64)
#: Those that are being computed by whoever asks, so that none is made of itself.
_UNDERWAY: ContextVar[frozenset[int]] = ContextVar("underway", default=frozenset())


class Cohorts:
    """The cohorts of all apps. `moment` says when a question of an app is asked. `keeps`: one that is too old is
    computed again where it is asked for; else nothing is written."""

    def __init__(
        self, pipeline: Pipeline, executor: QueryExecutor, moment: Callable[[str], AsOf], *, keeps: bool = True
    ) -> None:  # fmt: skip
        self._keeps = keeps
        self._pipeline, self._executor, self._moment = pipeline, executor, moment
        self._records = pipeline.records

    def doors(self) -> CohortDoors:
        """What the site does with them."""
        return CohortDoors(
            self.of,
            self.create,
            self.refresh,
            self.remove,
            self.persons,
            self.change,
            self.of_person,
        )

    def of(self, app: int) -> list[CohortNow]:
        """Those of an app, each with how many are in it now."""
        sizes = cohort_members.sizes(self._executor.engine, app)
        return [
            CohortNow(one, sizes.get((one.id, one.version), 0))
            for one in self._records.cohorts.of(app)
        ]

    def create(
        self, app: int, name: Text, definition: Definition | list[str], live: bool, by: int | None  # noqa: FBT001
    ) -> CohortNow:  # fmt: skip
        """A new one, computed at once: of a definition, or of identities (frozen then), with the places of those by
        which nobody is known. Nothing is left of one that cannot be computed."""
        persons: Persons | None = None
        unknown: tuple[int, ...] = ()
        if isinstance(definition, list):
            persons, unknown = self._listed(app, definition)
            definition = Definition(listed=Listed(len(definition), len(persons)))
            live = False
        else:
            check(definition, self._context(app))
            definition = by_number(
                definition, lambda name: self._records.cohorts.named(app, name).id
            )
        made = self._records.cohorts.create(
            app, name, encoded(definition), live=live, now=now(), by=by
        )
        try:
            self._compute(made, persons)
        except BaseException:
            self._records.cohorts.remove(app, made.id, now=now(), by=by)
            raise
        return replace(self._now(app, made.id), unknown=unknown)

    def change(
        self,
        app: int,
        cohort: int,
        *,
        name: Text | None = None,
        live: bool | None = None,
        by: int | None = None,
    ) -> CohortNow:
        """Another name, or live or frozen from now on; a list of identities stays frozen."""
        one = self._records.cohorts.get(app, cohort)
        if live and decoded(one.body).listed is not None:
            raise Refused("list_is_frozen", "live", got=one.name.zh)
        self._records.cohorts.change(app, cohort, name=name, live=live, now=now(), by=by)
        return self._now(app, cohort)

    def get(self, app: int, cohort: int) -> CohortNow:
        """One of an app as it is now; NotFound where there is none."""
        return self._now(app, cohort)

    def of_person(self, app: int, person: int) -> list[SavedCohort]:
        """Those that a person is in, as they were computed, by name."""
        mine = cohort_members.of_person(self._executor.engine, app, person)
        return [one for one in self._records.cohorts.of(app) if (one.id, one.version) in mine]

    def refresh(self, app: int, cohort: int) -> CohortNow:
        """Compute one again, from what is known now; an uploaded list stays as it was found."""
        one = self._records.cohorts.get(app, cohort)
        if decoded(one.body).listed is None:
            self._compute(one)
        return self._now(app, cohort)

    def remove(self, app: int, cohort: int, by: int | None) -> None:
        """Gone, and its members with it."""
        self._records.cohorts.remove(app, cohort, now=now(), by=by)
        cohort_members.forget(self._pipeline.engine, app, cohort, [])

    def persons(self, app: int, cohort: int) -> Persons:
        """Who is in it now, by number."""
        one = self._fresh(self._records.cohorts.get(app, cohort))
        return cohort_members.read(self._executor.engine, app, one.id, one.version)

    def known(self, app: int, asked: InCohort) -> InCohort:
        """The cohort that a condition names, with the members that hold now; Refused, with a hint, where there is
        none, and where it is so small that whoever asks would see single persons and may not."""
        one = self._fresh(self._records.cohorts.named(app, asked.name, asked.at))
        if not SEES_PERSONS.get() and self._size(one) < LEAST_SEEN:
            raise NotAllowed("small_cohort", asked.at, got=one.name, least=LEAST_SEEN)
        return replace(asked, cohort=one.id, version=one.version)

    def _fresh(self, one: SavedCohort) -> SavedCohort:
        old = one.computed is None or (one.live and now() - one.computed > LIVE_FOR)
        if self._keeps and old and decoded(one.body).listed is None:
            self._compute(one, unless_since=one.version)
            return self._records.cohorts.get(one.app, one.id)
        return one

    def meant(self, one: SavedCohort) -> Persons:
        """Who would be in it if it were computed now, in order; of an uploaded list nobody."""
        definition = decoded(one.body)
        return NOBODY if definition.listed is not None else self._members(definition, one.app)

    def _now(self, app: int, cohort: int) -> CohortNow:
        one = self._records.cohorts.get(app, cohort)
        return CohortNow(one, self._size(one))

    def _size(self, one: SavedCohort) -> int:
        return cohort_members.size(self._executor.engine, one.app, one.id, one.version)

    def _compute(
        self, one: SavedCohort, persons: Persons | None = None, unless_since: int | None = None
    ) -> None:
        """Have its members be those of now. `unless_since`: not where somebody else has done it since that version."""
        if one.id in _UNDERWAY.get():
            raise Refused("cohort_of_itself", "cohort", got=one.name.zh)
        with _ALONE:
            lock = _LOCKS.setdefault(one.app, threading.RLock())
        told = _UNDERWAY.set(_UNDERWAY.get() | {one.id})
        sees = SEES_PERSONS.set(True)  # it is the server that computes, whoever asked
        try:
            with lock:
                before = self._records.cohorts.get(one.app, one.id).version
                if unless_since is not None and before != unless_since:
                    return
                some = self._members(decoded(one.body), one.app) if persons is None else persons
                version = max(now_ms(), before + 1)
                with ONE_AT_A_TIME:  # nobody is erased between being looked up and being written
                    cohort_members.write(self._pipeline.engine, one.app, one.id, version, some)
                day = today(self._app(one.app).timezone)
                self._records.cohorts.computed(
                    one.app, one.id, version, size=len(some), day=day, now=now()
                )
                cohort_members.forget(self._pipeline.engine, one.app, one.id, [before, version])
        finally:
            _UNDERWAY.reset(told)
            SEES_PERSONS.reset(sees)

    def _context(self, app: int) -> AppContext:
        first = first_day(self._executor.engine, app)
        return AppContext(self._app(app).timezone, now(), first)

    def _app(self, app: int) -> App:
        return next(one for one in self._records.apps.all() if one.id == app)

    def _members(self, one: Definition, app: int) -> Persons:
        """Who is meant, in order."""
        engine = self._executor.engine
        if one.all:
            return reduce(np.intersect1d, (self._members(part, app) for part in one.all))
        if one.any:
            return reduce(np.union1d, (self._members(part, app) for part in one.any))
        if one.but:
            return np.setdiff1d(everybody(engine, app), self._members(one.but, app))
        if one.cohort:
            of = self.known(app, InCohort(one.cohort))
            return cohort_members.read(engine, app, of.cohort, of.version)
        if one.profile:
            told = condition(one.profile, self._context(app), "profile")
            return with_property(engine, app, told, self._app(app).timezone)
        return self._asked(one, app)

    def _asked(self, one: Definition, app: int) -> Persons:
        """Those with an event so often, or behind a figure."""
        query = completed(persons_query(one, self._context(app), app), self._records, self.known)
        assert isinstance(query, PersonsQuery)
        some = found(self._executor.engine, query, self._moment(self._app(app).timezone))
        if one.did is None or some.times is None:
            return some.person
        most = one.did.most or np.iinfo(np.int64).max
        return some.person[(some.times >= one.did.least) & (some.times <= most)]

    def _listed(self, app: int, identities: list[str]) -> tuple[Persons, tuple[int, ...]]:
        """Whoever is known of these, the same person once; and the places of the others."""
        if len(identities) > MOST_IDENTITIES:
            raise Refused("too_many", "identities", limit=MOST_IDENTITIES)
        if not identities:
            raise Refused("missing", "identities")
        numbers = cohort_members.named(
            self._executor.engine, app, identities, self._pipeline.secret
        )
        unknown = tuple(n for n, one in enumerate(numbers) if not one)
        return np.array(sorted(set(numbers) - {0}), np.int64), unknown
