"""Costs in a CSV file as advertising consoles and spreadsheets write it: any titles, units, separators, total lines."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from minilens.errors import Refused, did_you_mean
from minilens.records import sheet
from minilens.records.cost_content import COUNTS, LANDINGS, NAMES, Landing, NewCost, checked
from minilens.records.cost_mappings import CostMapping
from minilens.records.costs import MOST
from minilens.records.json_text import wrong
from minilens.records.sheet import FILE, FIRST

MOST_BYTES = 16 << 20
#: Field → its name in Chinese, then titles that files give its column; compared without blanks, units and case.
COLUMNS: dict[str, tuple[str, ...]] = {
    "day": ("日期", "date", "时间", "投放日期", "统计日期", "数据日期"),
    "source": ("来源", "媒体", "投放平台", "渠道"),
    "campaign": ("推广活动", "推广计划", "推广计划名称", "计划名称", "广告计划", "广告系列", "campaignname"),
    "ad_set": ("广告组", "广告组名称", "广告单元", "推广单元", "单元名称", "推广位", "adset", "adgroup", "adsetname"),
    "creative": ("创意", "创意名称", "广告创意", "素材", "素材名称", "物料", "creativename"),
    "landing": ("落地页", "落地页类型", "landingpage"),
    "currency": ("币种", "货币"),
    "cost": ("花费", "消耗", "费用", "消费", "总花费", "总消耗", "spend", "amount"),
    "impressions": ("曝光次数", "曝光", "曝光量", "展示数", "展示次数", "展示", "展现量"),
    "clicks": ("点击次数", "点击", "点击量", "点击数"),
    "conversions": ("转化数", "转化", "转化量", "转化次数", "目标转化量", "目标转化次数"),
    "reach": ("曝光人数", "触达人数", "覆盖人数"),
}  # fmt: skip
_LANDINGS = {
    "文章": "article",
    "公众号文章": "article",
    "小程序": "mini_program",
    "miniprogram": "mini_program",
}
_TOTALS = ("合计", "总计", "小计", "汇总", "total", "totals", "sum", "grandtotal", "subtotal")
_UNITS = {"分": "fen", "fen": "fen", "元": "yuan", "yuan": "yuan", "cny": "yuan", "rmb": "yuan"}
_NOTHING = ("", "-", "--", "—", "——", "/", "n/a")
_NUMBER = re.compile(r"-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?").fullmatch
_BRACKETS = re.compile(r"[(（\[【]\s*(\w+)\s*[)）\]】]")
_CHINESE_DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日?").match
_COMPACT_DAY = re.compile(r"\d{8}").fullmatch


@dataclass(frozen=True)
class CostSheet:
    """A file as it was read. `rows` are the costs, those of one advertisement and day added up (`lines` before that).
    `totals`: so many lines of totals are left out. `problems`: line → what is wrong with it; where there are any,
    nothing should be put. `columns`: field → the title of its column."""

    rows: list[NewCost]
    lines: int
    totals: int
    problems: list[Refused]
    columns: dict[str, str]


@dataclass
class _Reading:
    mapping: CostMapping
    at: dict[str, int]
    divisor: int
    today: date
    found: dict[tuple[object, ...], NewCost] = field(default_factory=dict)
    seen: dict[tuple[str, ...], int] = field(default_factory=dict)
    problems: list[Refused] = field(default_factory=list)
    lines: int = 0
    totals: int = 0


def read(body: bytes, mapping: CostMapping, today: date) -> CostSheet:
    """The costs of a file; Refused where it is none at all or a column is missing. What is wrong with single lines is
    told as `costs[7].cost` of the seventh row of the sheet. `today`: the app's day."""
    rows = sheet.rows(body, MOST_BYTES)
    if len(rows) > MOST + 1:
        raise Refused("too_many", FILE, limit=MOST)
    named = [title.strip() for title in rows[0]]
    at = columns_of(named, mapping.columns)
    for name in ("day", "cost"):
        if name not in at:
            raise Refused("missing", name)
    reading = _Reading(mapping, at, _divisor(named[at["cost"]], mapping), today)
    for number, row in enumerate(rows[1:], FIRST):
        if any(map(str.strip, row)):
            _line(reading, number, row)
    if not reading.found and not reading.problems:
        raise wrong(FILE, "没有数据行", "has no rows")
    columns = {name: named[place] for name, place in at.items()}
    return CostSheet(
        list(reading.found.values()), reading.lines, reading.totals, reading.problems, columns
    )  # fmt: skip


def titles(body: bytes) -> list[str]:
    """The titles of its columns; Refused where it is no file of rows."""
    return [title.strip() for title in sheet.rows(body, MOST_BYTES)[0]]


def fitting(mapping: CostMapping, titles: Sequence[str]) -> CostMapping:
    """What is remembered, without the columns that this file has not: they are found by their usual titles."""
    there = {name: title for name, title in mapping.columns.items() if not title or title in titles}
    return msgspec.structs.replace(mapping, columns=there)


def whole(body: bytes, mapping: CostMapping, today: date) -> CostSheet:
    """The same; Refused for the first line that is wrong."""
    found = read(body, mapping, today)
    if found.problems:
        raise found.problems[0]
    return found


def columns_of(titles: Sequence[str], said: Mapping[str, str]) -> dict[str, int]:
    """Field → the place of its column: as it is said (empty: it has none), else by its usual titles."""
    plain = [_plain(title) for title in titles]
    found: dict[str, int] = {}
    for name, names in COLUMNS.items():
        title = said.get(name)
        if title:
            if title not in titles:
                zh = f"没有名为“{title[:40]}”的列"
                raise wrong(FILE, zh, f"has no column named {title[:40]}")
            found[name] = titles.index(title)
        elif title is None:
            usual = (name.replace("_", ""), *names)
            place = next((plain.index(one) for one in usual if one in plain), None)
            found |= {} if place is None or place in found.values() else {name: place}
    return found


def _plain(title: str) -> str:
    text = _BRACKETS.sub("", unicodedata.normalize("NFKC", title).lower())
    return re.sub(r"[\s_\-]", "", text)


def _divisor(title: str, mapping: CostMapping) -> int:
    """100 where money is in fen. What the header says of itself must not be contradicted."""
    within = _BRACKETS.search(title)
    told = _UNITS.get(within[1].lower(), "") if within else ""
    unit = mapping.unit or told or "yuan"
    if told and unit != told:
        zh = f"列“{title[:40]}”的单位与所选的不同"
        raise wrong("unit", zh, f"differs from what the column {title[:40]} says of itself")
    return 100 if unit == "fen" else 1


def _line(reading: _Reading, number: int, row: list[str]) -> None:
    cells = {name: row[at].strip() if at < len(row) else "" for name, at in reading.at.items()}
    if _is_total(cells, row):
        reading.totals += 1
        return
    reading.lines += 1
    try:
        again = reading.seen.setdefault(tuple(map(str.strip, row)), number)
        if again != number:
            raise wrong(
                f"costs[{number}]", f"与第 {again} 行完全相同", f"is the same as row {again}"
            )
        one = checked(
            _cost(reading, cells, f"costs[{number}]."), reading.today, f"costs[{number}]."
        )
    except Refused as error:
        reading.problems.append(error)
        return
    held = reading.found.get(one.key)
    reading.found[one.key] = _added(held, one) if held else one


def _is_total(cells: Mapping[str, str], row: Sequence[str]) -> bool:
    told = next((cell for cell in map(_plain, row) if cell), "")
    return _plain(cells["day"]) in _TOTALS or (not cells["day"] and told.rstrip(":") in _TOTALS)


def _cost(reading: _Reading, cells: Mapping[str, str], at: str) -> NewCost:
    mapping = reading.mapping
    day = _day(cells["day"], f"{at}day")
    money = _number(cells["cost"], f"{at}cost")
    if money is None and cells["cost"] == "":
        raise Refused("missing", f"{at}cost")
    named: dict[str, Any] = {name: _name(cells.get(name, "")) for name in NAMES}
    named["source"] = named["source"] or mapping.source
    named |= {name: _count(cells.get(name, ""), f"{at}{name}") for name in COUNTS}
    return NewCost(
        day=day, cost=(money or Decimal(0)) / reading.divisor, **named,
        landing=_landing(cells.get("landing", ""), mapping, f"{at}landing"),
        currency=cells.get("currency") or mapping.currency,
    )  # fmt: skip


def _name(text: str) -> str:
    return "" if text in _NOTHING else sheet.unescaped(text)


def _day(text: str, at: str) -> date:
    if not text:
        raise Refused("missing", at)
    if within := _CHINESE_DAY(text):
        text = "-".join(within.groups())
    elif _COMPACT_DAY(text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    # a time may stand behind it; a range of days is no day
    head, _, rest = text.replace("T", " ").partition(" ")
    if rest and not re.fullmatch(r"\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?", rest.strip()):
        raise Refused("bad_date", at, got=text[:20])
    found = sheet.day(head, at) if len(head) <= 10 else None
    if found is None:
        raise Refused("bad_date", at, got=text[:20])
    return found


def _landing(text: str, mapping: CostMapping, at: str) -> Landing:
    if text in _NOTHING:
        return mapping.landing
    found = _LANDINGS.get(_plain(text), text.lower())
    if found not in LANDINGS:
        raise Refused("unknown_choice", at, got=text[:40], hint=did_you_mean(text, LANDINGS[1:]))
    return found


def _number(text: str, at: str) -> Decimal | None:
    """Thousands by commas, money with its sign; None where the cell says that there is nothing."""
    plain = unicodedata.normalize("NFKC", text).strip().lstrip("¥$").strip()
    if plain.lower() in _NOTHING:
        return None
    if not _NUMBER(plain) or len(plain) > 40:
        raise Refused("bad_value", at, got=text[:40])
    return Decimal(plain.replace(",", ""))


def _count(text: str, at: str) -> int | None:
    number = _number(text, at)
    if number is None:
        return None
    if number != int(number):
        raise Refused("bad_value", at, got=text[:40])
    return int(number)


def _added(one: NewCost, other: NewCost) -> NewCost:
    """Both together. Whom they reached is not known: people may be the same."""

    def both(name: str) -> int | None:
        here, there = getattr(one, name), getattr(other, name)
        return None if here is None and there is None else (here or 0) + (there or 0)

    counts: dict[str, Any] = {name: both(name) for name in COUNTS if name != "reach"}
    names: dict[str, Any] = {
        name: getattr(one, name) for name in (*NAMES, "day", "landing", "currency")
    }
    return NewCost(**names, cost=one.cost + other.cost, **counts)
