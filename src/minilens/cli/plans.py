"""Commands about plans: what an app's trackers fetch, and whether they capture at all."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from minilens import period
from minilens.cli.people import Listed, form, opened_records, settings_of_data, show
from minilens.errors import NotFound
from minilens.records import plan_file, tracking_code
from minilens.records.plans import Change
from minilens.serve.terminal import not_written, say

#: How long a server may take to say what came.
SECONDS = 60.0
of_app = click.option("--app", "name", required=True, help="Its app. 小程序")


@click.group()
def plan() -> None:
    """Publish what an app's trackers fetch, and go back to an earlier plan. 发布小程序的采集配置，或恢复旧配置。"""


@plan.command(name="push")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@of_app
@click.option("--dry-run", is_flag=True, help="Check it and say what would change. 只检查，不发布")
def push(file: Path, name: str, *, dry_run: bool) -> None:
    """Publish a plan from a file, YAML or JSON; phones have it within a minute.

    发布配置文件（YAML 或 JSON），手机在一分钟内生效。
    """
    read = plan_file.read_file(file.read_bytes(), str(file))
    with opened_records() as records:
        app = records.apps.named(name)
        files = plan_file.PlanFiles(
            records.plans, records.events, records.page_types, records.field_values
        )
        if dry_run:
            told = files.check(app.id, read, str(file), now=period.now())
            change = records.plans.push(app.id, read.text, now=period.now(), dry_run=True)
        else:
            change, told = files.push(app.id, read, str(file), now=period.now())
        last = records.plans.find(app.id)
        kept = records.app_pages.find(app.id)
    tell(change, same=not told)
    if read.reported is not None or read.types is not None:
        tell_each(told)
    if kept and (strange := sorted(pages_of(read) - {one.path for one in kept.pages})):
        listed = ", ".join(strange)
        say(f"app.json 中没有这些页面：{listed}", f"These pages are not in app.json: {listed}")
    if change.plan:
        revision = change.plan.revision
        say(f"已发布版本 {revision}。", f"Published revision {revision}.")
    if last and last.off:
        say(
            "采集已停止（minilens plan on 恢复）。",
            "The tracker is off (minilens plan on lets it go on).",
        )


@plan.command(name="pull")
@of_app
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="Output file. 输出文件"
)
@click.option(
    "--format", "form", type=click.Choice(["yaml", "json"]), default="yaml", show_default=True,
    help="yaml or json. 文件格式",
)  # fmt: skip
def pull(name: str, output: Path | None, form: str) -> None:
    """Write what is published as a file for your repository. 把已发布的内容写成文件，放进代码仓库。"""
    with opened_records() as records:
        files = plan_file.PlanFiles(
            records.plans, records.events, records.page_types, records.field_values
        )
        text = files.pull(records.apps.named(name).id, form)
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise not_written(output, error) from error
    click.echo(output)


@plan.command(name="code")
@of_app
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True,
    help="FILE.js; its types are written to FILE.d.ts. 输出文件，类型写入 FILE.d.ts",
)  # fmt: skip
@click.option(
    "--tracker",
    default="./cl_tracker.js",
    show_default=True,
    help="Where the tracker is, from there. 追踪代码的位置",
)
def code(name: str, out: Path, tracker: str) -> None:
    """Write a function for each event that code reports, with the types of its fields.

    为代码上报的事件生成带类型的函数。
    """
    with opened_records() as records:
        events = tracking_code.reported(records.events.of(records.apps.named(name).id))
    declared = out.with_suffix(".d.ts")
    for path, text in (
        (out, tracking_code.module(events, tracker)),
        (declared, tracking_code.types(events)),
    ):
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise not_written(path, error) from error
        click.echo(path)


@plan.command(name="check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--app",
    "name",
    default=None,
    help="Its app; else only the file is checked. 小程序；缺省只检查文件",
)
def check(file: Path, name: str | None) -> None:
    """Say how a file differs from what is published; ends with 1 where it does.

    对比文件与已发布的内容，不同则以 1 退出。
    """
    read = plan_file.read_file(file.read_bytes(), str(file))
    if name is None:
        say("文件没有错误。", "The file has no mistakes.")
        return
    with opened_records() as records:
        files = plan_file.PlanFiles(
            records.plans, records.events, records.page_types, records.field_values
        )
        told = files.check(records.apps.named(name).id, read, str(file), now=period.now())
    tell_each(told)
    tell_seen(name)
    if told:
        raise SystemExit(1)
    say("与已发布的内容相同。", "Nothing differs from what is published.")


def tell_seen(name: str) -> None:
    """Where a server runs: what is published and does not come, and what comes and nobody defined."""
    from minilens.serve.control_client import ask

    given = (("app", name), ("do", "seen"))
    found = ask(settings_of_data(), "quarantine", *given, seconds=SECONDS) or {}
    for one in found.get("not_seen", []):
        last, event = one["last"], one["event"]
        zh = f"最近一次在 {last}" if last else "从未收到"
        en = f"last on {last}" if last else "never seen"
        say(f"14 天没有收到 {event}（{zh}）", f"{event}: none came for 14 days ({en})")
    if names := found.get("undefined"):
        say(f"收到但未定义：{'、'.join(names)}", f"seen and not defined: {', '.join(names)}")


def tell_each(told: list[plan_file.Told]) -> None:
    """A line for each difference."""
    for zh, en in ((one.zh, one.en) for one in told):
        say(zh, en)


def pages_of(read: plan_file.PlanFile) -> set[str]:
    """The pages that a plan names."""
    events = read.plan.get("events", [])
    named = {str(one.get("page", "")).lstrip("/") for event in events for one in event["actions"]}
    return named - {"", "ANY_PAGE"}


def tell(change: Change, *, same: bool) -> None:
    """What is other than before; `same`: nothing is."""
    if same:
        say(
            "与当前版本相同，没有发布。",
            "Nothing differs from the current revision; nothing was published.",
        )
    for names, zh, en in (
        (change.added, "新增", "added"),
        (change.changed, "修改", "changed"),
        (change.removed, "移除", "removed"),
        (change.declared, "同时定义", "declared with it"),
    ):
        if names:
            listed, given = f"{zh}：{'、'.join(names)}", f"{en}: {', '.join(names)}"
            say(listed, given)


@plan.command(name="show")
@click.argument("revision", type=int, required=False)
@of_app
def show_plan(revision: int | None, name: str) -> None:
    """Print a published plan, the current one by default, as a file to push. 输出已发布的配置，缺省为当前版本。"""
    with opened_records() as records:
        found = records.plans.find(records.apps.named(name).id, revision)
    if found is None:
        raise NotFound("unknown_revision", "revision", got=revision or 1)
    click.echo(msgspec.json.format(found.text, indent=2))


@plan.command(name="list")
@of_app
@form
def list_plans(name: str, form: str) -> None:
    """List the revisions, newest first: when, by whom, what was done. 列出各版本。"""
    with opened_records() as records:
        every = records.plans.of(records.apps.named(name).id)
    rows: list[Listed] = [
        {
            "revision": one.revision, "created": one.created, "by": one.author or "command line",
            "deed": one.deed, "events": len(one.body.get("events", [])), "off": one.off,
        }
        for one in every
    ]  # fmt: skip
    show(rows, form)


@plan.command()
@click.argument("revision", type=int)
@of_app
def back(revision: int, name: str) -> None:
    """Publish an earlier revision again. 恢复到某个旧版本。"""
    with opened_records() as records:
        made = records.plans.back(records.apps.named(name).id, revision, now=period.now())
    say(
        f"已恢复版本 {revision}，现为版本 {made.revision}。",
        f"Revision {revision} is published again, as revision {made.revision}.",
    )


@plan.command()
@of_app
def off(name: str) -> None:
    """Stop the tracker on all phones: nothing is captured or sent. 让所有手机停止采集。"""
    switch(name, off=True)


@plan.command()
@of_app
def on(name: str) -> None:
    """Undo `off`; each phone goes on with its next start. 恢复采集，手机在下次启动时生效。"""
    switch(name, off=False)


def switch(name: str, *, off: bool) -> None:
    """Turn it, and say whether that changed anything."""
    with opened_records() as records:
        made = records.plans.switch(records.apps.named(name).id, off=off, now=period.now())
    if made is None:
        zh, en = (
            ("已经停止。", "It is off already.") if off else ("没有停止。", "It is on already.")
        )
    elif off:
        zh = "已停止：正在使用的手机一分钟内停止，其余下次启动时停止。"
        en = "Off: phones in use stop within a minute, all others with their next start."
    else:
        zh, en = "已恢复：手机在下次启动时继续采集。", "On: each phone goes on with its next start."
    say(zh, en)


COMMANDS: tuple[click.Command, ...] = (plan,)
