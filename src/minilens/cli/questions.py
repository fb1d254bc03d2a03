"""Questions asked by command, as the API takes them."""

from __future__ import annotations

import base64
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO, TypeVar

import click

from minilens.cli.asking import opened
from minilens.cli.people import settings_of_data
from minilens.errors import Refused
from minilens.serve.control_client import ask as ask_server
from minilens.serve.terminal import LANGUAGE, language
from minilens.text import Language

Command = TypeVar("Command", bound=Callable[..., Any])


def of_person(command: Command) -> Command:
    """Asks why a person is counted by a figure, or not, instead of all figures."""
    whom = "Why this user is counted, or not (p12, mobile=…). 该用户为何计入或未计入"
    column = "With --person: the column of the figure. 数字所在的列"
    row = 'With --person: its row as JSON, {"day": "2026-06-01"}. 数字所在的行（JSON）'
    for name, text in (("--row", row), ("--measure", column), ("--person", whom)):
        command = click.option(name, default="", help=text)(command)
    return command


def person_of(person: str, measure: str, row: str) -> list[tuple[str, str]]:
    """The same as the server is asked; Refused where a figure is said, but nobody."""
    if (measure or row) and not person:
        raise Refused("missing", "person")
    given = {"person": person, "measure": measure, "row": row}
    return [(name, value) for name, value in given.items() if value]


@click.command()
@click.argument("app")
@click.argument("file", type=click.File(encoding="utf-8"))
@of_person
@click.option("--lang", type=click.Choice(["zh", "en"]), default=None, help="Language. 语言")
@click.option(
    "--format",
    "form",
    default="table",
    show_default=True,
    help="table, csv, json or xlsx. 输出格式：table、csv、json 或 xlsx",
)
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="Output file. 输出文件",
)
def ask(
    app: str,
    file: TextIO,
    person: str,
    measure: str,
    row: str,
    lang: Language | None,
    form: str,
    output: Path | None,
) -> None:
    """Ask a question written in JSON (- reads standard input), as the API takes it.

    提问：读取 JSON 文件（- 为标准输入），格式与 API 相同。
    """
    click.get_current_context().meta[LANGUAGE] = lang
    if form == "xlsx" and not output and sys.stdout.isatty():
        raise Refused("binary_to_terminal", got=form)
    given = [("app", app), ("question", file.read()), ("format", form), ("lang", str(language()))]
    given += person_of(person, measure, row)
    settings = settings_of_data()
    if (answered := ask_server(settings, "ask", *given)) is not None:
        body = base64.b64decode(answered["base64"])
    else:
        from minilens.measure.execution.executor import QueryExecutor
        from minilens.serve.wiring import asked

        with opened(settings) as pipeline:
            body = asked(pipeline, QueryExecutor(pipeline.engine), given)
    if output:
        output.write_bytes(body)
    else:
        click.echo(body, nl=False)


COMMANDS = (ask,)
