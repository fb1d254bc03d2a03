"""Where cards come from: by what the session came in which a card was shared, and, where that came by a card itself, by
what that card's session came, and so on.

A card carries nothing of this: its mark leads to the share, the share to its session.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from minilens.measure.shares.tree import Opening, Share


def carried(shares: Mapping[str, Share], openings: Iterable[Opening]) -> dict[str, Share]:
    """The same shares, each with the origin of the card by which its session had come, where it has none itself.

    Of several cards that a session opened before it shared, the last one counts. A card is only followed to one that
    was shared before it, so there is an end.
    """
    opened: dict[int, list[Opening]] = {}
    for one in openings:
        if one.session:
            opened.setdefault(one.session, []).append(one)
    found: dict[str, Share] = {}
    for share in sorted(shares.values(), key=lambda one: (one.at, one.card)):
        came = [
            one for one in opened.get(share.session, ())
            if one.person == share.person and one.at <= share.at and one.share.at < share.at
        ]  # fmt: skip
        if share.origin or not came:
            found[share.card] = share
            continue
        last = max(came, key=lambda one: (one.at, one.share.card))
        found[share.card] = replace(share, origin=found[last.share.card].origin)
    return found
