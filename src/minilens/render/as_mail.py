"""A message as a mail: HTML with its styles in it, and plain text."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from minilens.render.message import Figure, Listing, Message, Section, Tone
from minilens.text import Language, Text

MORE = Text("另有 {n} 项", "and {n} more")
OPEN = Text("查看详情", "Open the page")
END = Text("退订此邮件", "Unsubscribe")
COLOURS: dict[Tone, str] = {"good": "#1a7f4b", "bad": "#c0352b", "": "#5b6470"}
FONT = "font-family:-apple-system,'Segoe UI','PingFang SC','Microsoft YaHei','Noto Sans CJK SC',Arial,sans-serif"
GREY = "color:#5b6470;font-size:13px"


def picture_id(number: int) -> str:
    """How the picture of a part is named within the mail, without the domain."""
    return f"picture{number}"


def as_html(message: Message, domain: str, unsubscribe: str = "") -> str:
    """The page; pictures are those of the mail itself (`cid:picture0@domain` …)."""
    parts = "".join(
        _section(one, n, domain, message.language) for n, one in enumerate(message.sections)
    )
    button = (
        f'<p style="margin:24px 0"><a href="{escape(message.link)}" style="background:#1f5fd6;color:#ffffff;'
        f'padding:10px 18px;border-radius:6px;text-decoration:none;display:inline-block">'
        f"{OPEN.of(message.language)}</a></p>"
        if message.link
        else ""
    )
    end = (
        f' · <a href="{escape(unsubscribe)}" style="color:#5b6470">{END.of(message.language)}</a>'
        if unsubscribe
        else ""
    )
    lang = "zh-CN" if message.language == "zh" else "en"
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(message.title)}</title></head>'
        f'<body style="margin:0;background:#f3f4f6;{FONT};color:#1c2330;font-size:15px;line-height:1.5">'
        f'<div style="max-width:600px;margin:0 auto;background:#ffffff;padding:20px">'
        f'<h1 style="font-size:20px;margin:0">{escape(message.title)}</h1>'
        f'<p style="{GREY};margin:4px 0 0">{escape(message.as_of)}</p>{parts}{button}'
        f'<p style="{GREY}">{escape(message.footer)}{end}</p></div></body></html>'
    )


def as_plain(message: Message, unsubscribe: str = "") -> str:
    """The same without any form, the addresses of pages written out."""
    lines = [message.title, message.as_of]
    for one in message.sections:
        lines += ["", *_plain(one, message.language)]
    if message.link:
        lines += ["", f"{OPEN.of(message.language)}: {message.link}"]
    if message.footer:
        lines += ["", message.footer]
    if unsubscribe:
        lines += [f"{END.of(message.language)}: {unsubscribe}"]
    return "\n".join(lines) + "\n"


def _section(one: Section, number: int, domain: str, language: Language) -> str:
    title = escape(one.title)
    if one.link and title:
        title = (
            f'<a href="{escape(one.link)}" style="color:#1f5fd6;text-decoration:none">{title}</a>'
        )
    parts = [f'<h2 style="font-size:16px;margin:24px 0 4px">{title}</h2>'] if title else []
    parts += [f'<p style="margin:4px 0">{escape(text)}</p>' for text in one.sentences]
    parts.append(_figures(one.figures))
    if one.picture is not None and one.picture.png:
        name = f"{picture_id(number)}@{domain}"
        parts.append(
            f'<img src="cid:{escape(name)}" alt="{escape(one.picture.alt)}" width="560" '
            'style="max-width:100%;height:auto;display:block;margin:8px 0;border:0">'
        )
    if one.listing is not None:
        parts.append(_listing(one.listing, language))
    return "".join(parts)


def _figures(figures: tuple[Figure, ...]) -> str:
    """Two beside each other."""
    if not figures:
        return ""
    cells = [
        f'<td style="width:50%;vertical-align:top;padding:8px 8px 8px 0"><div style="{GREY}">{escape(one.title)}</div>'
        f'<div style="font-size:22px;font-weight:600">{escape(one.value)}</div>'
        f'<div style="color:{COLOURS[one.tone]};font-size:13px">{escape(one.change)}</div>'
        f'<div style="{GREY}">{escape(one.note)}</div></td>'
        for one in figures
    ]
    rows = "".join(f"<tr>{''.join(cells[n : n + 2])}</tr>" for n in range(0, len(cells), 2))
    return f'<table role="presentation" style="width:100%;border-collapse:collapse">{rows}</table>'


def _listing(one: Listing, language: Language) -> str:
    cell = "padding:6px 8px 6px 0;border-bottom:1px solid #e3e6ea;font-size:14px"
    title = (
        f'<p style="margin:12px 0 0;font-weight:600">{escape(one.title)}</p>' if one.title else ""
    )
    more = (
        f'<p style="{GREY};margin:4px 0">{MORE.of(language).format(n=one.more)}</p>'
        if one.more
        else ""
    )
    if not one.rows:
        return title + more
    head = "".join(
        f'<th style="{cell};{GREY};font-weight:400;text-align:{_side(n)}">{escape(text)}</th>'
        for n, text in enumerate(one.columns)
    )
    rows = "".join(
        "<tr>"
        + "".join(
            f'<td style="{cell};text-align:{_side(n)}">{escape(text)}</td>'
            for n, text in enumerate(row)
        )
        + "</tr>"
        for row in one.rows
    )
    return f'{title}<table style="width:100%;border-collapse:collapse"><tr>{head}</tr>{rows}</table>{more}'


def _side(column: int) -> str:
    """The first names the row, the others are figures."""
    return "right" if column else "left"


def _plain(one: Section, language: Language) -> Iterator[str]:
    if one.title:
        yield f"{one.title}  {one.link}".rstrip()
    yield from one.sentences
    for figure in one.figures:
        yield f"{figure.title}: " + "  ".join(
            filter(None, (figure.value, figure.change, figure.note))
        )
    if one.picture is not None:
        yield f"{one.picture.alt} {one.picture.bars}".rstrip()
    if one.listing is not None:
        yield from filter(None, (one.listing.title, " | ".join(one.listing.columns)))
        yield from (" | ".join(row) for row in one.listing.rows)
        if one.listing.more:
            yield MORE.of(language).format(n=one.listing.more)
