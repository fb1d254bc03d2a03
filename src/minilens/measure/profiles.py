"""What persons are, told by the owner: the newest value that a profile event gave of each, up to the end of a period.

A value belongs to the person and not to the visit, so it is looked up by person: builds keep them by person, merges
included. Of an event the person is the one that its actor is now.
"""

from __future__ import annotations

from datetime import date

from minilens.identity.persons import REASSIGNED
from minilens.text import Text

#: Bound where a question knows its end; else all that is known counts.
UNTIL = "profiles_until"
EVER = date(2149, 6, 6)

GENDERS = {"male": Text("男", "Male"), "female": Text("女", "Female")}
#: How owners write them; 1 and 2 are WeChat's own codes.
_WRITTEN = {
    "male": ("male", "m", "man", "男", "男性", "1"),
    "female": ("female", "f", "woman", "女", "女性", "2"),
}
#: WeChat's groups: value → name, first year, last year.
_AGES: dict[str, tuple[Text, int, int]] = {
    "0-17": (Text("17 岁以下", "Under 18"), 1, 17),
    "18-24": (Text("18–24 岁", "18–24"), 18, 24),
    "25-29": (Text("25–29 岁", "25–29"), 25, 29),
    "30-39": (Text("30–39 岁", "30–39"), 30, 39),
    "40-49": (Text("40–49 岁", "40–49"), 40, 49),
    "50+": (Text("50 岁以上", "50 and over"), 50, 120),
}
AGES = {value: title for value, (title, _, _) in _AGES.items()}


def _texts(some: tuple[str, ...]) -> str:
    return ", ".join(f"'{one}'" for one in some)


def _persons(names: str, holds: str) -> str:
    """SQL of the persons of whom the newest value holds."""
    return f"""
        SELECT person FROM
        (
            SELECT person, argMax(value, (day, ts)) AS said FROM profile_values
            WHERE app = {{app:UInt32}} AND name IN ({names}) AND day <= {{{UNTIL}:Date}} AND (day, build) GLOBAL IN
                (SELECT day, max(build) FROM builds WHERE app = {{app:UInt32}} GROUP BY day)
            GROUP BY person
        )
        WHERE {holds}"""


_OF_GENDER = {
    value: _persons("'gender', 'sex'", f"lowerUTF8(trimBoth(said)) IN ({_texts(written)})")
    for value, written in _WRITTEN.items()
}
_YEARS = "toInt32OrZero(substringIndex(trimBoth(said), '.', 1))"
_OF_AGE = {
    value: _persons("'age'", f"{_YEARS} BETWEEN {first} AND {last}")
    for value, (_, first, last) in _AGES.items()
}


def _of_sessions(persons: str) -> str:
    return f"person GLOBAL IN ({persons})"


def _of_events(persons: str) -> str:
    moved = f"SELECT actor FROM ({REASSIGNED})"
    return (
        f"if(actor GLOBAL IN ({moved}), actor GLOBAL IN ({moved} WHERE person GLOBAL IN ({persons})), "
        f"person GLOBAL IN ({persons}))"
    )


def _value(of: dict[str, str], *, events: bool) -> str:
    holds = _of_events if events else _of_sessions
    pairs = ", ".join(f"{holds(persons)}, '{value}'" for value, persons in of.items())
    return f"multiIf({pairs}, '')"


#: SQL of the value, over events and over sessions and page views.
GENDER = (_value(_OF_GENDER, events=True), _value(_OF_GENDER, events=False))
AGE = (_value(_OF_AGE, events=True), _value(_OF_AGE, events=False))
