"""SQL of conditions over rows of events, wherever they are kept, and the values that it names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol

from minilens.identity.cohort_members import is_member
from minilens.measure import filters, profiles
from minilens.measure.days.day_rows import CURRENT
from minilens.measure.dimensions import Dimension
from minilens.measure.events.operand import (
    Form,
    InCohort,
    Money,
    OfSession,
    Operand,
    PageType,
    Profile,
    Property,
    Recorded,
    of_money,
    of_page,
    of_property,
    of_text,
)
from minilens.measure.events.operators import OPERATORS, TYPES
from minilens.measure.events.query import Condition, Conditions

#: Where rows lie: as builds keep them, by person, or as they came.
Place = Literal["actions", "events"]
#: Stands for no value among texts; what begins with this letter is none that people send.
NOTHING = "char(0)"


class Values(Protocol):
    """Gives the values of a statement names, and holds them."""

    values: dict[str, object]

    def __call__(self, value: object, kind: str) -> str:
        """What the statement calls it."""


@dataclass
class Bound:
    """The values that a statement names, the same value once."""

    values: dict[str, object] = field(default_factory=dict)
    _known: dict[tuple[str, str], str] = field(default_factory=dict)

    def __call__(self, value: object, kind: str) -> str:
        """What the statement calls it."""
        key = (kind, repr(value))
        if key not in self._known:
            name = f"q{len(self._known)}"
            self._known[key], self.values[name] = name, value
        return f"{{{self._known[key]}:{kind}}}"


@dataclass(frozen=True)
class Rows:
    """Rows of one place: `person` is SQL of whose an event is now."""

    place: Place
    person: str
    zone: str
    bind: Values

    def all_of(self, conditions: Conditions) -> str:
        """SQL of whether they hold; nothing where nothing is asked."""
        parts = [self._part(one) for one in conditions.parts]
        return (" AND " if conditions.every else " OR ").join(parts)

    def _part(self, one: Condition | Conditions) -> str:
        return self.holds(one) if isinstance(one, Condition) else f"({self.all_of(one) or 'true'})"

    def holds(self, one: Condition) -> str:
        """SQL of whether one of them holds."""
        if isinstance(one.operand, Dimension):
            return self._of_dimension(one, one.operand)
        operator = OPERATORS[one.operator]
        if operator.denies:
            return f"NOT {self.holds(Condition(one.operand, operator.denies, one.values))}"
        if isinstance(one.operand, InCohort):
            version = (one.operand.cohort, one.operand.version)
            return is_member(self.person, [version], self.bind)
        if isinstance(one.operand, Profile):
            return f"{self.person} GLOBAL IN ({self._persons(one.operand, one)})"
        if isinstance(one.operand, OfSession):
            return f"session GLOBAL IN ({self._sessions(one.operand, one)})"
        return self._compared(self.form(one.operand, operator.form), one)

    def _compared(self, value: str, one: Condition) -> str:
        operator = OPERATORS[one.operator]
        values = self.bind(list(one.values), TYPES[operator.form]) if one.values else ""
        return f"ifNull({operator.sql.format(x=value, v=values)}, false)"

    def _of_dimension(self, one: Condition, dimension: Dimension) -> str:
        self.bind.values |= dimension.parameters
        place: filters.Place = "sessions" if self.place == "actions" else "events"
        name = f"{place}_{len(self.bind.values)}"
        told = filters.Condition(dimension, one.operator, tuple(map(str, one.values)))
        return filters.condition_sql(told, place, name, self.bind.values)

    def form(self, of: Operand, form: Form) -> str:
        """SQL of a value in one of its forms."""
        if isinstance(of, Dimension):
            self.bind.values |= of.parameters
            return of.value("sessions" if self.place == "actions" else "events")
        if isinstance(of, Property):
            return of_property(of, form, self.zone, self.bind)
        if isinstance(of, PageType):
            return of_page(of, self.bind)
        if isinstance(of, Money):
            amount = of_money(of, self.form(of.of, "number"), self.bind)
            return amount if form == "number" else f"toString({amount})"
        if isinstance(of, Recorded) and of.kind == "number":
            return f"toFloat64({of.sql})" if form == "number" else f"toString({of.sql})"
        if isinstance(of, Recorded):
            return f"nullIf(toString({of.sql}), '')"
        return self._of_person(of)

    def _of_person(self, of: Operand) -> str:
        """SQL of what rows are told apart by that belongs to the person; NULL where nothing was said."""
        if isinstance(of, InCohort):
            return f"if({is_member(self.person, [(of.cohort, of.version)], self.bind)}, 'in', 'not_in')"
        if not isinstance(of, Profile):
            raise TypeError(of)
        self.bind.values[profiles.UNTIL] = profiles.EVER
        pairs = f"(SELECT arraySort(groupArray((person, said))) FROM ({profiles.newest(self.bind(of.name, 'String'))}))"
        listed = (f"arrayMap(x -> x.{n}, {pairs})" for n in (1, 2))
        return f"nullIf(transform({self.person}, {', '.join(listed)}, {NOTHING}), {NOTHING})"

    def _persons(self, of: Profile, one: Condition) -> str:
        """Those of whom the newest value holds."""
        self.bind.values[profiles.UNTIL] = profiles.EVER
        told = profiles.newest(self.bind(of.name, "String"))
        value = of_text("said", OPERATORS[one.operator].form, self.zone, self.bind)
        return f"""
            SELECT person FROM
            ({told}
            )
            WHERE {self._compared(value, one)}"""

    def _sessions(self, of: OfSession, one: Condition) -> str:
        """Those that it holds of; the first of them began the day before."""
        value = of.sql if OPERATORS[one.operator].form == of.kind else f"toString({of.sql})"
        return f"""
            SELECT session FROM sessions
            WHERE app = {{app:UInt32}} AND day BETWEEN {{start:Date}} - 1 AND {{end:Date}} AND {CURRENT}
                AND traffic = {{traffic:String}} AND session != 0 AND {self._compared(value, one)}"""
