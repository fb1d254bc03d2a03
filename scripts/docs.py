"""Writes the generated pages of the guide: error codes and settings, in both languages.

`python scripts/docs.py` writes them; with `--check` it writes nothing and fails where one is stale.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal

from minilens.errors import CODES
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

设置取自环境变量。任何一项都可以改由文件给出：在名称后加 `_FILE`，值为文件路径，
例如 `MINILENS_SECRET_FILE=/run/secrets/minilens`。值不对时，程序不会启动，并说明是哪一项。

## 全部设置
""",
    "en": """\
# Settings

Settings are environment variables. Any of them may be given as a file: add `_FILE` to the name and
give the path, as in `MINILENS_SECRET_FILE=/run/secrets/minilens`. Where a value is wrong the
program does not start and says which one it is.

## All settings
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


PAGES: dict[str, Callable[[Language], str]] = {
    "errors.md": errors_page,
    "settings.md": settings_page,
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
