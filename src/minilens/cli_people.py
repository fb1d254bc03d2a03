"""Commands that let people in."""

from __future__ import annotations

import click

from minilens import period
from minilens import settings as settings_file
from minilens.settings import Settings


@click.command(name="sign-in")
@click.argument("email", required=False)
def sign_in(email: str | None) -> None:
    """Print a link that signs in once: that person, else the first owner. 输出一次性登录链接。"""
    click.echo(_link(settings_file.load(), email))


@click.command()
@click.argument("email")
@click.option("--name", default="", help="Name, where the person is new. 姓名")
def owner(email: str, name: str) -> None:
    """Make someone an owner of all apps and print a link that signs in once. 指定所有者。"""
    settings = settings_file.load()
    from minilens.records.people import normal_email
    from minilens.records.store import Records

    records = Records(settings.records_dsn)
    records.migrate()
    now = period.now()
    person = records.person_named(email)
    if person is None:
        called = name or normal_email(email).partition("@")[0]
        person = records.add_person(email, called, now=now)
    elif person.disabled:
        records.enable_person(person.id, now=now, by=None)
    if person.grants.get(None) != "owner":
        records.grant(person.id, None, "owner", now=now, by=None)
    records.close()
    click.echo(_link(settings, email))


def _link(settings: Settings, email: str | None) -> str:
    from minilens.records.store import Records
    from minilens.serve.inside import sign_in_code, sign_in_link

    records = Records(settings.records_dsn)
    records.migrate()
    code = sign_in_code(records, email)
    records.close()
    return sign_in_link(settings, code)


COMMANDS: tuple[click.Command, ...] = (sign_in, owner)
