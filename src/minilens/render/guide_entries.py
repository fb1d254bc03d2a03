"""The pages of the guide that are written from the catalogue: an entry a measure, an entry a field."""

from __future__ import annotations

from collections.abc import Iterable

from minilens.measure.catalog import BUILT_IN
from minilens.measure.dimensions import Dimension
from minilens.measure.filters import BY_KIND, OPERATORS
from minilens.measure.measures import MEASURES, Measure
from minilens.reports import REPORTS
from minilens.reports.report import Report
from minilens.reports.tabs import TABS
from minilens.text import Language, Text

MEASURES_PAGE = Text(
    """\
# 指标

每个指标一节：口径、单位、微信的对应字段，以及在哪些报表里。控制台里卡片标题旁的问号通向这里。

按人计的指标精确去重：一周的访问人数是这一周里不同的人，不是七天之和。“–”是未知，不是 0。
""",
    """\
# Measures

A section for each measure: how it counts, its unit, WeChat's field for it, and the reports that have it. The question
marks on the cards of the console lead here.

People are counted exactly: the visitors of a week are the distinct people of that week, not a sum of seven days.
“–” is unknown, which isn't 0.
""",
)
FIELDS_PAGE = Text(
    """\
# 维度与筛选字段

每个字段一节：取值从哪里来、可以怎样筛选、哪些报表按它列出。条件的写法见[全部报表](reports.md)。
""",
    """\
# Fields

A section for each field: where its values come from, how it filters, and which reports list it. How conditions are
written is in [all reports](reports.md).
""",
)
UNITS = {
    "count": Text("个数", "count"),
    "seconds": Text("秒", "seconds"),
    "ratio": Text("比率，0 到 1", "ratio, 0 to 1"),
    "depth": Text("平均个数", "average count"),
    "number": Text("数值", "number"),
}
_PHONE = Text(
    "访问时微信提供的设备信息。", "From what WeChat tells about the device at each visit."
)
_SCENES = Text(
    "由场景值归类，规则按日期保存：更新归类不改变过去的报表。",
    "Made of the scene by a table that carries dates: an update changes no report of the past.",
)
#: Field → where its values come from.
_REGIONS = Text(
    "你上报的用户属性 province、city 在时间段结束前最新的值；没有上报的用户由访问时的网络地址查得。",
    "The profile property province or city that you send, the newest by the end of the period; of people without one, "
    "looked up from the network address of the visit.",
)
SAID: dict[str, Text] = {
    "page": Text(
        "访问的页面路径，不含参数。", "The path of the page visited, without its parameters."
    ),
    "scene": Text(
        "打开小程序时微信给出的场景值，例如 1047 是扫描小程序码。",
        "The number that WeChat gives when the mini program is opened; 1047 is a scanned mini program code.",
    ),
    "scene_source": _SCENES,
    "scene_group": _SCENES,
    "province": Text(
        "由访问时的网络地址离线查得；地址本身不保存。",
        "Looked up offline from the network address of the visit; the address itself is not kept.",
    ),
    "city": Text(
        "由访问时的网络地址离线查得；地址本身不保存。英文界面用英文名，筛选和搜索时中英文都可以写。",
        "Looked up offline from the network address of the visit; the address itself is not kept. Cities of China have "
        "English names in English and are found by either name; those abroad stay as the data has them.",
    ),
    "person_province": _REGIONS,
    "person_city": _REGIONS,
    "app_version": Text(
        "小程序的版本号，由微信提供；开发版和体验版没有版本号，由追踪代码的设置给出。",
        "The version of the mini program, from WeChat; trial and development versions have what the tracker is told.",
    ),
    "newness": Text(
        "第一次访问落在所选时间段内的是新用户，其余是老用户。",
        "New users are those whose first visit ever falls in the period; all others return.",
    ),
    "os": _PHONE,
    "os_version": _PHONE,
    "brand": _PHONE,
    "model": Text(
        "访问时微信提供的设备信息，按市场名称显示；未收录的机型显示手机自己报的型号。",
        "From what WeChat tells about the device, by trade name; models in no list keep the name they give themselves.",
    ),
    "screen": Text(
        "微信给出的屏幕宽 × 高，单位与页面布局相同。",
        "Width × height of the screen as WeChat gives it, in the units of page layouts.",
    ),
    "network": Text("访问时的网络类型。", "The kind of network at the visit."),
    "language": Text("微信里设置的语言。", "The language set in WeChat."),
    "wx_version": Text("微信自己的版本。", "The version of WeChat itself."),
    "gender": Text(
        "你上报的用户属性 gender，取时间段结束前最新的值；微信不再提供性别。",
        "The profile property gender that you send, the newest by the end of the period; WeChat no longer tells it.",
    ),
    "age": Text(
        "你上报的用户属性 age，按微信的年龄段归组，取时间段结束前最新的值。",
        "The profile property age that you send, in WeChat's brackets, the newest by the end of the period.",
    ),
    "cohort": Text(
        "用户此刻是否在该人群中；写人群的名称或编号，多个人群满足其一即可。成员随人群重新计算而变，按用户、不按访问判断。",
        "Whether the user is in the cohort now, by its name or number; of several one suffices. It is asked of the "
        "user and not of the visit, so members change as the cohort is computed again.",
    ),
    "source": Text(
        "链接里声明的来源（utm_source 或追踪代码给出的来源）。",
        "The source declared in the link (utm_source) or by the tracker.",
    ),
    "campaign": Text("链接里声明的推广活动。", "The campaign declared in the link."),
    "placement": Text("推广链接的推广位。", "The placement of the campaign link."),
    "material": Text("推广链接的物料。", "The material of the campaign link."),
    "link": Text("打开小程序的推广链接。", "The campaign link that opened the mini program."),
}


def measures_page(language: Language) -> str:
    """An entry for each measure, called by its name in addresses."""
    return "\n".join(
        [MEASURES_PAGE.of(language), *(_measure(m, language) for m in MEASURES.values())]
    )


def _measure(measure: Measure, language: Language) -> str:
    column, zh = measure.column(), language == "zh"
    other = column.title.of("en" if zh else "zh")
    facts = [
        ("English" if zh else "中文", other),
        ("单位" if zh else "Unit", UNITS[measure.unit].of(language)),
        ("微信字段" if zh else "WeChat's field", f"`{measure.official}`" if measure.official else ""),
        ("报表" if zh else "Reports", _reports(language, measure=measure.name)),
    ]  # fmt: skip
    return _entry(
        column.title.of(language), measure.name, column.definition.of(language), facts, language
    )


def fields_page(language: Language) -> str:
    """An entry for each field."""
    return "\n".join([FIELDS_PAGE.of(language), *(_field(d, language) for d in BUILT_IN.filters)])


def _field(field: Dimension, language: Language) -> str:
    zh = language == "zh"
    operators = (f"{OPERATORS[one].title.of(language)} `{one}`" for one in BY_KIND[field.kind])
    joined = "、" if zh else ", "
    values = (f"{text.of(language)} `{value}`" for value, text in field.choices.items())
    facts = [
        ("English" if zh else "中文", field.title.of("en" if zh else "zh")),
        ("筛选" if zh else "Filters", joined.join(operators)),
        ("取值" if zh else "Values", joined.join(values) if _named(field) else ""),
        ("报表" if zh else "Reports", _reports(language, field=field.name)),
    ]  # fmt: skip
    said = SAID[field.name].of(language).rstrip("。.") if field.name in SAID else ""
    return _entry(field.title.of(language), field.name, said, facts, language)


def _named(field: Dimension) -> bool:
    """Whether its only values have names that differ from how they are written."""
    return bool(field.choices) and any(value != text.zh for value, text in field.choices.items())


def _entry(
    title: str, name: str, said: str, facts: Iterable[tuple[str, str]], language: Language
) -> str:
    colon, end = ("：", "。") if language == "zh" else (": ", ".")
    lines = "".join(f"- {what}{colon}{fact}\n" for what, fact in facts if fact)
    return f"## {title} `{name}`\n\n{said + end if said else ''}\n\n{lines}"


def _reports(language: Language, *, measure: str = "", field: str = "") -> str:
    """Links to the reports that have it, each with its tab."""
    having = [
        one
        for one in REPORTS.values()
        if measure in one.measures or (field and field in (*one.groupings, one.by))
    ]
    joined = "、" if language == "zh" else ", "
    return joined.join(f"[{place(one, language)}](reports.md#{one.name})" for one in having)


def place(report: Report, language: Language) -> str:
    """Where a report stands and what it is called: 访问分析 · 页面."""
    tab = next(one for one in TABS if one.name == report.name.partition(".")[0])
    return f"{tab.title.of(language)} · {report.title.of(language)}"
