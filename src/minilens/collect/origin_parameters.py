"""What a link, an ad or a code said when it opened the program, beyond what every event carries of its origin.

It becomes properties of the launch and of each return, under the names that the link has: there it can be looked up,
filtered by and exported, and costs other events nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from minilens.collect.addresses import is_secret, parameters
from minilens.reference.events import LAUNCHES

#: Of Convertlab's links, of Tencent's ads, of WeChat's schemes and URL links.
NAMES = (
    "cl_sr", "source1", "source2", "source3", "source4", "source5", "source6", "contentName", "gdt_vid", "clickid",
    "qz_gdt", "weixinadinfo", "cq",
)  # fmt: skip
LONGEST = 255


def told(query: str) -> dict[str, str]:
    """Those that a query names. `weixinadinfo` is ad.click.kind.0: the ad and the click are told by themselves, too."""
    if not query:
        return {}
    said = parameters(query)
    found = {name: said[name][:LONGEST] for name in NAMES if said.get(name) and not is_secret(name)}
    ad, _, rest = found.get("weixinadinfo", "").partition(".")
    click = rest.partition(".")[0]
    if ad and click:
        found["ad_id"] = ad
        found.setdefault("gdt_vid", click)
    return found


def added(
    name: str, given: Mapping[str, object], said: Mapping[str, str], most: int
) -> Mapping[str, object]:
    """The properties of an event with those of its origin; the sender's own word counts, and room is theirs first."""
    if name not in LAUNCHES or not said:
        return given
    room = most - len(given)
    fresh = [one for one in said if one not in given][: max(room, 0)]
    return {**{one: said[one] for one in fresh}, **given}
