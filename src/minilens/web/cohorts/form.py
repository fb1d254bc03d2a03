"""The forms of cohorts: what users did, a property of theirs, other cohorts put together, a list; and what one says."""

from __future__ import annotations

import re
from collections.abc import Mapping

from minilens.errors import Refused
from minilens.measure.events.operators import OPERATORS
from minilens.records.cohorts import SavedCohort
from minilens.reports.cohorts import Definition, Did, decoded
from minilens.reports.questions.parts import Filter
from minilens.text import Language, Text, counted
from minilens.web.admin.forms import whole

PERIODS: dict[str, Text] = {
    "7d": Text("最近 7 天", "Last 7 days"), "30d": Text("最近 30 天", "Last 30 days"),
    "90d": Text("最近 90 天", "Last 90 days"), "365d": Text("最近 365 天", "Last 365 days"),
    "all": Text("全部时间", "All time"),
}  # fmt: skip
#: How cohorts are put together.
HOW: dict[str, Text] = {
    "any": Text("在其中任意一个", "In any of these"),
    "all": Text("同时在所有这些", "In all of these"),
}
_MOST_TIMES = 1_000_000
#: What is typed where nothing was.
EMPTY = dict.fromkeys(
    ("d_zh", "event", "most", "live", "p_zh", "property", "value", "s_zh", "named", "identities"), ""
) | {"least": "1", "period": "30d", "operator": "is", "how": "any"}  # fmt: skip


def name_of(data: Mapping[str, str]) -> str:
    """What the new one is to be called; Refused, naming the field of its form."""
    field = {"profile": "p_zh", "sets": "s_zh", "list": "named"}.get(data.get("of", ""), "d_zh")
    if not (name := data.get(field, "").strip()):
        raise Refused("missing", field)
    return name


def definition(data: Mapping[str, str]) -> Definition:
    """What was typed in one of the forms; Refused, naming the field."""
    return {"profile": _profile, "sets": _sets}.get(data.get("of", ""), _did)(data)


def _did(data: Mapping[str, str]) -> Definition:
    events = [one.strip() for one in re.split(r"[,，]", data.get("event", "")) if one.strip()]
    if not events:
        raise Refused("missing", "event")
    least = whole(data.get("least", "") or "1", "least", least=1, most=_MOST_TIMES)
    most = data.get("most", "").strip()
    did = Did(
        events[0] if len(events) == 1 else events, least=least, period=data.get("period", "30d"),
        most=whole(most, "most", least=least, most=_MOST_TIMES) if most else None,
    )  # fmt: skip
    return Definition(did=did)


def _profile(data: Mapping[str, str]) -> Definition:
    name, operator = data.get("property", "").strip(), data.get("operator", "is")
    if not name:
        raise Refused("missing", "property")
    if operator not in OPERATORS:
        raise Refused("unknown_choice", "operator", got=operator[:40], choices=", ".join(OPERATORS))
    taken = OPERATORS[operator].values
    values = [one.strip() for one in re.split(r"[,，]", data.get("value", "")) if one.strip()]
    if taken != "none" and not values:
        raise Refused("missing", "value")
    asked = Filter(profile=name, operator=operator, values=[] if taken == "none" else list(values))
    return Definition(profile=asked)


def _sets(data: Mapping[str, str]) -> Definition:
    """In any or all of some, and in none of others."""
    inside, outside = (
        [Definition(cohort=name.partition(".")[2]) for name in data if name.startswith(start)]
        for start in ("in.", "out.")
    )
    if not inside and not outside:
        raise Refused("no_cohort_chosen", "in")
    parts = [_of(inside, data.get("how", "any"))] if inside else []
    parts += [Definition(but=_of(outside, "any"))] if outside else []
    return _of(parts, "all")


def _of(some: list[Definition], how: str) -> Definition:
    if len(some) == 1:
        return some[0]
    return Definition(all=some) if how == "all" else Definition(any=some)


def said(one: SavedCohort, names: Mapping[str, str], language: Language) -> str:
    """A cohort in words; `names`: what the others of the app are called, by name and number."""
    return _sentence(decoded(one.body), names, language)


def _sentence(one: Definition, names: Mapping[str, str], language: Language) -> str:
    zh = language == "zh"
    if one.did:
        return _deed(one.did, language)
    if one.profile:
        operator = OPERATORS[one.profile.operator or "is"].title.of(language)
        values = (" 或 " if zh else " or ").join(map(_value, one.profile.values))
        return f"{one.profile.profile} {operator} {values}".rstrip()
    if one.cohort:
        return f"“{names.get(one.cohort, one.cohort)}”"
    if one.listed:
        given, found = f"{one.listed.given:,}", f"{one.listed.found:,}"
        return (
            f"列表：{given} 个标识，匹配 {found} 人"
            if zh
            else f"List of {counted(one.listed.given, 'identity', 'identities')}, "
            f"{counted(one.listed.found, 'user')} known"
        )
    if one.behind:
        return "某个数字背后的用户" if zh else "Users behind a figure"
    if one.but:
        inner = _sentence(one.but, names, language)
        return f"不在（{inner}）中" if zh else f"not in ({inner})"
    word = ("且", "and") if one.all else ("或", "or")
    joined = f" {word[0 if zh else 1]} "
    parts = [_sentence(part, names, language) for part in one.inner()]
    return joined.join(f"({text})" if joined in text else text for text in parts)


def _deed(did: Did, language: Language) -> str:
    """Paid at least 3 times in the last 90 days."""
    zh = language == "zh"
    events = [did.event] if isinstance(did.event, str) else did.event
    named = (" 或 " if zh else " or ").join(events)
    over = f"{did.start} – {did.end or did.start}" if did.start else did.period or "30d"
    over = PERIODS[over].of(language) if over in PERIODS else over
    most = "" if did.most is None else f"–{did.most:,}"
    if zh:
        times = f"{did.least:,}{most} 次" if most else f"至少 {did.least:,} 次"
        return f"{over}，{named} {times}{'，且符合条件' if did.where else ''}"
    times = (
        f"{did.least:,}{most} times"
        if most
        else f"at least {did.least:,} time{'s' if did.least > 1 else ''}"
    )
    return (
        f"{named} {times}, {over[0].lower()}{over[1:]}{', under conditions' if did.where else ''}"
    )


def _value(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
