"""The templates of the pages: everything put into one is escaped, and nothing may be missing."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

_FOLDER = files("monitor.pages") / "templates"


def page(template: str, **values: Any) -> str:
    """The whole text of one page.

    Beside `values` it has `style`, the style sheet as it stands in the page, and `policy`: nothing
    but that very sheet may have an effect in it, whatever else got into the page.
    """
    sheet = _sheet()
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    # Of this package, and no word of it comes from outside.
    style = Markup(sheet)  # noqa: S704
    return _environment().get_template(template).render(style=style, policy=policy, **values)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FunctionLoader(_source),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _source(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


@cache
def _sheet() -> str:
    """The style sheet, without the white space and the comments it is written with."""
    lines = (line.strip() for line in _source("style.css").splitlines())
    return "".join(line for line in lines if line and not line.startswith("/*"))
