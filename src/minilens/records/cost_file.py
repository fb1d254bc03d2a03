"""Costs in a CSV file as advertising consoles and spreadsheets write it: titles, units, landings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from minilens.errors import Refused, did_you_mean
from minilens.records import column_file
from minilens.records.column_file import BRACKETS, NOTHING, Cells, Form, Sheet, both, plain
from minilens.records.cost_content import COUNTS, LANDINGS, NAMES, Landing, NewCost, checked
from minilens.records.cost_mappings import CostMapping
from minilens.records.json_text import wrong

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
_UNITS = {"分": "fen", "fen": "fen", "元": "yuan", "yuan": "yuan", "cny": "yuan", "rmb": "yuan"}


CostSheet = Sheet[NewCost]


def read(body: bytes, mapping: CostMapping, today: date) -> CostSheet:
    """The costs of a file; Refused where it is none at all or a column is missing. What is wrong with single lines is
    told as `costs[7].cost` of the seventh row of the sheet. `today`: the app's day."""
    file = column_file.opened(body, COLUMNS, mapping.columns, ("day", "cost"))
    divisor = _divisor(file.columns["cost"], mapping)

    def make(cells: Cells, at: str) -> NewCost:
        return checked(_cost(mapping, divisor, cells, at), today, at)

    return column_file.read(file, Form("costs", make, lambda one: one.key, _added))


def fitting(mapping: CostMapping, titles: Sequence[str]) -> CostMapping:
    """What is remembered, without the columns that this file has not."""
    return msgspec.structs.replace(mapping, columns=column_file.fitting(mapping.columns, titles))


def whole(body: bytes, mapping: CostMapping, today: date) -> CostSheet:
    """The same; Refused for the first line that is wrong."""
    return read(body, mapping, today).whole()


def _divisor(title: str, mapping: CostMapping) -> int:
    """100 where money is in fen. What the header says of itself must not be contradicted."""
    within = BRACKETS.search(title)
    told = _UNITS.get(within[1].lower(), "") if within else ""
    unit = mapping.unit or told or "yuan"
    if told and unit != told:
        zh = f"列“{title[:40]}”的单位与所选的不同"
        raise wrong("unit", zh, f"differs from what the column {title[:40]} says of itself")
    return 100 if unit == "fen" else 1


def _cost(mapping: CostMapping, divisor: int, cells: Cells, at: str) -> NewCost:
    day = column_file.day(cells["day"], f"{at}day")
    money = column_file.number(cells["cost"], f"{at}cost")
    if money is None and cells["cost"] == "":
        raise Refused("missing", f"{at}cost")
    named: dict[str, Any] = {name: column_file.name(cells.get(name, "")) for name in NAMES}
    named["source"] = named["source"] or mapping.source
    named |= {name: column_file.count(cells.get(name, ""), f"{at}{name}") for name in COUNTS}
    return NewCost(
        day=day, cost=(money or Decimal(0)) / divisor, **named,
        landing=_landing(cells.get("landing", ""), mapping, f"{at}landing"),
        currency=cells.get("currency") or mapping.currency,
    )  # fmt: skip


def _landing(text: str, mapping: CostMapping, at: str) -> Landing:
    if text in NOTHING:
        return mapping.landing
    found = _LANDINGS.get(plain(text), text.lower())
    if found not in LANDINGS:
        raise Refused("unknown_choice", at, got=text[:40], hint=did_you_mean(text, LANDINGS[1:]))
    return found


def _added(one: NewCost, other: NewCost) -> NewCost:
    """Both together. Whom they reached is not known: people may be the same."""
    counts: dict[str, Any] = {
        name: both(getattr(one, name), getattr(other, name)) for name in COUNTS if name != "reach"
    }
    names: dict[str, Any] = {
        name: getattr(one, name) for name in (*NAMES, "day", "landing", "currency")
    }
    return NewCost(**names, cost=one.cost + other.cost, **counts)
