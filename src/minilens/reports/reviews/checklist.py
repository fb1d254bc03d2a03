"""The checklist of an app that begins: each item ticks itself off by what is there."""

from __future__ import annotations

from dataclasses import dataclass

from minilens.errors import Refused
from minilens.records.store import Records
from minilens.reports.question import decoded
from minilens.reports.questions.funnel import FunnelQuestion
from minilens.text import Text

#: The kind of content that a scheduled review is sent as.
REVIEW_OF_WEEK = "review.week"


@dataclass(frozen=True)
class Item:
    """`page`: where it is done, below the app's address. `count`: how many there are of what it asks for."""

    name: str
    title: Text
    why: Text
    page: str
    count: int

    @property
    def done(self) -> bool:
        """Whether there is any."""
        return self.count > 0


def checklist(records: Records, app: int) -> list[Item]:
    """The items in their order."""
    return [
        Item(name, title, why, page, _COUNTS[name](records, app))
        for name, title, why, page in _ITEMS
    ]


_ITEMS = (
    (
        "kpis", Text("写下一到三项 KPI", "Write down one to three KPIs"),
        Text("每项有目标、负责人与周期", "Each with a target, an owner, and a week or month"), "dashboard/kpis",
    ),
    (
        "funnel", Text("保存要看的漏斗", "Save the funnel that you measure"),
        Text("存为团队共用的查询，复盘会一并比较", "As a query of the team: reviews compare it as well"), "funnels",
    ),
    (
        "events", Text("定义页面与操作的事件", "Map page and action events"),
        Text("为事件取清楚的名称，并标出页面类型", "With clear names, and pages by type"), "events/manage",
    ),
    (
        "codes", Text("为每个活动与推广位生成二维码", "Issue a QR code for each campaign and placement"),
        Text("一个推广位一个链接，效果才分得开", "A link of its own each, or results can't be told apart"), "links",
    ),
    (
        "snapshots", Text("看板与每周、每月快照", "A dashboard with weekly and monthly snapshots"),
        Text("一周或一个月结束后自动留存", "Kept by itself once a week or month is over"), "reviews",
    ),
    (
        "review", Text("每周五复盘", "Hold a Friday review"),
        Text(
            "写下一个洞察、一个阻碍点、一项改动及负责人，或定时发送",
            "One insight, one friction point, one change with an owner; or schedule it",
        ),
        "reviews",
    ),
)  # fmt: skip


def _funnels(records: Records, app: int) -> int:
    return sum(_is_funnel(one.body) for one in records.questions.of(app, None, every=True))


def _is_funnel(body: str) -> bool:
    try:
        return isinstance(decoded(body), FunnelQuestion)
    except Refused:
        return False


def _codes(records: Records, app: int) -> int:
    return sum(1 for one in records.links.of(app) if one.campaign and one.placement)


def _reviews(records: Records, app: int) -> int:
    scheduled = sum(
        1
        for one in records.subscriptions.of(app)
        if one.content == REVIEW_OF_WEEK and not one.paused
    )
    return scheduled + sum(1 for one in records.reviews.of(app, "week") if one.written)


_COUNTS = {
    "kpis": lambda records, app: len(records.kpis.of(app)),
    "funnel": _funnels,
    "events": lambda records, app: sum(1 for one, _ in records.definitions.all() if one == app),
    "codes": _codes,
    "snapshots": lambda records, app: sum(
        len(records.snapshots.starts(app, grain)) for grain in ("week", "month")
    ),
    "review": _reviews,
}
