"""What is wrong about the address of a page: the console is shown all the same, without what cannot be meant.

The sentence stands in the bar and in the form that sent it, with the remedy as a button.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

from minilens.errors import Refused
from minilens.measure import filters
from minilens.measure.span import STEPS
from minilens.render.i18n import translate
from minilens.reports.request_values import FORM
from minilens.text import Language

T = TypeVar("T")
Pairs = list[tuple[str, str]]
#: Reads arguments, or refuses them.
Reading = Callable[[Pairs], T]

_RANGE, _OTHER = ("from", "to"), ("compare_from", "compare_to")
#: Field that is refused → the arguments that are left out for it; any other field goes alone.
_TOGETHER = {
    "from": _RANGE, "to": _RANGE, "compare_from": _OTHER, "compare_to": _OTHER,
    "grain": ("grain", "period", *_RANGE), "step": ("step", "period", *_RANGE),
}  # fmt: skip
#: Grains and steps from fine to coarse, as the argument that sets them.
_COARSER = {"grain": ("day", "week", "month"), "step": tuple(map(str, STEPS))}


@dataclass(frozen=True)
class Remedy:
    """A button: what it says, and the address that it leads to."""

    title: str
    href: str


@dataclass(frozen=True)
class Problem:
    """Why an address cannot be meant. `form`: the popover that it comes from, if any; `typed`: what stood there."""

    form: str
    sentence: str
    remedies: tuple[Remedy, ...]
    typed: dict[str, str]


def told(
    error: Refused, every: Pairs, read: Reading[object], clean: str, language: Language
) -> Problem:
    """The refusal for people; `clean` is the address without what is wrong."""
    form = _form(error, every)
    _ = translate(language)
    sentence = error.message(language)
    if form == "filter":
        sentence = _("Filter not applied: %(reason)s") % {"reason": sentence}
    return Problem(form, sentence, remedies(error, every, read, clean, language), dict(every))


def without_errors(every: Pairs, read: Reading[T]) -> tuple[T, Refused | None]:
    """What the arguments mean without those that cannot be meant, and the first refusal."""
    first: Refused | None = None
    while True:
        try:
            return read(every), first
        except Refused as error:
            first = first or error
            kept = _left(every, error)
            if not every:
                raise
            every = kept if len(kept) < len(every) else []


def remedies(
    error: Refused, every: Pairs, read: Reading[object], clean: str, language: Language
) -> tuple[Remedy, ...]:
    """What can be done about it at once."""
    _ = translate(language)
    if error.code == "bad_range":
        first, last = _OTHER if error.field in _OTHER else _RANGE
        turned = [({first: last, last: first}.get(name, name), value) for name, value in every]
        if _mends(turned, read, error):
            return (Remedy(_("Swap the dates"), _address(turned)),)
    if error.code == "too_many_buckets":
        for one in _COARSER[error.field]:
            coarser = [p for p in every if p[0] != error.field] + [(error.field, one)]
            if _mends(coarser, read, error):
                names = {
                    "day": _("Show by day"),
                    "week": _("Show by week"),
                    "month": _("Show by month"),
                }
                minutes = _("Use %(count)s minutes") % {"count": one}
                return (Remedy(names.get(one, minutes), _address(coarser)),)
    if error.field == "filter":
        return (Remedy(_("Remove this filter"), clean),)
    return (Remedy(_("Ignore and continue"), clean),)


def _form(error: Refused, every: Pairs) -> str:
    given = dict(every)
    if error.field == "filter" and "filter_field" in given:
        return "filter"
    if error.field in _OTHER:
        return "compare"
    ranged = error.field in _RANGE or (error.field in _COARSER and ("from" in given))
    return "range" if ranged else ""


def _left(every: Pairs, error: Refused) -> Pairs:
    """The arguments but for those of a refusal."""
    if error.field == "filter":
        plain = [pair for pair in every if pair[0] not in FORM]
        if len(plain) < len(every):
            return plain
        return [p for p in every if p[0] != "filter" or _reads([p], _filter)]
    names = _TOGETHER.get(error.field, (error.field,))
    return [p for p in every if p[0] not in names and p[0].partition(".")[2] not in names]


def _filter(pairs: Pairs) -> object:
    return filters.read(value for _, value in pairs)


def _reads(pairs: Pairs, read: Reading[object]) -> bool:
    try:
        read(pairs)
    except Refused:
        return False
    return True


def _mends(pairs: Pairs, read: Reading[object], error: Refused) -> bool:
    """Whether these are not refused for the same reason; what else is wrong is told next."""
    try:
        read(pairs)
    except Refused as other:
        return other.code != error.code
    return True


def _address(pairs: Pairs) -> str:
    kept = [(name, value) for name, value in pairs if value and name != "lang"]
    return "?" + urlencode(kept, safe=":,/")
