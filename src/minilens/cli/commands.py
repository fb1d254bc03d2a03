"""Which file has which command. A file is read when one of its commands is called, or all are listed: most bring the
records and the reports along, which takes a second, and which a server that only watches would hold for months."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from minilens.serve.help_text import in_both_languages
from minilens.serve.terminal import Speaking

#: File → its commands, as they are called.
FILES: dict[str, tuple[str, ...]] = {
    "operations": ("backup", "restore", "doctor", "export"),
    "people": ("users", "audit", "sign-in", "owner"),
    "apps": ("apps", "keys", "tokens", "annotate", "annotations"),
    "archives": ("archive",),
    "persons": ("person",),
    "plans": ("plan",),
    "links": ("link",),
    "costs": ("costs",),
    "rates": ("rates",),
    "feeds": ("feeds",),
    "receivers": ("receivers", "replay"),
    "content": ("content",),
    "payments": ("payments",),
    "events": ("events",),
    "identities": ("identities",),
    "merges": ("merges",),
    "moves": ("move",),
    "quarantine": ("quarantine",),
    "questions": ("ask",),
    "cohorts": ("cohorts",),
    "kpis": ("kpis",),
    "reviews": ("reviews",),
    "channels": ("channels",),
    "alarms": ("alarms",),
    "messages": ("messages",),
    "virtual": ("virtual",),
}
_FILE_OF = {command: file for file, commands in FILES.items() for command in commands}


class Commands(Speaking):
    """Those of `main`, and those of the other files."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every name."""
        return sorted({*self.commands, *_FILE_OF})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, with its file; None where there is none."""
        self.read(_FILE_OF.get(cmd_name))
        return super().get_command(ctx, cmd_name)

    def read(self, file: str | None) -> None:
        """Have the commands of a file, unless they are there."""
        if file is None or FILES[file][0] in self.commands:
            return
        for command in import_module(f"minilens.cli.{file}").COMMANDS:
            in_both_languages(command)
            command.short_help = command.short_help or command.help
            self.add_command(command)

    def every(self) -> Mapping[str, click.Command]:
        """All of them, read."""
        for file in FILES:
            self.read(file)
        return self.commands


def at(group: Any, *words: str) -> click.Command | None:
    """The command that words lead to; None where there is none."""
    found: click.Command | None = group
    for word in words:
        if not isinstance(found, click.Group):
            return None
        found = found.get_command(click.Context(found), word)
    return found
