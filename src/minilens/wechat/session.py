"""`GET /sns/jscode2session`: a code of `wx.login` becomes an openid and, where WeChat gives it, a unionid.

WeChat answers every question with status 200 and says in `errcode` what is wrong. The session key that comes
with an openid is read by nobody: no field here takes it. Neither the secret nor a code is ever part of an error.
"""

from __future__ import annotations

import asyncio
import logging
from types import TracebackType

import httpx
import msgspec

from minilens.errors import Busy, Refused

log = logging.getLogger(__name__)
# Its lines of INFO name addresses, and this one holds the secret and the code: whoever sets up the logs.
logging.getLogger("httpx").setLevel(logging.WARNING)

#: Seconds for one code, tries included: a phone waits for ten.
PATIENCE, CONNECT = 6.0, 3.0
#: A busy WeChat is asked once more after so long.
AGAIN_AFTER = 0.3
BUSY = -1
#: WeChat's code → ours.
OF_THE_CODE = {40029: "bad_code", 40163: "used_code", 40226: "risky_user"}
#: Too often: by the minute, by the day.
LIMITED = {45011: 60, 45009: 600}


class SignedIn(msgspec.Struct, frozen=True):
    """Who has made a code."""

    openid: str
    unionid: str = ""


class _Answer(msgspec.Struct):
    errcode: int = 0
    openid: str = ""
    unionid: str | None = None


class WeChat:
    """A connection to WeChat, kept for as long as a process lives."""

    def __init__(self, base: str, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._http = httpx.AsyncClient(
            base_url=base, timeout=httpx.Timeout(patience, connect=CONNECT), follow_redirects=False
        )

    async def __aenter__(self) -> WeChat:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        await self._http.aclose()

    async def signed_in(self, appid: str, secret: str, code: str) -> SignedIn:
        """Who has made this code.

        Refused where the code is wrong, used, or of a person whom WeChat takes for a risk, and where WeChat
        refuses the credentials; Busy where it is worth another try with the same code.
        """
        try:
            async with asyncio.timeout(self._patience):
                answer = await self._asked(appid, secret, code)
                if answer.errcode == BUSY:
                    await asyncio.sleep(AGAIN_AFTER)
                    answer = await self._asked(appid, secret, code)
        except (httpx.HTTPError, TimeoutError, msgspec.MsgspecError, UnicodeError) as error:
            log.warning("WeChat doesn't answer", extra={"reason": type(error).__name__})
            raise Busy("wechat_down", 5) from None
        if answer.openid and not answer.errcode:
            return SignedIn(answer.openid, answer.unionid or "")
        raise _refusal(answer.errcode)

    async def _asked(self, appid: str, secret: str, code: str) -> _Answer:
        given = {
            "appid": appid, "secret": secret, "js_code": code, "grant_type": "authorization_code",
        }  # fmt: skip
        found = await self._http.get("/sns/jscode2session", params=given)
        if found.status_code != 200:
            return _Answer(BUSY)
        return msgspec.json.decode(found.content, type=_Answer)


def _refusal(errcode: int) -> Refused:
    if errcode in OF_THE_CODE:
        return Refused(OF_THE_CODE[errcode], "code")
    if errcode in LIMITED:
        return Busy("wechat_busy", LIMITED[errcode])
    if errcode in (BUSY, 0):
        return Busy("wechat_down", 5)
    # 40013, 40125, 40243 …: it is the owner who has to act, so the log says it too
    log.warning("WeChat refuses to tell who signs in", extra={"errcode": errcode})
    return Refused("wechat_refuses", "", got=errcode)
