"""Groups, or two periods, held against each other: how much their conversion differs, and whether by chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from minilens.measure.funnels.figures import largest, named
from minilens.measure.funnels.outcome import Outcomes
from minilens.measure.funnels.query import FunnelQuery
from minilens.measure.funnels.significance import Rate, difference, together, verdict
from minilens.measure.table import Cell, Column, Row
from minilens.text import Language, Text

_VERDICTS = {
    "likely_higher": Text("很可能更高", "Likely higher"),
    "likely_lower": Text("很可能更低", "Likely lower"),
    "no_difference": Text("未见差异", "No difference seen"),
    "too_few": Text("数量太少，无法判断", "Too few to tell"),
    "": Text("", ""),
}
_PERIODS = {"this": Text("本期", "This period"), "before": Text("对比期", "Period before")}


def _of(names: dict[str, Text], value: str, language: Language) -> str:
    return names[value].of(language) if value in names else value


PERIOD = Column(
    "part", Text("时间段", "Period"), "text", shown=lambda value, language: _of(_PERIODS, value, language)
)  # fmt: skip
_SETTLED = Text(
    "进入的数量，不含仍可转化的", "Those who entered, but for those who may still convert"
)
_OTHERS_ARE = Text(
    "其余各组合计的转化率；比较时间段时为对比期的转化率",
    "The rate of all other groups together; of periods that of the period before",
)
_CHANCE = Text(
    "若两者实际相同，仅因偶然出现这么大差异的概率：合计不足 5,000 时用 Fisher 精确检验，否则用 z 检验；"
    "多组比较按 Holm 法校正",
    "How probable a difference as large is where there is none: Fisher's exact test under 5,000 in all, else the z "
    "test; of several groups after Holm",
)
_SAYS = Text(
    "概率低于 5% 时为很可能更高或更低；任一方不足 30，或转化、未转化不足 5 时不作判断",
    "Likely higher or lower where that is under 5 %; nothing is said of fewer than 30, or where fewer than 5 converted "
    "or did not",
)


def _share(name: str, zh: str, en: str, how_zh: str, how_en: str) -> Column:
    return Column(name, Text(zh, en), "ratio", Text(how_zh, how_en))


MEASURES = (
    Column("entered", Text("进入", "Entered"), "count", _SETTLED),
    Column("converted", Text("完成", "Converted"), "count", Text("完成最后一步的数量", "Those who got through")),
    _share("rate", "转化率", "Rate", "完成 ÷ 进入", "Converted ÷ entered"),
    Column("other_rate", Text("对照转化率", "Rate of the others"), "ratio", _OTHERS_ARE),
    _share("difference", "差值", "Difference", "转化率 − 对照转化率", "The rate less that of the others"),
    _share("low", "差值下限", "At least", "差值的 95% 置信区间下限（Newcombe）", "Its lower end, 95 % (Newcombe)"),
    _share("high", "差值上限", "At most", "差值的 95% 置信区间上限（Newcombe）", "Its upper end, 95 % (Newcombe)"),
    Column("chance", Text("偶然概率", "By chance"), "number", _CHANCE),
    Column(
        "verdict", Text("判断", "Verdict"), "text", _SAYS,
        shown=lambda value, language: _of(_VERDICTS, value, language),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class _Pair:
    keys: tuple[Cell, ...]
    one: Rate
    other: Rate


def settled(found: Outcomes) -> Rate:
    """Who got through, of those who can no longer be anything else."""
    through = found.reached(found.steps)
    return Rate(through, len(found) - int(found.still.sum()))


def of_groups(query: FunnelQuery, found: Outcomes) -> tuple[Row, ...]:
    """Each of the largest groups beside all others together."""
    whole = settled(found)
    pairs = []
    for one in largest(found)[: query.rows.top]:
        own = settled(found.some(found.group == one))
        rest = Rate(whole.some - own.some, whole.of - own.of)
        pairs.append(_Pair(named(query, found, one), own, rest))
    return _rows(pairs)


def of_periods(found: Outcomes, before: Outcomes) -> tuple[Row, ...]:
    """This period beside the one before."""
    own, other = settled(found), settled(before)
    said = _rows([_Pair(("this",), own, other)])
    return (
        *said,
        ("before", other.of, other.some, other.share if other.of else None, *(None,) * 6),
    )


def _rows(pairs: Sequence[_Pair]) -> tuple[Row, ...]:
    differ = [difference(one.one, one.other) for one in pairs]
    chances = together([one.p if one else None for one in differ])
    return tuple(
        (
            *pair.keys, pair.one.of, pair.one.some, pair.one.share if pair.one.of else None,
            pair.other.share if pair.other.of else None,
            *((one.by, one.low, one.high) if one else (None, None, None)), p, verdict(one, p),
        )
        for pair, one, p in zip(pairs, differ, chances, strict=True)
    )  # fmt: skip
