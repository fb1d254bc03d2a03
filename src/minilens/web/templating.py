"""Pages and parts of pages, written from the templates in the reader's language."""

from __future__ import annotations

import functools
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from litestar import Response

from minilens import __version__
from minilens.render.i18n import TAGS, texts
from minilens.text import LANGUAGES, Language
from minilens.web.auth.csrf import FORM_COOKIE
from minilens.web.auth.guard import keep
from minilens.web.reader import LANGUAGE_COOKIE, ReaderContext
from minilens.web.static import address

YEAR = 365 * 86400


@functools.cache
def environment(language: Language) -> Environment:
    """The templates with the texts of one language. A name that is missing is an error."""
    made = Environment(
        loader=PackageLoader("minilens", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_translations(texts(language), newstyle=True)  # type: ignore[attr-defined]
    made.globals |= {
        "static": address,
        "language": language,
        "other_language": next(other for other in LANGUAGES if other != language),
        "tag": TAGS[language],
        "version": __version__,
    }
    return made


def html(template: str, reader: ReaderContext, code: int = 200, **context: Any) -> Response[str]:
    """An answer made from a template. A language chosen in the address is remembered."""
    language = reader.language
    text = environment(language).get_template(template).render(reader=reader, **context)
    answer = Response(
        text,
        media_type="text/html",
        status_code=code,
        headers={"Content-Language": TAGS[language], "Cache-Control": "private, no-cache"},
    )
    if reader.chosen:
        answer.set_cookie(LANGUAGE_COOKIE, reader.chosen, max_age=YEAR, samesite="lax")
    if reader.session_cookie:
        keep(answer, reader.session_cookie, https=reader.https)
    if reader.form_cookie:
        answer.set_cookie(
            FORM_COOKIE, reader.form_cookie, httponly=True, samesite="lax", secure=reader.https
        )
    return answer
