"""Templates to pages: autoescaped, strict about names, one style and one script allowed by their hashes."""

import re
from base64 import b64encode
from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from qa_audit.report.display import DASH, count, number, percent, seconds
from qa_audit.report.figures import FEW
from qa_audit.report.fragments import line_html, name_html
from qa_audit.report.tables import checks_table, distribution, scale, share_html


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
        auto_reload=False,  # or every page asks the disk whether the templates are still the same
    )
    style, script = _smaller(_source(env, "page.css")), _source(env, "sort.js")
    env.globals |= {
        "style": Markup(style),  # ours, not data
        "script": Markup(script),
        "policy": _policy(style),
        "policy_with_script": _policy(style, script),
        "FEW": FEW,
        "DASH": DASH,
    }
    parts: dict[str, Callable[..., str]] = {"name": name_html, "line": line_html, "share": share_html, "scale": scale}
    parts |= {"distribution": distribution, "checks": checks_table}
    env.globals |= {name: _part(made) for name, made in parts.items()}
    env.filters |= {"number": number, "count": count, "seconds": seconds, "percent": percent}
    return env


def template(name: str) -> Template:
    """Return one page's template."""
    return environment().get_template(name)


def _part(made: Callable[..., str]) -> Callable[..., Markup]:
    return lambda *values, **options: Markup(made(*values, **options))  # escaped by the part itself


def _source(env: Environment, name: str) -> str:
    assert env.loader is not None
    return env.loader.get_source(env, name)[0]


def _smaller(style: str) -> str:
    """Drop the white space that only people need: every page carries the style."""
    return re.sub(r"\s*([{};,])\s*", r"\1", style)


def _policy(style: str, script: str = "") -> str:
    """Allow nothing but the page itself: no request to anywhere, no style and no script but ours."""
    rules = {"default-src": "'none'", "style-src": _hash(style), "script-src": _hash(script) if script else "'none'"}
    rules |= {"img-src": "data:", "base-uri": "'none'", "form-action": "'none'"}
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _hash(source: str) -> str:
    return f"'sha256-{b64encode(sha256(source.encode()).digest()).decode()}'"
