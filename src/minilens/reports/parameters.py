"""The arguments of a report's address, for those who are told of them: OpenAPI and the guide.

They are read in `asked.py` and `asked_live.py`; a test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from minilens.errors import LANGUAGES
from minilens.measure.live.query import STEPS
from minilens.measure.query import ALL_ROWS, TRAFFIC
from minilens.period import COMPARES, EVERY_GRAIN, PRESETS
from minilens.reports.live_request import COMPARES as MOMENTS_COMPARED
from minilens.reports.live_request import LONGEST_PAGE, PERIODS
from minilens.reports.report import Report
from minilens.reports.request import LONGEST_SEARCH, MOST_ROWS, default_pairs

#: The forms of the bare figures, the first unless another is asked for.
FORMS = ("json", "csv", "xlsx")
#: What a report asks about: days, yesterday, moments, or the present one; and whether it is a list.
Kind = Literal["days", "days list", "yesterday", "moments", "moments list", "now"]
DAYS: tuple[Kind, ...] = ("days", "days list")
MOMENTS: tuple[Kind, ...] = ("moments", "moments list")
LISTS: tuple[Kind, ...] = ("days list", "moments list")

PERIOD = rf"^({'|'.join(PRESETS)}|[1-9]\d{{0,3}}d)$"
FILTER_ZH = (
    "筛选条件，写作 字段:操作符:值,值；多个值满足其一即可，用 | 分隔的条件满足其一即可，"
    "多个 filter 参数须同时满足。值中的 , | : \\ 前加 \\"
)
FILTER_EN = (
    "A condition, written field:operator:value,value. Of several values one suffices, of conditions parted "
    "by | one suffices, of several filter arguments all must hold. A backslash goes before , | : and \\ "
    "within a value"
)


@dataclass(frozen=True)
class Argument:
    """One argument. `words` are its only values; `pattern` and `limits` say which others are right.

    `of`: the kinds of report that have it; () is all of them.
    """

    name: str
    zh: str
    en: str
    words: tuple[str, ...] = ()
    kind: Literal["word", "text", "date", "moment", "number"] = "word"
    pattern: str = ""
    limits: tuple[int, int] = (0, 0)
    example: str = ""
    repeated: bool = False
    of: tuple[Kind, ...] = field(default=())


ARGUMENTS = (
    Argument(
        "period",
        f"{'、'.join(PRESETS)}，或其他天数加 d；"
        "today、this_week、this_month、year_to_date 截至今天，all 从第一个事件到今天，其余截至昨天或更早",
        f"{', '.join(PRESETS)}, or another number of days with d; today, this_week, this_month and year_to_date end "
        "today, all is from the first event to today, the others end yesterday or earlier",
        kind="text", pattern=PERIOD, example="30d", of=DAYS,
    ),
    Argument(
        "from", "起始日，代替 period", "First day, instead of period",
        kind="date", example="2026-11-01", of=DAYS,
    ),
    Argument(
        "to", "结束日；不写则与 from 相同", "Last day; defaults to from",
        kind="date", example="2026-11-21", of=DAYS,
    ),
    Argument(
        "grain", "每个点的长度；按小时的一天另有全天合计 values.total",
        "Length of each point; by the hour a single day also has the whole day in values.total",
        words=EVERY_GRAIN, of=("days",),
    ),
    Argument(
        "compare", "对比：之前同样长的时段，或一周、一月、一年前的同样日期",
        "Compare with the range just before, or with the same days a week, month or year earlier",
        words=COMPARES, of=DAYS,
    ),
    Argument(
        "compare_from", "对比时段的起始日，代替 compare", "First day of the other range, instead of compare",
        kind="date", example="2025-11-01", of=DAYS,
    ),
    Argument(
        "compare_to", "对比时段的结束日", "Last day of the other range",
        kind="date", example="2025-11-21", of=DAYS,
    ),
    Argument(
        "period", "一段小时数或天数，截至此刻；today、yesterday 为自然日",
        "A number of hours or days up to now; today and yesterday are calendar days",
        words=tuple(PERIODS), of=MOMENTS,
    ),
    Argument(
        "from", "起始时刻，按小程序时区，代替 period", "First moment in the app's time zone, instead of period",
        kind="moment", example="2026-11-22T10:30", of=MOMENTS,
    ),
    Argument(
        "to", "结束时刻，不含；不写则到此刻", "End, not included; defaults to now",
        kind="moment", example="2026-11-22T12:00", of=MOMENTS,
    ),
    Argument(
        "step", "每个点多少分钟", "Minutes per point",
        words=tuple(map(str, STEPS)), of=("moments",),
    ),
    Argument(
        "compare", "对比：之前同样长的时段，或一天、一周、一月、一年前的同一时刻起",
        "Compare with the span just before, or the one that starts at the same hour a day, week, month or year earlier",
        words=MOMENTS_COMPARED, of=MOMENTS,
    ),
    Argument(
        "compare_from", "对比时段的起始时刻，代替 compare", "First moment of the other span, instead of compare",
        kind="moment", example="2026-11-21T10:30", of=MOMENTS,
    ),
    Argument(
        "compare_to", "对比时段的结束时刻", "End of the other span, not included",
        kind="moment", example="2026-11-21T12:00", of=MOMENTS,
    ),
    Argument(
        "page", "只统计该页面", "Only visits to this page",
        kind="text", limits=(0, LONGEST_PAGE), example="pages/index", of=("moments",),
    ),
    Argument(
        "traffic", "统计正式版，还是其他版本或机器人", "The released version, another version, or bots",
        words=TRAFFIC,
    ),
    Argument(
        "filter", FILTER_ZH, FILTER_EN,
        kind="text", example="province:is:广东,上海|scene:is:1047", repeated=True,
    ),
    Argument("sort", "按哪个指标排序", "The measure to sort rows by", of=LISTS),
    Argument("order", "降序或升序", "Largest or smallest first", words=("desc", "asc"), of=LISTS),
    Argument(
        "top", f"行数，至多 {MOST_ROWS}；all 为全部，csv 与 xlsx 不写即为全部",
        f"How many rows, {MOST_ROWS} at most, or all of them; in csv and xlsx all unless given",
        kind="text", pattern=r"^(all|1000|[1-9]\d{0,2})$", example="all", of=LISTS,
    ),
    Argument(
        "offset", "跳过前面多少行，用于翻页；共有多少行见 values.found",
        "How many rows are left out before these, to page through; values.found says how many there are",
        kind="number", limits=(0, ALL_ROWS), of=LISTS,
    ),
    Argument(
        "rest", "1：另给出未列出的取值合计", "1: add a row with the total of the values not listed",
        words=("0", "1"), of=LISTS,
    ),
    Argument(
        "search", "只列出包含该文字的取值，不分大小写", "Only values that contain this text; case is ignored",
        kind="text", limits=(0, LONGEST_SEARCH), of=LISTS,
    ),
    Argument("lang", "名称与提示的语言", "Language of names and messages", words=LANGUAGES),
    Argument(
        "bom", "1：csv 以字节顺序标记开头，便于中文 Excel 直接打开",
        "1: csv begins with a byte-order mark, by which Excel knows that it is UTF-8", words=("0", "1"),
    ),
    Argument("format", "回答的形式", "Format of the answer", words=FORMS),
)  # fmt: skip


def kind(report: Report) -> Kind:
    """What the report asks about."""
    if report.chart == "tiles":
        return "yesterday"
    if report.first == "online":
        return "now"
    if report.clock:
        return "moments list" if report.by else "moments"
    return "days list" if report.by else "days"


def arguments(report: Report) -> list[Argument]:
    """Those that this report has."""
    return [one for one in ARGUMENTS if not one.of or kind(report) in one.of]


def words(argument: Argument, report: Report) -> tuple[str, ...]:
    """The only values that it may have; () where they are no closed list."""
    return report.measures if argument.name == "sort" else argument.words


def default(argument: Argument, report: Report) -> str:
    """What is meant where it is not given; empty where that is no value."""
    own = {"rest": "0", "bom": "0", "format": "json", "offset": "0"}
    own |= {"step": "30", "compare": "none"} if report.clock else {}
    return own.get(argument.name) or default_pairs(report).get(argument.name, "")
