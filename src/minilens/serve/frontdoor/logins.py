"""Who WeChat says has made a code, asked with the app's AppSecret."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from minilens.collect.login import Ask
from minilens.errors import Busy, CannotStart, Refused
from minilens.records.store import App, Records
from minilens.wechat.session import WeChat


def asks_wechat(wechat: WeChat, records: Records, key: bytes) -> Ask:
    """Ask with what the records keep; a secret that was changed holds from the next sign-in on."""

    async def ask(app: App, code: str) -> Mapping[str, str]:
        try:
            secret = await asyncio.to_thread(records.app_secrets.opened, app.id, key)
        except CannotStart as error:
            raise Busy("starting", 5) from error
        if not secret or not app.appid:
            raise Refused("not_set_up", "code")
        found = await wechat.signed_in(app.appid, secret, code)
        union = {"wechat-unionid": found.unionid} if found.unionid else {}
        return {"applet-wechat": found.openid, **union}

    return ask
