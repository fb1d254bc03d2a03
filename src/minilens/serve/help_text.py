"""The help of commands in the language of the terminal.

Texts hold both languages: `Port to listen on. 监听端口`. Which of them is shown is known only when it is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import click
from rich.cells import cell_len, chop_cells

from minilens.serve.terminal import language
from minilens.text import Language

#: The English text to the last end of a sentence before the Chinese one.
BOTH = re.compile(r"(.*[.…])\s+(\S.*)", re.DOTALL)
HAN = re.compile(r"[\u4e00-\u9fff]")
#: What the library says by itself → in Chinese.
CHINESE = {
    "Usage: ": "用法：",
    "Options": "选项",
    "Commands": "命令",
    "Arguments": "参数",
    "[OPTIONS]": "[选项]",
    "COMMAND [ARGS]...": "命令 [参数]…",
    "Show the version and exit.": "显示版本号",
    "Show this message and exit.": "显示此帮助",
}


def chosen(text: str, spoken: Language) -> str:
    """The half of a text that is in the language; all of it where it holds only one."""
    if text in CHINESE:
        return CHINESE[text] if spoken == "zh" else text
    facts = re.search(r"\s+\[[^\[\]]*(?:default: |required)[^\[\]]*\]$", text)
    plain = text[: facts.start()] if facts else text
    found = BOTH.fullmatch(plain)
    if found and HAN.search(found[2]):
        plain = found[2].strip().rstrip("。") if spoken == "zh" else found[1]
    behind = facts[0] if facts else ""
    if spoken == "zh":
        behind = behind.replace("default: ", "默认：").replace("required", "必填")
    return plain + behind


def wrapped(text: str, width: int) -> list[str]:
    """The text in lines of so many columns, of which a Chinese sign takes two."""
    lines, line = [], ""
    for word in re.findall(r"[^\s\u3000-\uffef\u4e00-\u9fff]+|\s+|.", text):
        word = " " if word.isspace() else word
        if line and cell_len((line + word).rstrip()) > width:
            lines.append(line.rstrip())
            line = word.lstrip()
        else:
            line += word
    pieces = [piece for line in (*lines, line.rstrip()) for piece in chop_cells(line, width)]
    return [piece for piece in pieces if piece] or [""]


class Formatter(click.HelpFormatter):
    """Writes help in one language, in columns that fit Chinese too."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The first line."""
        if language() == "zh":
            for said in ("[OPTIONS]", "COMMAND [ARGS]..."):
                args = args.replace(said, CHINESE[said])
        super().write_usage(prog, args, chosen(prefix or "Usage: ", language()))

    def write_heading(self, heading: str) -> None:
        """Over a list."""
        colon = "：" if language() == "zh" else ":"
        self.write(f"{'':{self.current_indent}}{chosen(heading, language())}{colon}\n")

    def write_text(self, text: str) -> None:
        """What a command does."""
        for line in wrapped(chosen(" ".join(text.split()), language()), self.width - 2):
            self.write(f"{'':{self.current_indent}}{line}\n")

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """A list: names, and beside each its text."""
        rows = list(rows)
        names = [name for name, _ in rows]
        wide = min(max(map(cell_len, names), default=0), col_max) + col_spacing
        left = " " * (self.current_indent + wide)
        for name, text in rows:
            first, *more = wrapped(chosen(text, language()), max(self.width - len(left), 20))
            line = " " * self.current_indent + name
            short = cell_len(name) <= wide - col_spacing
            gap = " " * (wide - cell_len(name)) if short else f"\n{left}"
            self.write(f"{line}{gap if first else ''}{first}\n")
            for one in more:
                self.write(f"{left}{one}\n")


class Context(click.Context):
    """Of a command whose help is written so."""

    formatter_class = Formatter


def in_both_languages(command: click.Command) -> None:
    """Have a command and all below it write their help so."""
    command.context_class = Context
    if isinstance(command, click.Group):
        for one in command.commands.values():
            one.short_help = one.short_help or one.help
            in_both_languages(one)
