"""Commands about persons who turned out to be one: what was joined and why, what was not, joining and undoing."""

from __future__ import annotations

from typing import Any

import click

from minilens.cli.people import Listed, form, opened_records, settings_of_data, show
from minilens.serve.control_client import ask
from minilens.serve.terminal import say

of_app = click.option("--app", "name", required=True, help="Its app. 小程序")


@click.group()
def merges() -> None:
    """List which persons became one, join two by hand, or undo a merge. 查看用户合并，手工合并，或撤销。"""


def asked(do: str, name: str, **given: str) -> dict[str, Any]:
    """Ask the server, or open the folder where none runs."""
    settings = settings_of_data()
    with opened_records() as records:
        records.apps.named(name)
    said = [("do", do), ("app", name), *given.items()]
    if (answer := ask(settings, "merges", *said)) is not None:
        return answer
    from minilens.serve.hosts import open_here
    from minilens.serve.merging import answered

    pipeline = open_here(settings)
    try:
        return answered(pipeline, said)
    finally:
        pipeline.close()


def _pair(row: dict[str, Any]) -> Listed:
    one, other = row["persons"]
    return {
        "merge": row["merge"],
        "types": " + ".join(row["types"]),
        "persons": f"p{one}" if one == other else f"p{one}, p{other}",
        "grade": row["grade"],
        "cause": row["cause"],
        "state": row["state"],
        "first": row["first"],
    }


@merges.command(name="list")
@of_app
@form
def list_merges(name: str, form: str) -> None:
    """List merges, the newest first; removed ones were undone. 列出合并，最新的在前；removed 为已撤销。"""
    show([_pair(row) for row in asked("list", name)["rows"]], form)


@merges.command()
@of_app
@form
def conflicts(name: str, form: str) -> None:
    """List pairs that were not joined, and why. 列出没有合并的标识对及原因。"""
    rows = [_pair(row) for row in asked("conflicts", name)["rows"]]
    show([{key: value for key, value in row.items() if key != "merge"} for row in rows], form)


@merges.command()
@of_app
@form
def largest(name: str, form: str) -> None:
    """List the persons with the most identities. 列出标识最多的用户。"""
    rows = asked("largest", name)["rows"]
    show([row | {"person": f"p{row['person']}"} for row in rows], form)


@merges.command()
@click.argument("kind", metavar="TYPE")
@of_app
@form
def broken(kind: str, name: str, form: str) -> None:
    """List persons who became one before a setting of TYPE was made stricter.

    列出收紧该类型的设置之前合并、现已不符的用户。
    """
    rows = asked("broken", name, kind=kind)["rows"]
    show([row | {"person": f"p{row['person']}"} for row in rows], form)


@merges.command()
@click.argument("one")
@click.argument("other")
@of_app
def join(one: str, other: str, name: str) -> None:
    """Make two persons one, such as p12 and p34; also in the past. 把两个用户合并为一个，包括过去的数据。"""
    made = asked("join", name, one=one, other=other)["merge"]
    say(
        f"已合并；撤销用 minilens merges undo {made} --app {name}。相关日期在后台重新计算。",
        f"Joined; minilens merges undo {made} --app {name} takes it back. The days concerned are calculated again.",
    )


@merges.command()
@click.argument("merge")
@of_app
def undo(merge: str, name: str) -> None:
    """Undo a merge by its number; what it joined is kept apart from then on. 撤销合并，此后不再合并这些标识。"""
    asked("undo", name, merge=merge)
    say(
        "已撤销。相关日期在后台重新计算。",
        "Undone. The days concerned are calculated again in the background.",
    )


@merges.command()
@of_app
@form
def numbers(name: str, form: str) -> None:
    """List mobile numbers that were handed on, with who has had them. 列出转手的手机号及先后的用户。"""
    rows = asked("numbers", name)["rows"]
    show([_number(row) for row in rows], form)


def _number(row: dict[str, Any]) -> Listed:
    holders = [
        f"{one['person']} {one['since']:.16}Z" if one["since"] else one["person"]
        for one in row["holders"]
    ]
    return {
        "type": row["type"],
        "hash": row["hash"],
        "persons": ", ".join(holders),
        "kept": row["kept"],
    }


@merges.command()
@click.argument("number", metavar="HASH")
@of_app
@click.option("--why", default="", help="A reason, kept in the audit. 理由，记入操作记录")
def keep(number: str, name: str, why: str) -> None:
    """A number was not handed on: it stays with whoever had it first. HASH as `numbers` lists it.

    手机号并未转手，仍属于最早的用户；HASH 见 numbers。
    """
    asked("keep", name, number=number, why=why)
    say(
        "已保存；服务运行时几秒内生效，否则在下次启动时。",
        "Saved; a running server follows within seconds, otherwise at the next start.",
    )


@merges.command()
@click.argument("number", metavar="HASH")
@of_app
@click.option("--why", default="", help="A reason, kept in the audit. 理由，记入操作记录")
def release(number: str, name: str, why: str) -> None:
    """A number was handed on after all: what is proved decides again. 手机号确已转手，重新按已核实的记录判断。"""
    asked("release", name, number=number, why=why)
    say(
        "已保存；服务运行时几秒内生效，否则在下次启动时。",
        "Saved; a running server follows within seconds, otherwise at the next start.",
    )


COMMANDS: tuple[click.Command, ...] = (merges,)
