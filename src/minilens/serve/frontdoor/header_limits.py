"""The head of a request may be so long and take so long: nobody fills the memory of the door, or keeps it open.

The web server has a limit for neither. It closes a connection that is silent after an answer, but one byte every
few seconds, or none from the beginning, would hold its place for ever.
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

#: Bytes. The address of a page with all its filters is a few thousand.
MOST_HEAD = 64 << 10
#: Seconds from the opening of a connection to the end of the first head, and from its first byte to the end of
#: each later one. A phone that is hardly connected needs a few.
SLOWEST_HEAD = 30.0
#: Seconds to take the next 48 KiB of an answer: who asks and does not read would hold a connection to the engine.
SLOWEST_READER = 30.0


class Modest(HttpToolsProtocol):
    """The parser of requests, which by itself collects headers as long as they come."""

    _head = 0
    _within = True
    _patience: asyncio.TimerHandle | None = None
    _reading: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody is there, who has to say what they want."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """They are gone."""
        self._wait_no_longer()
        self._reads_again()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """What was answered is not being read."""
        super().pause_writing()
        self._reading = self.loop.call_later(SLOWEST_READER, self.transport.abort)

    def resume_writing(self) -> None:
        """It is."""
        self._reads_again()
        super().resume_writing()

    def data_received(self, data: bytes) -> None:
        """Count what comes while the head has no end; a body that came along with it counts for nothing."""
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._within:
            self._head += len(data)
            if self._head > MOST_HEAD:
                self.send_400_response("The headers are too long.")
        # Also ends of lines before a head, and what is left of a body whose request was answered already.
        if self._patience is None and getattr(self.cycle, "response_complete", True):
            self._wait()

    def on_message_begin(self) -> None:
        """A new request."""
        self._head, self._within = 0, True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Its head has an end."""
        self._within = False
        self._wait_no_longer()
        super().on_headers_complete()

    def _wait(self) -> None:
        self._patience = self.loop.call_later(SLOWEST_HEAD, self.transport.close)

    def _wait_no_longer(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _reads_again(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
