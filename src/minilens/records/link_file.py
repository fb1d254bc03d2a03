"""Campaign links in a CSV file: a header in English or Chinese, then a link a row. As Excel saves it, too."""

from __future__ import annotations

import msgspec

from minilens.errors import Refused, did_you_mean
from minilens.records import sheet
from minilens.records.json_text import wrong
from minilens.records.link_content import NewLink
from minilens.records.sheet import FILE, FIRST, unescaped

__all__ = ["ALSO", "COLUMNS", "FILE", "FIRST", "MOST_BYTES", "MOST_ROWS", "read"]

MOST_BYTES = 8 << 20
MOST_ROWS = 50_000
#: Column → its name in Chinese headers.
COLUMNS = {
    "campaign": "推广活动", "placement": "推广位", "material": "物料", "page": "页面", "query": "参数",
    "method": "方式", "tags": "标签", "expires": "有效期至", "note": "备注", "owner": "负责人", "web": "网页",
}  # fmt: skip
#: What our own file has beside them: read over, so that it goes in again as it came out.
ALSO = {
    "code": "编码", "path": "路径", "url": "完整地址", "ended": "结束时间", "created": "创建时间", "by": "创建人",
}  # fmt: skip
_NAMES = {zh: name for name, zh in (COLUMNS | ALSO).items()} | {n: n for n in COLUMNS | ALSO}


def read(body: bytes) -> list[NewLink]:
    """The links of a file; Refused with row and column, as in `links[3].page` of the third row of the sheet.

    UTF-8, or GBK as Chinese Excel saves it; commas, semicolons or tabs. Empty rows are only at its end.
    """
    rows = sheet.rows(body, MOST_BYTES)
    header = _header(rows[0])
    found = [
        _link(dict(zip(header, row, strict=False)), f"links[{at}].", len(row) - len(header))
        if any(map(str.strip, row))
        else None
        for at, row in enumerate(rows[1:], FIRST)
    ]
    return _whole(found)


def _whole(found: list[NewLink | None]) -> list[NewLink]:
    """Rows by their numbers: empty ones only at the end, or the numbers of others would not be theirs."""
    while found and found[-1] is None:
        found.pop()
    if not found:
        raise wrong(FILE, "没有数据行", "has no rows")
    if len(found) > MOST_ROWS:
        raise Refused("too_many", FILE, limit=MOST_ROWS)
    rows: list[NewLink] = []
    for at, one in enumerate(found, FIRST):
        if one is None:
            raise wrong(f"links[{at}]", "此行为空", "this row is empty")
        rows.append(one)
    return rows


def _header(row: list[str]) -> list[str]:
    names: list[str] = []
    for cell in row:
        said = cell.strip().lower()
        name = _NAMES.get(said)
        if name is None and said:
            raise Refused(
                "unknown_field", FILE, got=cell.strip()[:40], hint=did_you_mean(said, _NAMES)
            )
        if name in names and name:
            raise wrong(FILE, f"列 {cell.strip()} 出现两次", f"has the column {cell.strip()} twice")
        names.append(name or "")
    for name in ("campaign", "page"):
        if name not in names:
            raise Refused("missing", name)
    return names


def _link(row: dict[str, str], at: str, beyond: int) -> NewLink:
    if beyond > 0:
        raise wrong(at[:-1], "比表头多出几列", "has more cells than the header")
    said = {name: text.strip() for name, text in row.items() if name in COLUMNS}
    method = said.pop("method", "").lower()
    if method not in ("", "path", "code"):
        raise Refused("unknown_choice", f"{at}method", got=method[:40], hint="")
    tags = said.pop("tags", "").replace("，", ",").replace(";", ",").replace("；", ",")
    given = {name: unescaped(text) for name, text in said.items() if name != "expires"}
    expires = sheet.day(said.get("expires", ""), f"{at}expires")
    some = [unescaped(tag.strip()) for tag in tags.split(",")]
    return msgspec.convert(
        {**given, "method": method, "tags": some, "expires": expires}, NewLink, strict=True
    )
