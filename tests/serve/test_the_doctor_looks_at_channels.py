"""Channels that send nothing are told: of mail without a mail server, and stopped ones."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from minilens.records.channel_content import ChannelContent
from minilens.records.store import Records
from minilens.serve.doctor.channels import channel_findings
from minilens.settings import load

NOW = datetime(2026, 3, 2, tzinfo=UTC)
BOT = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-0000"


def test_mail_without_a_server_and_what_stopped_are_told(tmp_path: Path) -> None:
    records = Records(f"sqlite:///{tmp_path}/records.sqlite")
    records.database.migrate()
    app = records.apps.create("shop", timezone="Asia/Shanghai", now=NOW).id
    ann = records.accounts.create("ann@example.com", "Ann", now=NOW).id
    records.grants.set(ann, app, "viewer", now=NOW, by=None)
    given = {"MINILENS_DATA": str(tmp_path)}

    def codes(**more: str) -> list[tuple[str, dict[str, object]]]:
        found = channel_findings(records, {app: "shop"}, load({**given, **more}))
        return [(one.code, dict(one.facts)) for one in found]

    assert codes() == []
    records.channels.create(
        app, ChannelContent("mail", "Team", "zh", members=(ann,)), b"key", now=NOW
    )
    bot, _ = records.channels.create(app, ChannelContent("wecom", "群", "zh", BOT), b"key", now=NOW)
    records.channels.stop(bot.id, "bad_key", "93000", now=NOW)
    assert codes() == [
        ("no_mail_server", {"count": 1}),
        ("stopped_channels", {"names": "shop: 群"}),
    ]
    server = {
        "MINILENS_SMTP": "smtps://a:b@smtp.example.com",
        "MINILENS_MAIL_FROM": "a@example.com",
    }
    assert [code for code, _ in codes(**server)] == ["stopped_channels"]
    records.channels.remove(app, bot.id, now=NOW)
    assert codes(**server) == []
    records.database.close()
