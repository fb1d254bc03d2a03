"""The site over the real store: an app without events, and its admin who is signed in."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.load.pipeline import Pipeline
from minilens.period import now
from minilens.serve.wiring import console, questions
from minilens.settings import Settings
from tests.pipeline import House
from tests.web.cast import mark, press
from tests.web.sites import site as free_site


@dataclass
class Site:
    """The site of one app, and its admin."""

    house: House
    client: TestClient[Litestar]
    admin: int = 0

    @property
    def page(self) -> str:
        return f"/a/{self.house.app.name}/events/quarantine"

    def get(self, path: str = "", language: str = "en") -> str:
        return self.client.get(self.page + path, headers={"accept-language": language}).text

    def send(self, path: str, **form: str) -> Any:
        form["csrf"] = mark(self.client, "/account")
        return self.client.post(
            self.page + path, data=form, headers={"accept-language": "en"}, follow_redirects=False
        )

    def done(self, answer: Any) -> str:
        """What the page says that a form leads to."""
        assert answer.status_code == 303, answer.text
        text = self.client.get(answer.headers["location"], headers={"accept-language": "en"}).text
        found = re.search(r'<p class="done" role="status">(.*?)</p>', text)
        return found[1] if found else ""

    def api(self, path: str, scope: str, **body: Any) -> Any:
        token = self.house.pipeline.records.tokens.create(self.house.app.id, (scope,), now=now())
        headers = {"authorization": f"Bearer {token}"}
        address = f"/api/v1/apps/{self.house.app.name}/quarantine{path}"
        if body:
            return self.client.post(address, json=body, headers=headers)
        return self.client.get(address, headers=headers)

    def counted(self, name: str) -> int:
        sql = "SELECT count() FROM events WHERE app = {app:UInt32} AND name = {name:String}"
        return int(str(self.house.rows(sql, name=name)[0][0]))


@pytest.fixture
def site(house: House, pipeline: Pipeline, settings: Settings) -> Iterator[Site]:
    records = pipeline.records
    admin = records.accounts.create(f"{uuid.uuid4().hex}@example.org", "A", now=now())
    records.grants.set(admin.id, house.app.id, "admin", now=now(), by=None)
    held = console(pipeline, settings, questions(pipeline, settings))
    with free_site(held) as app, TestClient(app, raise_server_exceptions=False) as client:
        press(client, f"/sign-in?code={records.sign_ins.create(now=now(), account=admin.id)}")
        yield Site(house, client, admin.id)
