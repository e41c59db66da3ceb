"""Templates to pages: autoescaped, strict about names, one style and one script allowed by their hashes."""

from base64 import b64encode
from functools import lru_cache
from hashlib import sha256
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from qa_audit.report.display import DASH, count, fixed, number, percent, seconds
from qa_audit.report.figures import FEW


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the Jinja environment of all pages."""
    env = Environment(
        loader=PackageLoader("qa_audit.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    style, script = _source(env, "page.css"), _source(env, "sort.js")
    env.globals |= {
        "style": Markup(style),  # ours, not data
        "script": Markup(script),
        "policy": _policy(style, script),
        "FEW": FEW,
        "DASH": DASH,
    }
    env.filters |= {"number": number, "fixed": fixed, "count": count, "seconds": seconds, "percent": percent}
    return env


def template(name: str) -> Template:
    """Return one page's template."""
    return environment().get_template(name)


@lru_cache(maxsize=1)
def _macros() -> Any:
    return template("macros.html").module


def rendered(macro: str, *arguments: Any) -> Markup:
    """Return one macro's output, for parts that stand on more than one page."""
    return Markup(getattr(_macros(), macro)(*arguments))  # escaped by the macro


def _source(env: Environment, name: str) -> str:
    assert env.loader is not None
    return env.loader.get_source(env, name)[0]


def _policy(style: str, script: str) -> str:
    """Allow nothing but the page itself: no request to anywhere, no style and no script but the two of ours."""
    rules: dict[str, Any] = {"default-src": "'none'", "style-src": _hash(style), "script-src": _hash(script)}
    rules |= {"img-src": "data:", "base-uri": "'none'", "form-action": "'none'"}
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _hash(source: str) -> str:
    return f"'sha256-{b64encode(sha256(source.encode()).digest()).decode()}'"
