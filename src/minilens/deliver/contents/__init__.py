"""What can be sent: each kind of content once, by its name."""

from __future__ import annotations

from minilens.deliver.contents import kpis
from minilens.deliver.contents.content import Asking, Content
from minilens.errors import Refused, did_you_mean

#: Name → what can be sent, in the order in which a form offers it.
KINDS: dict[str, Content] = {one.name: one for one in (kpis.KPIS,)}

__all__ = ["KINDS", "Asking", "Content", "find"]


def find(name: str) -> Content:
    """The content of that name; Refused, naming `what`, where there is none."""
    if name in KINDS:
        return KINDS[name]
    raise Refused("unknown_choice", "what", got=name[:40], hint=did_you_mean(name, KINDS))
