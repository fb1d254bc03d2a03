"""What persons are, told by the owner: the newest value that a profile event gave of each, up to the end of a period.

A value belongs to the person and not to the visit, so it is looked up by person: builds keep them by person, merges
included. Of an event the person is the one that its actor is now.

Where somebody is may be told as well; of whom it is not, the address of the visit tells.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from minilens.identity.moves import HANDED_ON, REASSIGNED, person_at
from minilens.reference import cities, places
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


_GENDER_NAMES, _AGE_NAMES = "'gender', 'sex'", "'age'"
_YEARS = "toInt32OrZero(substringIndex(trimBoth(said), '.', 1))"
#: Value → SQL of whether what was said means it.
_MEANS_GENDER = {
    value: f"lowerUTF8(trimBoth(said)) IN ({_texts(written)})"
    for value, written in _WRITTEN.items()
}
_MEANS_AGE = {
    value: f"{_YEARS} BETWEEN {first} AND {last}" for value, (_, first, last) in _AGES.items()
}


def newest(names: str) -> str:
    """SQL of the newest value of each person; `names`: the names it was said by, as a list of SQL."""
    return f"""
            SELECT person, argMax(value, (day, ts)) AS said FROM profile_values
            WHERE app = {{app:UInt32}} AND name IN ({names}) AND day <= {{{UNTIL}:Date}} AND (day, build) GLOBAL IN
                (SELECT day, max(build) FROM builds WHERE app = {{app:UInt32}} GROUP BY day)
            GROUP BY person"""


def _persons(names: str, holds: str) -> str:
    """SQL of the persons of whom the newest value holds."""
    return f"""
        SELECT person FROM
        ({newest(names)}
        )
        WHERE {holds}"""


def _sets(names: str, means: dict[str, str]) -> str:
    """SQL of each value with the set of its persons; and, under '', of all who have any."""
    cases = ", ".join(f"{holds}, '{value}'" for value, holds in means.items())
    known = f"""
            SELECT person, multiIf({cases}, '') AS meant FROM ({newest(names)}
            ) WHERE meant != ''"""
    return f"""
        SELECT meant AS value, groupBitmapState(person) AS persons FROM ({known}
        ) GROUP BY GROUPING SETS ((meant), ())"""


_OF_GENDER = {value: _persons(_GENDER_NAMES, holds) for value, holds in _MEANS_GENDER.items()}
_OF_AGE = {value: _persons(_AGE_NAMES, holds) for value, holds in _MEANS_AGE.items()}


def of_sessions(persons: str) -> str:
    """SQL of whether a session or a page view is of one of some persons, which are SQL as well."""
    return f"person GLOBAL IN ({persons})"


def of_events(persons: str) -> str:
    """The same of an event, whose actor may be another person by now."""
    moved = f"SELECT actor FROM ({REASSIGNED})"
    return (
        f"multiIf(actor GLOBAL IN ({HANDED_ON}), {person_at()} GLOBAL IN ({persons}), "
        f"actor GLOBAL IN ({moved}), actor GLOBAL IN ({moved} WHERE person GLOBAL IN ({persons})), "
        f"person GLOBAL IN ({persons}))"
    )


def _value(of: dict[str, str], *, events: bool) -> str:
    holds = of_events if events else of_sessions
    pairs = ", ".join(f"{holds(persons)}, '{value}'" for value, persons in of.items())
    return f"multiIf({pairs}, '')"


#: SQL of the value, over events and over sessions and page views.
GENDER = (_value(_OF_GENDER, events=True), _value(_OF_GENDER, events=False))
AGE = (_value(_OF_AGE, events=True), _value(_OF_AGE, events=False))
#: Dimension → SQL of the sets of persons of its values.
SETS = {"gender": _sets(_GENDER_NAMES, _MEANS_GENDER), "age": _sets(_AGE_NAMES, _MEANS_AGE)}

#: 广东省, 广东 and guangdong are one; what is no province of China is not told.
_NAMED = "trimBoth(said)"
_LONG = f"(startsWith({_NAMED}, '内蒙古') OR startsWith({_NAMED}, '黑龙江'))"
_SHORT = f"leftUTF8({_NAMED}, if({_LONG}, 3, 2))"
_ENGLISH = {re.sub(r"\W", "", en).lower(): zh for zh, en in places.PROVINCES.items()}
_PROVINCE = (
    f"if({_SHORT} IN ({_texts(tuple(places.PROVINCES))}), {_SHORT}, "
    f"transform(lower(replaceRegexpAll(said, '\\\\W', '')), "
    f"[{_texts(tuple(_ENGLISH))}], [{_texts(tuple(_ENGLISH.values()))}], ''))"
)
_ENDING = f"({'|'.join(places.CITY_ENDINGS)})$"
_STEM = f"replaceRegexpOne(replaceRegexpOne(trimBoth(said), '{places.AUTONOMOUS.pattern}', ''), '{_ENDING}', '')"
#: Hangzhou, hang-zhou and 杭州市 are one; of a name that two cities have, nobody knows which is meant.
_CITY = (
    "transform(replaceRegexpAll(translateUTF8(lowerUTF8(said), 'áãçéêíóôõúü', 'aaceeiooouu'), '\\W', ''), "
    f"{{cities_said:Array(String)}}, {{cities_meant:Array(String)}}, "
    f"if(lengthUTF8({_STEM}) > 1, {_STEM}, trimBoth(said)))"
)
#: Names of properties → the value as the address would give it.
_REGIONS = {"province": ("'province'", _PROVINCE), "city": ("'city'", _CITY)}


def _cities() -> dict[str, object]:
    """Letters of English names → the shortest Chinese name: 沙田区 is 沙田 as well."""
    named = {
        _letters(names.en): zh
        for zh, names in sorted(cities.NAMES.items(), key=lambda one: -len(one[0]))
    }
    return {"cities_said": list(named), "cities_meant": list(named.values())}


def _letters(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"\W", "", plain).lower()


#: Region → what its SQL names besides the end: bound, as a question may have it in many places.
BOUND: dict[str, dict[str, object]] = {"province": {}, "city": _cities()}

#: Whether the owner tells of anybody where they are.
TELLS_REGIONS = f"""
SELECT DISTINCT toString(name) FROM profile_values WHERE app = {{app:UInt32}} AND name IN ({_texts(tuple(_REGIONS))})
"""


def _told(region: str, person: str, otherwise: str) -> str:
    """SQL of what was said of a person, or what there is otherwise."""
    names, value = _REGIONS[region]
    pairs = f"""
        (SELECT arraySort(groupArray((person, region))) FROM
        (SELECT person, {value} AS region FROM ({newest(names)}
        ) WHERE region != ''))"""
    listed = (f"arrayMap(x -> x.{n}, {pairs})" for n in (1, 2))
    return f"transform({person}, {', '.join(listed)}, {otherwise})"


def region(name: str, *, told: bool) -> tuple[str, str]:
    """SQL of a region by profile and else by address, over events and over sessions; `told`: by profile alone."""
    moved = f"(SELECT arraySort(groupArray((actor, person))) FROM ({REASSIGNED}))"
    now = f"transform(actor, arrayMap(x -> x.1, {moved}), arrayMap(x -> x.2, {moved}), person)"
    now = f"if(actor GLOBAL IN ({HANDED_ON}), {person_at()}, {now})"
    otherwise = "''" if told else f"toString({name})"
    return _told(name, now, otherwise), _told(name, "person", otherwise)
