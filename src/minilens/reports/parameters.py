"""The parameters of a report's address, once each: how a value is read, and how it is described.

Console, API and commands read their arguments by this table; OpenAPI, the guide and the help of the command are
written from it. Which parameters a report has is a matter of its kind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from minilens.measure.query import ALL_ROWS, SORTS_BY, TRAFFIC
from minilens.measure.retention.query import OFFSETS_OF, USERS
from minilens.measure.span import STEPS, Step
from minilens.period import COMPARES, EVERY_GRAIN, MATCHES, PRESETS
from minilens.reports.campaign_parameters import AROUND, CAMPAIGN, CAP, EARNING
from minilens.reports.parameter import Parameter, always
from minilens.text import LANGUAGES, Text

if TYPE_CHECKING:
    from minilens.reports.report import Report

#: The forms of the bare figures, the first unless another is asked for.
FORMS = ("json", "csv", "xlsx")
VIEWS = ("chart", "table")
MOST_ROWS = 1000
#: In place of a number of rows.
ALL = "all"
#: By which table scenes are grouped: that of each day, or the newest.
SCENE_TABLES = ("dated", "newest")
LONGEST_SEARCH, LONGEST_PAGE = 200, 512
#: Presets of moments, and the step that suits each. All but yesterday are still running.
SPANS: dict[str, Step] = {
    "1h": 1, "6h": 5, "12h": 10, "24h": 30, "today": 30, "yesterday": 30, "7d": 60,
}  # fmt: skip
SPANS_COMPARED = ("previous", "day", "week", "month", "year", "none")

_FILTER_ZH = (
    "筛选条件，写作 字段:操作符:值,值；多个值满足其一即可，用 | 分隔的条件满足其一即可，"
    "多个 filter 参数须同时满足；cohort:is:人群 只统计人群中的用户。值中的 , | : \\ 前加 \\"
)
_FILTER_EN = (
    "A condition, written field:operator:value,value. Of several values one suffices, of conditions parted "
    "by | one suffices, of several filter arguments all must hold. cohort:is:NAME counts users of a "
    "cohort. A backslash goes before , | : and \\ within a value"
)

_PERIOD = rf"^({'|'.join(PRESETS)}|[1-9]\d{{0,3}}d)$"

PERIOD = Parameter(
    "period",
    Text(
        f"{'、'.join(PRESETS)}，或其他天数加 d；"
        "today、this_week、this_month、year_to_date 截至今天，all 从第一个事件到今天，其余截至昨天或更早",
        f"{', '.join(PRESETS)}, or another number of days with d; today, this_week, this_month and year_to_date end "
        "today, all is from the first event to today, the others end yesterday or earlier",
    ),
    kind="text",
    pattern=_PERIOD,
    example="30d",
    default=lambda report: report.period,
    option="today, yesterday, 7d, 30d …, this_week, last_month …; live: 1h, 24h … 时间段：today、yesterday、7d、30d、this_week、last_month；实时：1h、24h",
)

FROM = Parameter(
    "from",
    Text("起始日，代替 period", "First day, instead of period"),
    kind="date",
    example="2026-11-01",
    option="First day, 2026-11-01; live: moment, 2026-11-22T10:30. 起始日；实时为时刻，如 2026-11-22T10:30",
)

TO = Parameter(
    "to",
    Text("结束日；不写则与 from 相同", "Last day; defaults to from"),
    kind="date",
    example="2026-11-21",
    option="Last day or moment. 结束日或时刻",
)

GRAIN = Parameter(
    "grain",
    Text(
        "每个点的长度；按小时的一天另有全天合计 values.total",
        "Length of each point; by the hour a single day also has the whole day in values.total",
    ),
    words=EVERY_GRAIN,
    default=lambda report: report.grain,
    option="hour, day, week or month. 粒度：hour、day、week 或 month",
)

COMPARE = Parameter(
    "compare",
    Text(
        "对比：之前同样长的时段，或一周、一月、一年前的同样日期",
        "Compare with the range just before, or with the same days a week, month or year earlier",
    ),
    words=COMPARES,
    default=always("previous"),
    option="previous, week, month, year or none (unless given); live: day too. 对比：previous、week、month、year，默认 none；实时另有 day",
)

MATCH = Parameter(
    "match",
    Text(
        "对比时段按日期选取，或取最接近的同星期日期（周一对周一）；grain=month 时不适用",
        "The other range by its dates, or the nearest days on the same weekdays (Mondays beside Mondays); "
        "not where rows are months",
    ),
    words=MATCHES,
    default=always("dates"),
    option="dates or weekdays: compare Mondays with Mondays. 对比按日期 dates，或按星期 weekdays",
)

COMPARE_FROM = Parameter(
    "compare_from",
    Text("对比时段的起始日，代替 compare", "First day of the other range, instead of compare"),
    kind="date",
    example="2025-11-01",
    option="Start of the comparison period. 对比时段起始",
)

COMPARE_TO = Parameter(
    "compare_to",
    Text("对比时段的结束日", "Last day of the other range"),
    kind="date",
    example="2025-11-21",
    option="End of the comparison period. 对比时段结束",
)

SPAN = Parameter(
    "period",
    Text(
        "一段小时数或天数，截至此刻；today、yesterday 为自然日",
        "A number of hours or days up to now; today and yesterday are calendar days",
    ),
    words=tuple(SPANS),
    default=lambda report: report.period,
)

FROM_MOMENT = Parameter(
    "from",
    Text(
        "起始时刻，按小程序时区，代替 period",
        "First moment in the app's time zone, instead of period",
    ),
    kind="moment",
    example="2026-11-22T10:30",
)

TO_MOMENT = Parameter(
    "to",
    Text("结束时刻，不含；不写则到此刻", "End, not included; defaults to now"),
    kind="moment",
    example="2026-11-22T12:00",
)

STEP = Parameter(
    "step",
    Text("每个点多少分钟", "Minutes per point"),
    words=tuple(map(str, STEPS)),
    default=always("30"),
    option="Minutes per point (live reports): 1, 5, 10, 30 or 60. 实时粒度（分钟）：1、5、10、30 或 60",
)

COMPARE_SPAN = Parameter(
    "compare",
    Text(
        "对比：之前同样长的时段，或一天、一周、一月、一年前的同一时刻起",
        "Compare with the span just before, or the one that starts at the same hour a day, week, month or year earlier",
    ),
    words=SPANS_COMPARED,
    default=always("none"),
)

COMPARE_FROM_MOMENT = Parameter(
    "compare_from",
    Text("对比时段的起始时刻，代替 compare", "First moment of the other span, instead of compare"),
    kind="moment",
    example="2026-11-21T10:30",
)

COMPARE_TO_MOMENT = Parameter(
    "compare_to",
    Text("对比时段的结束时刻", "End of the other span, not included"),
    kind="moment",
    example="2026-11-21T12:00",
)

PAGE = Parameter(
    "page",
    Text("只统计该页面", "Only visits to this page"),
    kind="text",
    limits=(0, LONGEST_PAGE),
    example="pages/index",
    option="A single page (live and page reports). 实时与页面报表：只统计该页面",
)

TRAFFIC_OF = Parameter(
    "traffic",
    Text("统计正式版，还是其他版本或机器人", "The released version, another version, or bots"),
    words=TRAFFIC,
    default=always("release"),
    option="release, trial, develop, preview or robot. 流量：release、trial、develop、preview 或 robot",
)

FILTER = Parameter(
    "filter",
    Text(_FILTER_ZH, _FILTER_EN),
    kind="text",
    example="province:is:广东,上海|scene:is:1047",
    repeated=True,
)

SCENE_TABLE = Parameter(
    "scene_table",
    Text(
        "来源与来源大类：dated 每天按当天有效的场景表归类，升级不改变过去的数字；newest 所有日期按最新的场景表",
        "How scenes are grouped into sources: dated by the table valid on each day, so that an update changes no past "
        "figures; newest by the newest table on all days",
    ),
    words=SCENE_TABLES,
    default=always("dated"),
    option="dated or newest: the scene table for sources of past days. 过去日期的来源按当天的场景表 dated，或最新的 newest",
)

SORT = Parameter(
    "sort",
    Text("按哪个指标排序", "The measure to sort rows by"),
    default=lambda report: report.first,
    measures=True,
    option="Measure to sort a list by. 列表按哪个指标排序",
    own=True,
)

SORT_BY = Parameter(
    "sort_by",
    Text(
        "按该指标的数值（value）、与对比时段相比的变化量（change）或变化率（change_rate）排序；"
        "后两者须有对比时段，并列出任一时段内有数据的取值",
        "Sort by the measure's value, by its change against the other range, or by its change in per cent "
        "(change_rate). The latter two need a range to compare with, and list the values of either range",
    ),
    words=SORTS_BY,
    default=always("value"),
    option="Sort a list by value, change or change_rate (with --compare). 按 value 数值、change 变化量或 change_rate 变化率排序",
    own=True,
)

ORDER = Parameter(
    "order",
    Text("降序或升序", "Largest or smallest first"),
    words=("desc", "asc"),
    default=always("desc"),
    option="desc or asc. 降序 desc 或升序 asc",
    own=True,
)

TOP = Parameter(
    "top",
    Text(
        f"行数，至多 {MOST_ROWS}；all 为全部，csv 与 xlsx 不写即为全部",
        f"How many rows, {MOST_ROWS} at most, or all of them; in csv and xlsx all unless given",
    ),
    kind="text",
    pattern=r"^(all|1000|[1-9]\d{0,2})$",
    example="all",
    default=lambda report: str(report.top),
    option="Number of rows in a list, or all. 列表行数，all 为全部",
    own=True,
)

OFFSET = Parameter(
    "offset",
    Text(
        "跳过前面多少行，用于翻页；共有多少行见 values.found",
        "How many rows are left out before these, to page through; values.found says how many there are",
    ),
    kind="number",
    limits=(0, ALL_ROWS),
    default=always("0"),
    option="Number of rows to skip. 跳过前面的行",
    own=True,
)

REST = Parameter(
    "rest",
    Text("1：另给出未列出的取值合计", "1: add a row with the total of the values not listed"),
    words=("0", "1"),
    default=lambda report: "1" if report.kind.whole else "0",
    own=True,
)

SEARCH = Parameter(
    "search",
    Text(
        "只列出包含该文字的取值，不分大小写", "Only values that contain this text; case is ignored"
    ),
    kind="text",
    limits=(0, LONGEST_SEARCH),
    option="Only values containing this text. 只列出包含该文字的取值",
    own=True,
)

LANG = Parameter(
    "lang", Text("名称与提示的语言", "Language of names and messages"), words=LANGUAGES
)

BOM = Parameter(
    "bom",
    Text(
        "1：csv 以字节顺序标记开头，便于中文 Excel 直接打开",
        "1: csv begins with a byte-order mark, by which Excel knows that it is UTF-8",
    ),
    words=("0", "1"),
    default=always("0"),
    option="1: csv for Excel, with a byte-order mark. csv 带字节顺序标记",
)

FORMAT = Parameter(
    "format", Text("回答的形式", "Format of the answer"), words=FORMS, default=always("json")
)

BY = Parameter(
    "by",
    Text("按哪个维度列出", "The dimension whose values are listed"),
    default=lambda report: report.by,
    groupings=True,
    own=True,
    option="Dimension to list by, where a report offers several. 按哪个维度列出（报告支持多种时）",
)

USERS_OF = Parameter(
    "users",
    Text("新用户，或活跃用户（所有访问过的人）", "New users, or active ones: all who visited"),
    words=USERS,
    default=lambda report: report.users,
    own=True,
    option="new or active (retention, audience). 留存与画像：new 新用户或 active 活跃用户",
)

COHORT = Parameter(
    "cohort",
    Text(
        "每个人群是一天、一周或一月的人；时间段按整周、整月计",
        "The people of a day, week or month; ranges are made of whole weeks and months",
    ),
    words=tuple(OFFSETS_OF),
    default=always("day"),
    own=True,
    option="day, week or month (retention). 留存人群：day、week 或 month",
)

OVER_TIME = Parameter(
    "over_time",
    Text("1：每个区间按日、周或月（grain）列出", "1: each bucket by day, week or month (grain)"),
    words=("0", "1"),
    default=always("0"),
    own=True,
    option="1: each bucket by day, week or month. 每个区间按日、周或月列出",
)

#: How a triangle is looked at; no matter of its figures either.
SHOWN_AS = Parameter(
    "show",
    Text("", ""),
    words=("rate", "count", "curve"),
    default=always("rate"),
    own=True,
    documented=False,
)
#: What a card of the console shows; no matter of its figures.
SHOW_MEASURE = Parameter("show", Text("", ""), measures=True, own=True, documented=False)
MEASURE = Parameter("measure", Text("", ""), measures=True, documented=False)
VIEW = Parameter("view", Text("", ""), words=VIEWS, default=always("chart"), documented=False)

RANGE_OF_DAYS = (PERIOD, FROM, TO)
OTHER_DAYS = (COMPARE, MATCH, COMPARE_FROM, COMPARE_TO)
RANGE_OF_MOMENTS = (SPAN, FROM_MOMENT, TO_MOMENT)
OTHER_MOMENTS = (COMPARE_SPAN, MATCH, COMPARE_FROM_MOMENT, COMPARE_TO_MOMENT)
#: Whose traffic, under which filters: every report has them.
SUBJECT = (TRAFFIC_OF, FILTER, SCENE_TABLE)
#: What a list has of its own.
LIST = (SORT, SORT_BY, ORDER, TOP, OFFSET, REST, SEARCH)
ANSWER = (LANG, BOM, FORMAT)

#: In the order in which they are described.
PARAMETERS = (
    *RANGE_OF_DAYS, GRAIN, *OTHER_DAYS, *RANGE_OF_MOMENTS, STEP,
    *(one for one in OTHER_MOMENTS if one not in OTHER_DAYS), PAGE, CAMPAIGN, *EARNING, CAP, AROUND, USERS_OF, COHORT, OVER_TIME, BY, *SUBJECT,
    *LIST, *ANSWER,
)  # fmt: skip


def parameters(report: Report) -> list[Parameter]:
    """Those that programs may give this report."""
    return [one for one in PARAMETERS if one in report.kind.parameters]


#: Names of what a page says of a card alone.
OWN = (*(one.name for one in PARAMETERS if one.own), SHOW_MEASURE.name)
