"""The buckets that launches are put into, WeChat's own by its keys, and the code that a launch was opened by.

WeChat's edges overlap at 20, 30 and 50 seconds; here the upper bucket begins one second later. A second counts once it
is over: 2.9 s are 2.
"""

from __future__ import annotations

import itertools

from minilens.reference.scenes import SCENES
from minilens.text import Text

Buckets = dict[str, tuple[int, Text]]
#: Key → the first second of the bucket, and what it is called.
SECONDS: Buckets = {
    "1": (0, Text("0–2 秒", "0–2 s")),
    "2": (3, Text("3–5 秒", "3–5 s")),
    "3": (6, Text("6–10 秒", "6–10 s")),
    "4": (11, Text("11–20 秒", "11–20 s")),
    "5": (21, Text("21–30 秒", "21–30 s")),
    "6": (31, Text("31–50 秒", "31–50 s")),
    "7": (51, Text("51–100 秒", "51–100 s")),
    "8": (101, Text("100 秒以上", "Over 100 s")),
}
#: Key → the fewest pages of the bucket, and what it is called.
PAGES: Buckets = {
    "0": (0, Text("未打开页面", "No page")),
    "1": (1, Text("1 页", "1 page")),
    "2": (2, Text("2 页", "2 pages")),
    "3": (3, Text("3 页", "3 pages")),
    "4": (4, Text("4 页", "4 pages")),
    "5": (5, Text("5 页", "5 pages")),
    "6": (6, Text("6–10 页", "6–10 pages")),
    "7": (11, Text("10 页以上", "Over 10 pages")),
}


def _bucket(column: str, firsts: Buckets, unit: int) -> str:
    """SQL: the key of the bucket that a number lies in."""
    keys = list(firsts)
    ends = (
        f"{column} < {firsts[after][0] * unit}, '{key}'" for key, after in itertools.pairwise(keys)
    )
    return f"multiIf({', '.join(ends)}, '{keys[-1]}')"


#: What launches are put into buckets by → SQL over sessions of the key of the bucket.
BUCKETS = {
    "launch_duration": f"if(duration IS NULL, '', {_bucket('assumeNotNull(duration)', SECONDS, 1000)})",
    "launch_depth": _bucket("depth", PAGES, 1),
}

#: The scenes of WeChat's group "Scan": a code in front of the camera, in a picture or in the album.
SCANS = tuple(code for code, one in SCENES.items() if one.group.en == "Scan")
LONGEST_CODE = 512
_ASKED = "decodeURLComponent(decodeURLComponent(extractURLParameter(concat('?', query), 'scene')))"
_ADDRESS = "concat(page, if(query = '', '', '?'), query)"
#: SQL: of what is known of a launch, that it was opened by a code.
SCANNED = f"scene IN ({', '.join(map(str, SCANS))})"
#: SQL over events: the code that they tell of where something was scanned: the `scene` of the query, which WeChat and
#: trackers each encode once, else path and query.
CODE = f"if({SCANNED}, leftUTF8(if({_ASKED} != '', {_ASKED}, {_ADDRESS}), {LONGEST_CODE}), '')"


def code_of_session(scene: str, first: str) -> str:
    """SQL of the code of a session from its scene and the first code that its events tell of."""
    return f"multiIf({scene} NOT IN ({', '.join(map(str, SCANS))}), '', {first} = '', '/', {first})"
