"""Where an address for tools is made of a card."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from minilens.records.feeds import NEEDS
from minilens.reports.kinds.questions import QuestionRequest
from minilens.reports.request import ReportRequest
from minilens.web.console import App
from minilens.web.reader import ReaderContext


def new_feed(app: App, state: ReportRequest, reader: ReaderContext) -> str:
    """The form in the settings, with the card's question; nothing where the reader may make none, or the question has
    not been saved. Of a list, all rows."""
    if reader.phone or reader.account is None or not reader.account.may(NEEDS, app.id):
        return ""
    told = parse_qsl(state.whole().removeprefix("?"))
    query = urlencode([pair for pair in told if pair[0] not in ("top", "offset")], safe=":,/")
    if isinstance(state, QuestionRequest):
        if state.instead is None:
            return ""
        query = urlencode(state.instead)
    said = urlencode({"report": state.report.name, "query": query}, safe=":,/")
    return f"/a/{app.name}/settings/feeds?{said}"
