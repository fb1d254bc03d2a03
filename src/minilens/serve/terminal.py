"""How commands speak: in the caller's language, and of what went wrong in sentences."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any, NoReturn

import click

from minilens.errors import CannotStart, MinilensError, Refused
from minilens.serve import usage_errors
from minilens.text import Language

#: Where a command leaves the language it was asked to speak.
LANGUAGE = "minilens.language"


class Speaking(click.Group):
    """Shows errors of the program as sentences in the caller's language, and not as traces."""

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Read what stands before the command."""
        try:
            return super().make_context(*args, **extra)
        except click.UsageError as error:
            _written_wrong(error)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            _written_wrong(error)
        except Refused as error:
            where = self.option(ctx, error.field)
            if not where and error.field and error.field not in str(error):
                where = error.field
            said = error.message(language())
            click.echo(f"minilens: {where}: {said}" if where else f"minilens: {said}", err=True)
            ctx.exit(2)
        except MinilensError as error:
            click.echo(f"minilens: {error.message(language())}", err=True)
            ctx.exit(3)
        except OSError as error:
            if (
                not error.strerror or error.errno == errno.EPIPE
            ):  # who reads has gone: the library ends quietly
                raise
            click.echo(
                f"minilens: {not_written(error.filename, error).message(language())}", err=True
            )
            ctx.exit(3)

    def option(self, ctx: click.Context, field: str) -> str:
        """The option of the command that ran by which the field was given, or nothing."""
        ran = self.get_command(ctx, ctx.invoked_subcommand or "")
        flag = f"--{field.partition('.')[0].replace('_', '-')}"
        within = [ran, *ran.commands.values()] if isinstance(ran, click.Group) else [ran]
        found = (one.opts for command in within if command for one in command.params)
        return flag if any(flag in opts for opts in found) else ""


def _written_wrong(error: click.UsageError) -> NoReturn:
    """Say what is wrong with how a command was written, and end."""
    refused = usage_errors.of(error)
    if refused is None:
        raise error
    within = error.ctx.command_path if error.ctx else "minilens"
    click.echo(f"minilens: {refused.message(language())}", err=True)
    say(f"用法见 {within} --help", f"See {within} --help", err=True)
    raise click.exceptions.Exit(2)


def not_written(path: Path | None, error: OSError) -> CannotStart:
    """A file of a command that the disk refuses."""
    where = error.filename or path
    if not where:
        return CannotStart(f"The system refuses: {error.strerror}", f"系统拒绝：{error.strerror}")
    return CannotStart(
        f"{where} cannot be read or written: {error.strerror}",
        f"{where} 无法读写：{error.strerror}",
    )


class Told(Refused):
    """What the running server refuses, in its words."""

    def __init__(self, body: dict[str, Any]) -> None:
        self._said = str(body["message"])
        super().__init__(body["code"], body.get("field", ""))

    def message(self, language: Language) -> str:
        """The sentence, in the language that it was asked in."""
        return self._said


def say(zh: str, en: str, *, err: bool = False) -> None:
    """A sentence in the language of the terminal."""
    click.echo(zh if language() == "zh" else en, err=err)


def language() -> Any:
    """The language asked for, else zh where the terminal speaks it, else en."""
    running = click.get_current_context(silent=True)
    if running and running.meta.get(LANGUAGE):
        return running.meta[LANGUAGE]
    said = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh" if said.startswith("zh") else "en"
