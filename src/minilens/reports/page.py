"""A page's own page: reached from a row of a list of pages."""

from __future__ import annotations

from minilens.reports import traffic
from minilens.reports.kinds import of_page
from minilens.reports.report import Report
from minilens.text import Text

_IN_ORDER = Text(
    "取自当天开始的打开中页面的先后顺序，每次打开取前 200 次访问；当天数据更新后计入。",
    "From the order of visits within launches that began in the period, the first 200 of each; as of the last "
    "recalculation.",
)

TREND = Report(
    name="page.trend",
    title=Text("页面趋势", "Page trend"),
    kind=of_page.TREND,
    measures=traffic.PAGES.measures,
    first="visits",
)

SOURCES = Report(
    name="page.sources",
    title=Text("页面的来源", "Sources of the page"),
    kind=of_page.GROUPED,
    measures=("visits", "visit_share", "visitors"),
    first="visits",
    by="scene_source",
    groupings=("scene_source", "scene_group", "scene"),
)

LOAD_TIMES = Report(
    name="page.load_times",
    title=Text("页面加载", "Loading"),
    kind=of_page.LOADS,
    measures=("load_time", "timed_loads"),
    first="load_time",
)

BEFORE = Report(
    name="page.before",
    title=Text("从哪里来", "What came before"),
    kind=of_page.LIST,
    measures=("transitions", "transition_share"),
    first="transitions",
    by="page_before",
    told_by=_IN_ORDER,
)

AFTER = Report(
    name="page.after",
    title=Text("到哪里去", "What came after"),
    kind=of_page.LIST,
    measures=BEFORE.measures,
    first="transitions",
    by="page_after",
    told_by=_IN_ORDER,
)

QUERIES = Report(
    name="page.queries",
    title=Text("页面参数", "Parameters"),
    kind=of_page.LIST,
    measures=("visits", "visit_share", "visitors"),
    first="visits",
    by="query",
    told_by=Text(
        "访问该页面时所带的参数，已去除口令等敏感内容。",
        "The parameters visits to the page carried; secrets are removed when events come in.",
    ),
)
#: In the order of the page.
ALL = (TREND, SOURCES, BEFORE, AFTER, QUERIES, LOAD_TIMES)
