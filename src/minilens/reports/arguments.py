"""Which arguments an address or a command may have. One that it does not have is refused: passed over in silence, it
would leave the caller with other figures than were asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from minilens import reports
from minilens.errors import NotFound, Refused, did_you_mean
from minilens.reports.parameters import LANG, MEASURE, OWN, PARAMETERS, SHOW_MEASURE, VIEW
from minilens.reports.report import Report
from minilens.reports.request_values import FORM

#: How a page shows its cards: links that are copied from there have them, and no figure depends on them.
LOOKS = (MEASURE.name, VIEW.name, SHOW_MEASURE.name)
#: What a command says beside the arguments of a report.
OF_COMMANDS = ("name", "app", "person", "measure", "row")
#: So much of a name is read, to say which it was and which is near.
LONGEST = 60


def check(
    given: Iterable[str], known: Collection[str], also: Collection[str] = (), *, path: str = ""
) -> None:
    """Refused, naming the first argument that is neither known nor one of those that pass `also`, and the known one
    that is near. `path` is where the arguments stand in a body."""
    for name in given:
        if name not in known and name not in also:
            short = name[:LONGEST]
            hint = did_you_mean(short, known)
            raise Refused("unknown_argument", f"{path}{short}", got=short, hint=hint)


def check_of_report(
    given: Iterable[str], report: Report, also: Collection[str] = (), *, path: str = ""
) -> None:
    """The same of a report's arguments; one that other reports have and this has not is called that. Of one that is
    given twice either value may be meant."""
    given = list(given)
    known = [one.name for one in report.kind.parameters if one.documented]
    passing = {*also, *LOOKS, *(FORM if report.kind.takes("filter") else ()), *_of_cards(report)}
    passing |= {one.name for one in report.kind.parameters}
    others = {one.name for one in PARAMETERS}
    for name in given:
        if name in others and name not in passing:
            raise Refused("not_taken", f"{path}{name}", named=name, of=report.name)
        check([name], known, passing, path=path)
    once = {one.name for one in report.kind.parameters if not one.repeated and one is not LANG}
    for name in given:
        if name in once and given.count(name) > 1:
            raise Refused("twice", f"{path}{name}", got=name)


def check_of_body(report: str, parameters: Collection[str], path: str = "") -> None:
    """The same of a body that names a report and its parameters; Refused where it has these and names none."""
    if not report:
        if parameters:
            raise Refused("missing", f"{path}report")
        return
    try:
        found = reports.find(report)
    except NotFound as error:
        raise error.at(f"{path}report") from None
    check_of_report(parameters, found, path=f"{path}parameters.")


def own(given: Iterable[tuple[str, str]], report: Report) -> list[tuple[str, str]]:
    """The arguments with those that a page says of this card alone as the report's own."""
    prefix = f"{report.card}."
    return [(name.removeprefix(prefix), value) for name, value in given]


def _of_cards(report: Report) -> Iterable[str]:
    """What a page says of its single cards: of this one as far as it takes it."""
    tab = report.name.partition(".")[0]
    for one in reports.REPORTS.values():
        if one.name.partition(".")[0] == tab:
            yield from (f"{one.card}.{name}" for name in OWN if one.kind.takes(name))
