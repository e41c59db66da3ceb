"""The small parts that a page holds by the hundred, as HTML by plain formatting: a template call each would cost more.

Every text passes `escaped`; what these functions return is HTML.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from qa_audit.report.lines import Fact, FindingLine
from qa_audit.report.transcript import Line, Piece


@lru_cache(maxsize=65_536)
def escaped(text: str) -> str:
    """Return a text as HTML, safe in content and in quoted attributes: what markupsafe does, without its wrapping."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("'", "&#39;").replace('"', "&#34;")


def name_html(text: str) -> str:
    """Return a name that a narrow column may cut short."""
    return f'<bdi class="name" title="{escaped(text)}">{escaped(text)}</bdi>'


def line_html(line: FindingLine, *, anchor: bool = True, basis: bool = True) -> str:
    """Return one deduction line; `anchor` only where the line has its home on the page."""
    facts = "；".join(map(_fact, line.facts))
    more = f"……等 {line.more + len(line.facts)} 处" if line.more else ""
    advice = f'<span class="advice">建议:{escaped(line.advice)}</span>' if line.advice else ""
    seeds = f'<span class="seeds">{escaped(line.seeds)}</span>' if line.seeds else ""
    ground = (
        f'<p class="basis">依据：{escaped(line.definition)}{seeds}</p>\n'
        if basis and (line.definition or line.seeds)
        else ""
    )
    number = escaped(line.finding)
    home = f' id="f-{number}"' if anchor else ""
    return (
        f'<li class="line {line.style}"{home}>\n<p><strong class="tag">{escaped(line.tag)}</strong>'
        f'{escaped(line.title)}<span class="no">(扣分编号 {number})</span>{escaped(line.lead)}'
        f"{'；' if line.lead and line.facts else ''}{facts}{more}{escaped(line.why)}。{advice}</p>\n{ground}</li>\n"
    )


def chat_html(lines: Sequence[Line]) -> str:
    """Return a transcript with its evidence marked."""
    if not lines:
        return '<p class="muted">这次会话没有可以显示的消息。</p>\n'
    return f'<ol class="chat">\n{"".join(map(_chat_line, lines))}</ol>\n'


def _fact(fact: Fact) -> str:
    said = "".join(f"<em>{escaped(text)}</em>" if hit else escaped(text) for text, hit in fact.pieces)
    quoted = f"「<q>{said}</q>」" if fact.pieces else ""
    return (
        f'<span class="fact"><time>{escaped(fact.time)}</time> {escaped(fact.verb)}{quoted}{escaped(fact.note)}</span>'
    )


def _chat_line(line: Line) -> str:
    message, rules = line.message, _rule(line.day) + _rule(line.change)
    if message is None:
        return f'{rules}<li class="rule gap">……省略 {line.skipped} 条……</li>\n'
    due = " due" if line.due and any(style != "place" for _, style in line.due) else ""
    text = "".join(map(_piece, line.pieces))
    who, after = _who(message.who, message.tags), _places(line.due) + _wait(line.wait) if line.due or line.wait else ""
    return (
        f'{rules}<li class="msg {message.role}{due}"><time>{escaped(message.time)}</time>{who}'
        f'<span class="text">{text}{after}</span></li>\n'
    )


@lru_cache(maxsize=16_384)
def _who(name: str, tags: tuple[str, ...]) -> str:
    marks = "".join(f"<i>{escaped(tag)}</i>" for tag in tags)
    return f'<span class="who"><bdi class="name">{escaped(name)}</bdi>{marks}</span>'


def _piece(piece: Piece) -> str:
    text = escaped(piece.text)
    if not piece.style and not piece.ends:
        return text
    refs = "".join(f'<a class="ref" href="#f-{escaped(i)}">{escaped(i)}</a>' for i in piece.ends)
    return (f'<mark class="{piece.style}">{text}</mark>' if piece.style else text) + refs


def _rule(text: str) -> str:
    return f'<li class="rule">{escaped(text)}</li>\n' if text else ""


def _places(due: Iterable[tuple[str, str]]) -> str:
    return "".join(f'<a class="ref {style}" href="#f-{escaped(i)}">◂ {escaped(i)}</a>' for i, style in due)


def _wait(wait: str) -> str:
    return f'<small class="wait">{escaped(wait)}</small>' if wait else ""
