"""What advertising cost, put beside the cohorts whose first touch it bought."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from minilens.measure.events.operand import column, key
from minilens.measure.ltv.query import OF_COSTS, LtvQuery
from minilens.text import Text

#: Costs are millionths; amounts of events are ten-thousandths.
FINER = 100
Names = tuple[str, ...]


@dataclass(frozen=True)
class Spending:
    """The costs of one question in the currency of its answer."""

    query: LtvQuery
    currency: str

    @property
    def strange(self) -> tuple[str, ...]:
        """Groups that costs know nothing of."""
        return tuple(key(one) for one in self.query.rows.groups if key(one) not in OF_COSTS)

    @property
    def known(self) -> bool:
        """Whether there are costs in this currency, told apart as the question has it."""
        return not self.strange and bool(self._by_group)

    @cached_property
    def _by_group(self) -> dict[Names, dict[date, int]]:
        found: dict[Names, dict[date, int]] = defaultdict(lambda: defaultdict(int))
        asked = [OF_COSTS.get(key(one), "") for one in self.query.rows.groups]
        over = self.query.days
        for one in self.query.spend:
            if one.currency == self.currency and over.start <= one.day <= over.end:
                named = dict(one.names)
                found[tuple(named.get(name, "") for name in asked)][one.day] += one.millionths
        return found

    def of(self, groups: list[Names], first: date) -> int | None:
        """Millionths that a cohort of these groups cost; None where it is not known."""
        if not self.known:
            return None
        last = self.query.last_day(first)
        return sum(
            cost
            for group in groups
            for day, cost in self._by_group.get(group, {}).items()
            if first <= day <= last
        )

    def notes(self, groups: set[Names]) -> Iterator[Text]:
        """Why nothing is known, or what is in no row: `groups` are those that have one."""
        if self.strange:
            named = [one for one in self.query.rows.groups if key(one) in self.strange]
            zh = "、".join(column(one).title.zh for one in named)
            en = ", ".join(column(one).title.en for one in named)
            yield Text(
                f"花费只按来源、推广活动、推广位（广告组）、推广素材（创意）记录，按{zh}分组时无法得出贡献毛利",
                "Costs are told apart by source, campaign, placement (ad set) and material (creative) alone: grouped "
                f"by {en}, no contribution margin is known",
            )
            return
        if not self._by_group:
            coin = self.currency
            yield Text(
                f"这段时间没有{f' {coin} ' if coin else '未注明币种'}的花费记录，贡献毛利未知",
                f"No costs {f'in {coin}' if coin else 'without a currency'} are recorded for these days, so the "
                "contribution margin isn't known",
            )
            return
        others = sorted({one.currency for one in self.query.spend} - {self.currency})
        if others:
            yield Text(
                f"{'、'.join(others)} 的花费没有可用的汇率，不在其中",
                f"Costs in {', '.join(others)} have no rate and are not included",
            )
        left = sum(sum(days.values()) for one, days in self._by_group.items() if one not in groups)
        if left:
            yield Text(
                f"另有花费 {left / 1_000_000:,.2f} {self.currency}，没有带来新用户，不在任何一行",
                f"{left / 1_000_000:,.2f} {self.currency} more were spent without a new user, and are in no row",
            )
