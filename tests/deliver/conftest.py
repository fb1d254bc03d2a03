"""An app with records, a sender that may reach this machine, and the other side."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from minilens.deliver.feishu_apps import FeishuApps
from minilens.deliver.rate import Rates
from minilens.deliver.sender import Sender
from minilens.networks import Networks
from minilens.records.channel_content import ChannelContent, Kind
from minilens.records.channels import Channel
from minilens.records.store import Records
from tests.deliver.others import Other, running

NOW = datetime(2026, 3, 2, 1, 7, tzinfo=UTC)
NOW_MS = int(NOW.timestamp() * 1000)
SECRET = b"the server's own secret"
LOOPBACK = Networks(("127.0.0.0/8",))


@pytest.fixture(scope="session")
def other() -> Iterator[Other]:
    with running() as found:
        yield found


@pytest.fixture(scope="module")
def sender(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sender]:
    folder: Path = tmp_path_factory.mktemp("records")
    records = Records(f"sqlite:///{folder}/records.sqlite")
    records.database.migrate()
    records.apps.create("shop", timezone="Asia/Shanghai", now=NOW, zh="小店", en="Shop")
    yield Sender(records, SECRET, within=LOOPBACK, patience=3.0)
    records.database.close()


Makes = Callable[..., Channel]


@pytest.fixture
def made(sender: Sender, other: Other) -> Iterator[Makes]:
    """Makes a channel that leads to the other side, and takes it away at the end."""
    numbers: list[int] = []

    def make(
        kind: Kind, path: str = "/hook", secret: str | None = None, app_id: str | None = None,
        app_secret: str | None = None,
    ) -> Channel:  # fmt: skip
        other.got.clear()
        content = ChannelContent(
            kind, f"{kind} {len(numbers)}", "zh", other.url + path, secret, app_id=app_id, app_secret=app_secret
        )  # fmt: skip
        found, _ = sender.records.channels.create(1, content, SECRET, within=LOOPBACK, now=NOW)
        numbers.append(found.id)
        return found

    yield make
    for number in numbers:
        sender.records.channels.remove(1, number, now=NOW)


def with_rates(sender: Sender) -> Sender:
    """The same, that has sent nothing yet."""
    return replace(sender, rates=Rates(), feishu_apps=FeishuApps())
