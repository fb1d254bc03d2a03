"""Writes the generated pages of the guide, in both languages: errors, settings, reports, measures, fields, findings.

`python scripts/docs.py` writes them; with `--check` it writes nothing and fails where one is stale.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal

from minilens.errors import CODES
from minilens.render.catalog import ListedField, ListedReport, listing
from minilens.render.guide_entries import fields_page, measures_page
from minilens.reports import REPORTS
from minilens.reports.parameter import Parameter
from minilens.reports.parameters import PARAMETERS, parameters
from minilens.serve.doctor.findings import FINDINGS
from minilens.settings import TABLE

Language = Literal["zh", "en"]
GUIDE = Path(__file__).resolve().parents[1] / "docs" / "guide"

ERRORS = {
    "zh": """\
# 错误代码

每个出错的回答都是同一种形式（`application/problem+json`）：`code` 不会改变，程序可以依赖它；
`field` 指出是哪个字段；`message` 给人看，语言随请求；`hint` 是最接近的写法；
`request_id` 用来在日志中查找。一批事件中单条被拒时，同样的 `code`、`field`、`message` 出现在回答的
`refused` 里，其余事件照常接收。命令行和表单使用同一组代码。

## 重试

`408`、`429`、`5xx`：稍后重试，遵守 `Retry-After`。`413`：把一批拆成两半再发。
其余 `4xx`：原样重试没有用。

## 全部代码

花括号中的部分在回答里换成具体内容。
""",
    "en": """\
# Error codes

Every failed request is answered in one shape (`application/problem+json`): `code` never changes, so
programs may rely on it; `field` names the culprit; `message` is for people, in the caller's
language; `hint` is the nearest known spelling; `request_id` finds the entry in the log. Where
single events of a batch are refused, the same `code`, `field` and `message` stand in `refused` of
the answer, and the rest of the batch goes in. Forms and the command line use the same codes.

## Retrying

`408`, `429`, `5xx`: later, heeding `Retry-After`. `413`: halve the batch. Any other `4xx`: sending
the same again does not help.

## All codes

What stands in braces is filled in.
""",
}
SETTINGS = {
    "zh": """\
# 设置

设置取自环境变量，其次取自工作目录中的 `minilens.toml`（也可用 `--config` 或 `MINILENS_CONFIG` 指定另一个文件），
最后才是默认值。任何一项都可以改由文件给出：在名称后加 `_FILE`，值为文件路径，
例如 `MINILENS_SECRET_FILE=/run/secrets/minilens`。值不对、或文件中出现不认识的名称时，程序不会启动，并说明是哪一项。
`minilens doctor` 列出每一项的值和来源。

## 设置文件

```toml
data = "/var/lib/minilens"
public_url = "https://stats.example.com"
trusted_proxies = ["127.0.0.1", "10.0.0.0/8"]
secret_file = "/run/secrets/minilens"
keep_months = 24
```

名称与下表相同，小写，不带 `MINILENS_`。路径以该文件所在目录为准。

## 全部设置
""",
    "en": """\
# Settings

A setting is an environment variable; else it is read from `minilens.toml` in the working directory (or from the file
that `--config` or `MINILENS_CONFIG` names); else the default holds. Any of them may be given as a file: add `_FILE` to
the name and give the path, as in `MINILENS_SECRET_FILE=/run/secrets/minilens`. Where a value is wrong, or the file has
a name that is not known, the program does not start and says which one it is. `minilens doctor` lists each value and
where it comes from.

## The file

```toml
data = "/var/lib/minilens"
public_url = "https://stats.example.com"
trusted_proxies = ["127.0.0.1", "10.0.0.0/8"]
secret_file = "/run/secrets/minilens"
keep_months = 24
```

The names are those of the table below, in lower case and without `MINILENS_`. Paths are meant from where the file lies.

## All settings
""",
}
TROUBLES = {
    "zh": """\
# 故障排查

先运行 `minilens doctor`：它列出哪里不对、为什么要紧、下一步做什么，不改动任何内容。

| 现象 | 看这里 |
| --- | --- |
| 事件发不上来，或被拒收 | [接入小程序](tracker.md)的“对一对”，[错误代码](errors.md) |
| 收到了，报表里没有 | `minilens doctor` 的“未装载”和“隔离”；标题下方是否选了别的版本 |
| 省份不对，访客都来自同一处 | 没有设 `trusted_proxies`，见[安装](install.md#域名与证书) |
| 实时列表不动，刷新才有 | 代理缓冲了 `/a/…/stream`，见[安装](install.md#域名与证书) |
| 登录后又回到登录页 | `public_url` 与浏览器里的地址不同，或代理没有传 `X-Forwarded-Proto` |
| 没有人能登录 | 在服务器上运行 `minilens sign-in`，见[成员与权限](people.md) |
| 页面上有“编号” | 在日志里找同样的 `request_id` |
| 与微信后台的数字不同 | 微信按自己的去重和时区计算，当天数据次日才有；口径见[全部报表](reports.md) |
| 数据目录打不开 | 是否有另一个服务在用，是否由更新的版本写过；见[运行](running.md) |

## `minilens doctor` 会说什么

花括号中的部分换成具体内容。有“故障”时退出码为 1。
""",
    "en": """\
# Troubleshooting

Run `minilens doctor` first: it lists what is wrong, why it matters and what to do next, and changes nothing.

| what you see | where to look |
| --- | --- |
| events do not arrive, or are refused | “Checking” in [connecting](tracker.md); [error codes](errors.md) |
| they arrive, but are in no report | what the doctor says waits or is set aside; the version below the title |
| all visitors are from one place | no `trusted_proxies`: [install](install.md#domain-and-certificate) |
| Live stands still | the proxy buffers `/a/…/stream`: [install](install.md#domain-and-certificate) |
| signing in leads back to it | `public_url` is not what the browser shows; no `X-Forwarded-Proto` is sent |
| nobody can sign in | `minilens sign-in` on the server: [people and rights](people.md) |
| a page shows a number | look for it as `request_id` in the log |
| WeChat says something else | it counts by its own rules, a day late; ours: [all reports](reports.md) |
| the data folder does not open | another server uses it, or a newer version wrote it: [running](running.md) |

## What `minilens doctor` may say

What stands in braces is filled in. Where something is broken it ends with 1.
""",
}
REPORTS_PAGE = {
    "zh": """\
# 全部报表

每个报表有一个名称。名称就是地址：控制台的卡片、`.json`、`.csv`、`.xlsx`、接口和命令都由它得出，数字相同。
控制台中每张卡片的“API”给出当前所见的完整地址。

```sh
minilens reports
minilens report overview.pages --app shop --filter 'province:is:广东,上海' --format xlsx --output pages.xlsx
```
""",
    "en": """\
# All reports

Every report has a name. The name is its address: the card of the console, `.json`, `.csv`, `.xlsx`, the API and the
command follow from it, with the same figures. “API” on each card of the console gives the whole address of what is
seen.

```sh
minilens reports
minilens report overview.pages --app shop --filter 'province:is:广东,上海' --format xlsx --output pages.xlsx
```
""",
}
FILTERS = {
    "zh": """\
## 筛选

一个条件写作 `字段:操作符:值,值`，多个值满足其一即可。用 `|` 分隔的条件满足其一即可；参数 `filter`（选项
`--filter`）可以写多次，须同时满足。值中的 `,` `|` `:` `\\` 前加 `\\`。地址中的值须按 URL 编码。

```text
filter=province:is:广东,上海|scene:is:1047
filter=newness:is:new
```

省份是广东或上海，或场景值是 1047；并且是新用户。所有字段可用于所有报表；某个指标无法按某个字段区分时，
显示为“–”，不会给出错误的数字。

""",
    "en": """\
## Filters

A condition is written `field:operator:value,value`; of several values one suffices. Of conditions parted by `|` one
suffices; the argument `filter` (option `--filter`) may come several times, and then all must hold. A `\\` goes before
`,` `|` `:` `\\` within a value. In an address the values are URL-encoded.

```text
filter=province:is:广东,上海|scene:is:1047
filter=newness:is:new
```

The province is Guangdong or Shanghai, or the scene is 1047; and the user is new. Every field filters every report; a
measure that a field cannot tell apart is shown as “–”, never as a wrong figure.

""",
}
NOTE = {
    "zh": "<!-- 由 scripts/docs.py 生成，请勿手改：make docs -->",
    "en": "<!-- Written by scripts/docs.py, not by hand: make docs -->",
}


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table in Markdown."""
    lines = [head, ("---",) * len(head), *rows]
    return "".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |\n" for row in lines
    )


def errors_page(language: Language) -> str:
    """Every code with its HTTP status and its sentence."""
    head = {"zh": ("代码", "状态", "说明"), "en": ("code", "status", "message")}[language]
    at = 1 if language == "zh" else 2
    rows = (
        # {hint} is "did you mean …" or nothing
        (f"`{code}`", str(row[0]), str(row[at]).replace("{hint}", ""))
        for code, row in CODES.items()
    )
    return f"{ERRORS[language]}\n{table(head, rows)}"


def settings_page(language: Language) -> str:
    """Every setting with its default and its meaning."""
    head = {"zh": ("变量", "默认", "含义"), "en": ("variable", "default", "meaning")}[language]
    rows = (
        (
            f"`MINILENS_{setting.name.upper()}`",
            f"`{setting.default}`" if setting.default else "–",
            re.sub(
                r"(\w[\w+]*://[^\s，;]+)", r"`\1`", setting.zh if language == "zh" else setting.en
            ),
        )
        for setting in TABLE
    )
    return f"{SETTINGS[language]}\n{table(head, rows)}"


def troubles_page(language: Language) -> str:
    """What to do when something is wrong, and every finding."""
    levels, head = {
        "zh": (
            {"broken": "故障", "warning": "警告", "note": "提示"},
            ("程度", "是什么", "为什么要紧", "下一步"),
        ),
        "en": (
            {"broken": "broken", "warning": "warning", "note": "note"},
            ("level", "what", "why it matters", "next"),
        ),
    }[language]
    rows = (
        (levels[level], *(part.replace("{hint}", "") for part in (zh, en)[language == "en"]))
        for level, zh, en in FINDINGS.values()
    )
    return f"{TROUBLES[language]}\n{table(head, rows)}"


def reports_page(language: Language) -> str:
    """Every report with its addresses, arguments and measures, and how to filter."""
    found = listing(language)
    parts = [REPORTS_PAGE[language], *(report_part(one, language) for one in found.reports)]
    parts += [arguments_part(language), FILTERS[language] + fields_table(found.fields, language)]
    return "\n".join(parts)


def report_part(report: ListedReport, language: Language) -> str:
    """One report."""
    place = report.name.replace(".", "/")
    said = {
        "zh": ("控制台", "接口", "命令", "每行", "参数"),
        "en": ("console", "API", "command", "a row is", "arguments"),
    }[language]
    held = [f"`{one.name}`" for one in parameters(REPORTS[report.name])]
    facts = (
        f"`/a/APP/{place}` `.json` `.csv` `.xlsx`",
        f"`/api/v1/apps/APP/reports/{report.name}`",
        f"`minilens report {report.name} --app APP`",
        row_of(report, language),
        " ".join(held),
    )
    heads = {
        "zh": ("指标", "名称", "单位", "口径", "微信字段"),
        "en": ("measure", "title", "unit", "counts", "WeChat's field"),
    }[language]
    rows = [
        (f"`{m.name}`", m.title, m.unit, m.definition, f"`{m.official}`" if m.official else "–")
        for m in report.measures
    ]
    lines = "".join(f"- {name}: {fact}\n" for name, fact in zip(said, facts, strict=True))
    return f"## {report.title} `{report.name}`\n\n{lines}\n{table(heads, rows)}"


def row_of(report: ListedReport, language: Language) -> str:
    """What a row is."""
    kind = REPORTS[report.name].kind
    return kind.row.of(language).format(by=report.by)


def reports_with(parameter: Parameter) -> list[str]:
    """The reports that have a parameter; none where every report has it."""
    having = [name for name, report in REPORTS.items() if parameter in report.kind.parameters]
    return having if len(having) < len(REPORTS) else []


def arguments_part(language: Language) -> str:
    """Every argument with the kinds of report that have it."""
    title, head = {
        "zh": ("## 参数", ("参数", "报表", "含义", "取值", "例")),
        "en": ("## Arguments", ("argument", "reports", "meaning", "values", "example")),
    }[language]
    every = "全部" if language == "zh" else "all"
    rows = [
        (
            f"`{one.name}`",
            " ".join(f"`{name}`" for name in reports_with(one)) or every,
            one.description.of(language),
            " ".join(f"`{word}`" for word in one.words) or "–",
            f"`{one.example}`" if one.example else "–",
        )
        for one in PARAMETERS
    ]
    return f"{title}\n\n{table(head, rows)}"


def fields_table(fields: list[ListedField], language: Language) -> str:
    """Every field with its operators."""
    head = {
        "zh": ("字段", "名称", "操作符", "只有这些值"),
        "en": ("field", "title", "operators", "its only values"),
    }[language]
    rows = [
        (
            f"`{one.name}`",
            one.title,
            " ".join(f"`{o.name}` ({o.title})" for o in one.operators),
            " ".join(f"`{name}` ({title})" for name, title in one.choices.items()) or "–",
        )
        for one in fields
    ]
    return table(head, rows)


PAGES: dict[str, Callable[[Language], str]] = {
    "measures.md": measures_page,
    "fields.md": fields_page,
    "errors.md": errors_page,
    "settings.md": settings_page,
    "reports.md": reports_page,
    "troubleshooting.md": troubles_page,
}


def main(arguments: list[str]) -> int:
    """Write what is stale, or with --check only name it."""
    stale = []
    for language in ("zh", "en"):
        for name, page in PAGES.items():
            path = GUIDE / language / name
            text = f"{NOTE[language]}\n{page(language)}"
            if path.exists() and path.read_text(encoding="utf-8") == text:
                continue
            stale.append(str(path.relative_to(GUIDE.parents[1])))
            if "--check" not in arguments:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
    if not stale:
        return 0
    print(("stale, run make docs: " if "--check" in arguments else "written: ") + ", ".join(stale))
    return 1 if "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
