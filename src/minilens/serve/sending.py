"""What sending messages needs of this server."""

from __future__ import annotations

from minilens.deliver.feishu_apps import FeishuApps
from minilens.deliver.rate import Rates
from minilens.deliver.send import tried
from minilens.deliver.sender import Sender
from minilens.deliver.trial import trial
from minilens.period import milliseconds, now
from minilens.records.channels import Channel
from minilens.records.store import Records
from minilens.settings import Settings
from minilens.text import Text
from minilens.web.channels.doors import ChannelDoors, Tried

#: Of this process: schedules, alarms and tests share what may be sent to an address.
RATES = Rates()
#: Likewise, what apps of Feishu have uploaded.
FEISHU_APPS = FeishuApps()


def sender_of(records: Records, settings: Settings) -> Sender:
    """That of this process."""
    return Sender(
        records, settings.secret, within=settings.webhook_networks, smtp=settings.smtp, mail_from=settings.mail_from,
        url=settings.public_url, rates=RATES, feishu_apps=FEISHU_APPS,
    )  # fmt: skip


def channel_doors(records: Records, settings: Settings) -> ChannelDoors:
    """What the site does with channels."""
    sender = sender_of(records, settings)
    return ChannelDoors(
        lambda channel, who: tested(sender, channel, who),
        settings.webhook_networks,
        mail=bool(settings.smtp),
    )


def tested(sender: Sender, channel: Channel, who: str) -> Tried:
    """Send a test; `who` asked for it. A stopped channel that takes it is on again."""
    app = next(one for one in sender.records.apps.all(archived=True) if one.id == channel.app)
    at = now()
    link = f"{sender.url}/a/{app.name}/messages/channels" if sender.url else ""
    title = Text(app.zh or app.name, app.en or app.name)
    access = channel.access(sender.secret)
    drawn = access is not None and bool(access.app_id)
    message = trial(title, channel.language, who, link, at, app.timezone, drawn=drawn)
    key = f"test.{channel.id}.{milliseconds(at)}"
    found = tried(channel, message, milliseconds(at), sender=sender, key=key)
    return Tried(found.state == "sent", found.code, found.answer)
