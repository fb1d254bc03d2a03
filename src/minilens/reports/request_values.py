"""Single arguments of an address: words of a closed list, numbers, filters and the form of one more."""

from __future__ import annotations

import re
from collections.abc import Mapping

from minilens.errors import Refused, did_you_mean
from minilens.measure import filters
from minilens.measure.catalog import Catalog
from minilens.measure.filters import OPERATORS, Condition, Filters

#: Arguments of the form of a filter; they become a `filter`. `filter_at` is the place of the one that is changed.
FORM = ("filter_field", "filter_operator", "filter_value", "filter_join", "filter_at")
#: One more filter: beside those that hold, or in place of the last one.
JOINS = ("and", "or")


def choice(given: Mapping[str, str], field: str, known: tuple[str, ...], default: str) -> str:
    """One of the known words, or the default where none is given."""
    got = given.get(field) or default
    if got not in known:
        hint = did_you_mean(got, known)
        raise Refused("unknown_choice", field, got=got, hint=hint)
    return got


def whole(given: Mapping[str, str], field: str, default: int, least: int, most: int) -> int:
    """A whole number, or the default where none is given."""
    text = given.get(field, "")
    if not text:
        return default
    if not text.isascii() or not text.isdecimal() or not least <= int(text[:10]) <= most:
        raise Refused("bad_number", field, least=least, most=most, got=text[:40])
    return int(text)


def filters_of(every: list[tuple[str, str]], catalog: Catalog) -> Filters:
    """The filters of the address, and the one that stands in the fields of the editor's form."""
    found = filters.read((value for name, value in every if name == "filter"), catalog=catalog)
    one = dict(every)
    if not one.get("filter_field"):
        return found
    operator = one.get("filter_operator") or "is"
    known = OPERATORS.get(operator)
    values = [value.strip() for name, value in every if name == "filter_value" and value.strip()]
    if known and not known.values:
        values.clear()
    field = catalog.filtered_by(one["filter_field"])
    made = Condition(field, operator, tuple(dict.fromkeys(values)))
    found, there = _replaced(found, one.get("filter_at", ""), made)
    if there:
        return tuple(dict.fromkeys(filters.read(map(filters.write, found), catalog=catalog)))
    clauses = [filters.write(clause) for clause in found]
    if found and choice(one, "filter_join", JOINS, "and") == "or":
        clauses[-1] += "|" + filters.write((made,))
    else:
        clauses.append(filters.write((made,)))
    return tuple(dict.fromkeys(filters.read(clauses, catalog=catalog)))


def _replaced(found: Filters, place: str, made: Condition) -> tuple[Filters, bool]:
    """The filters with one condition in place of another (`0.1`: the second of the first); whether it was there."""
    numbers = [int(n) for n in re.findall(r"[0-9]{1,2}", place)]
    if len(numbers) != 2 or numbers[0] >= len(found) or numbers[1] >= len(found[numbers[0]]):
        return found, False
    whole = [list(one) for one in found]
    whole[numbers[0]][numbers[1]] = made
    return tuple(map(tuple, whole)), True
