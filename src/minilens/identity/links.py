"""Links between identities, and their one order: the stronger is taken first, whatever came first."""

from __future__ import annotations

from typing import NamedTuple

from minilens.identity.types import DEVICE, Types

#: What a link came from. An event named both; what a device did before a sign-in; an import; a code of `wx.login`;
#: somebody said so; it held before there were links; the stretches of one device between sign-outs, which join nothing.
EVENT, BEFORE, IMPORT, LOGIN, HAND, KEPT, EPISODE = (
    "event", "device", "import", "login", "hand", "kept", "episode",
)  # fmt: skip
#: It held when a rule was made stricter: it still does.
GRANTED = "granted"
#: It held by way of an identity that was erased alone.
ERASED = "erased"
#: What rules do not refuse.
FREE = (HAND, GRANTED, ERASED)
#: A UnionID and its number of the whole installation, whose kind is called so as well; joins nothing.
SHARED = "shared"
#: What says nothing of who is one person.
ASIDE = (EPISODE, SHARED)
#: The kind, in links of episodes, of what came after a sign-out.
STRETCH = "stretch"

#: What became of it. Joined; taken back; and why it does not join: kept apart, more values than a person may have,
#: claimed between two persons who are verified, somebody else's device, a value of too many devices, a device of
#: too many persons, more devices than a month may have, a type that takes no part or that nobody has added.
LIVE, REMOVED = "live", "removed"
APART, LIMIT, CLAIMED, OTHERS, HELD, PUBLIC, CROWDED, OFF = (
    "apart", "limit", "claimed", "others", "held", "public", "crowded", "off",
)  # fmt: skip
#: Those that somebody should look at.
CONFLICTS = (APART, LIMIT, CLAIMED)


class Link(NamedTuple):
    """A pair of identities of one app, `a` the lower number; times in ms. `merge`: the merge it made, or 0."""

    a: int
    b: int
    a_kind: str
    b_kind: str
    cause: str
    verified: bool
    first: int
    last: int
    state: str = LIVE
    merge: int = 0

    @property
    def pair(self) -> tuple[int, int]:
        """What it is known by."""
        return self.a, self.b

    @property
    def of_device(self) -> bool:
        """Whether one end is a device."""
        return DEVICE in (self.a_kind, self.b_kind)


def ordered(link: Link) -> Link:
    """The same link with its lower number first."""
    if link.a < link.b:
        return link
    return link._replace(a=link.b, b=link.a, a_kind=link.b_kind, b_kind=link.a_kind)


def strength(link: Link, types: Types) -> tuple[int, bool, int, int, int, int, int]:
    """The least is taken first: what is verified, by the types of both ends, by time, by number. What holds whatever
    the rules say comes before; what somebody joined by hand comes last: two persons as they are."""
    a, b = types.of(link.a_kind).priority, types.of(link.b_kind).priority
    free = (link.cause == HAND) - (link.cause in (GRANTED, ERASED))
    return free, not link.verified, max(a, b), min(a, b), link.first, link.a, link.b


def together(known: Link | None, seen: Link) -> Link:
    """What is known of a pair when it is seen again: the earliest and latest time, the better grade.

    A link that was taken back stays so until somebody says otherwise by hand.
    """
    if known is None:
        return seen
    better = seen.cause == HAND or (seen.verified and not known.verified)
    free = next((cause for cause in FREE if cause in (seen.cause, known.cause)), "")
    revived = seen.cause == HAND and known.state == REMOVED
    return known._replace(
        cause=free or (seen.cause if better or known.cause == KEPT else known.cause),
        verified=known.verified or seen.verified,
        first=min(known.first, seen.first),
        last=max(known.last, seen.last),
        state=LIVE if revived else known.state,
        merge=seen.merge or known.merge,
    )
