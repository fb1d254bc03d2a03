"""The head of a request may be so long and no longer: nobody fills the memory of the door with headers."""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

#: Bytes. The address of a page with all its filters is a few thousand.
MOST_HEAD = 64 << 10


class Modest(HttpToolsProtocol):
    """The parser of requests, which by itself collects headers as long as they come."""

    _head = 0
    _within = True

    def data_received(self, data: bytes) -> None:
        """Count what comes while the head has no end; a body that came along with it counts for nothing."""
        super().data_received(data)
        if self._within and not self.transport.is_closing():
            self._head += len(data)
            if self._head > MOST_HEAD:
                self.send_400_response("The headers are too long.")

    def on_message_begin(self) -> None:
        """A new request."""
        self._head, self._within = 0, True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Its head has an end."""
        self._within = False
        super().on_headers_complete()
