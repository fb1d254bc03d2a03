"""A command that was written wrong: what the library of commands says of it, as an error of ours."""

from __future__ import annotations

import re
from typing import Any

import click
from click.exceptions import MissingParameter, NoSuchOption

from minilens.errors import Refused, did_you_mean

#: Commands that had a second, short name → the one they have.
MOVED = {"create": "apps create", "rotate": "keys rotate", "token": "tokens create"}
#: What the library says of a path → the same in zh.
PATHS = {
    "does not exist": "不存在",
    "is a directory": "是目录",
    "is a file": "不是目录",
    "is not readable": "无法读取",
    "is not writable": "无法写入",
}


def of(error: click.UsageError) -> Refused | None:
    """The same as an error with its sentence in both languages; None where it is something else."""
    if isinstance(error, NoSuchOption):
        near = did_you_mean(error.option_name, error.possibilities or ())
        return Refused("unknown_option", got=error.option_name, hint=near)
    if isinstance(error, MissingParameter) and error.param:
        return Refused("missing_option", got=_named(error.param, error.ctx))
    if isinstance(error, click.BadParameter) and error.param:
        reason = _reason(error.param.type, error.message), error.message
        return Refused("bad_option", got=_named(error.param, error.ctx), reason=reason)
    if isinstance(error, click.BadOptionUsage):
        return Refused("bad_option", got=error.option_name, reason=("缺少取值", error.message))
    wrong = re.match(r"No such command '(.*?)'", error.message)
    if wrong and error.ctx and isinstance(error.ctx.command, click.Group):
        near = MOVED.get(wrong[1]) or did_you_mean(
            wrong[1], error.ctx.command.list_commands(error.ctx)
        )
        return Refused("unknown_command", got=wrong[1], hint=near)
    if extra := re.match(r"Got unexpected extra arguments? \((.*)\)", error.message):
        return Refused("bad_option", got=extra[1], reason=("多余", "not expected"))
    return None


def _named(param: click.Parameter, ctx: click.Context | None) -> str:
    """As it is typed: `--app`, or the word that stands for an argument."""
    if isinstance(param, click.Argument):
        return param.make_metavar(ctx) if ctx else str(param.name).upper()
    return param.opts[0]


def _reason(kind: click.ParamType[Any], said: str) -> str:
    """What is wrong with a value."""
    if isinstance(kind, click.Choice):
        return f"应为 {'、'.join(map(str, kind.choices))} 之一"
    if isinstance(kind, click.IntRange):
        return f"应为 {kind.min} 到 {kind.max} 之间的整数"
    if isinstance(kind, click.Path):
        path = re.search(r"'(.*)' (\D+?)\.?$", said)
        return f"{path[1]} {PATHS.get(path[2], path[2])}" if path else said
    return "应为整数" if kind is click.INT else said
