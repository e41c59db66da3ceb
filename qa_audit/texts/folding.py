"""Folding: what is inserted between the characters of a text falls away, what stands for another word is written as it.

    fold("加 v ❤ 吧").text      # "加微信吧"

White space, punctuation, symbols, emoji and emoticons fall away. Full stops, question and exclamation marks,
semicolons and colons end a sentence and stay. Letters, digits and ideographs stay, so that ordinary texts fold to
something close to themselves. Everything is done for a shard of texts at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any

import ahocorasick_rs
import numpy as np
import numpy.typing as npt

from qa_audit.texts import emoticons
from qa_audit.texts.codepoints import Codes, Joined, word_table
from qa_audit.texts.needles import latin
from qa_audit.texts.spans import Int64, Mask

Classes = npt.NDArray[np.uint8]

SKIPPED, SYMBOL, HEART, PLUS, STOP, KEPT = range(6)
"""Classes of characters. SYMBOL, HEART and PLUS fall away as SKIPPED does, but are hardly ever within a word; a heart
after 薇 and a plus before what is added stay."""
COMMAS = ",、"

_STOPS = "\x00。!?;:"
_SYMBOLS = "*•●○★☆※|_^=$%\\{}丨丶"
_HEARTS = "♥❤♡❥❣💓💔💕💖💗💘💙💚💛💜💝💞💟🖤🤍🤎🧡🩵🩶🩷"
_PLUSES = "+➕✚✛╋"

_WEI = "薇葳溦嶶"  # nobody writes 微信 with one of these by chance
_WECHAT = (
    *map("".join, product(_WEI + "威徽崴vw", "信")), *map("".join, product(_WEI + "微v", ("x", "♥", "xin"))),
    *map("".join, product(_WEI + "v", "心")), "wx", "weixin", "wei信", "weix",
)  # fmt: skip
_QQ = ("扣扣", "企鹅", "球球", "秋秋", "蔻蔻")
_ALIPAY = ("zfb", "zhifubao", "知付宝", "吱付宝", "芝付宝", "支fu宝", "支付bao")
_ADD = ("佳", "伽", "嘉", "茄", "幼", "右", "力口", "jia")  # stand for 加 only before what is added
_ADDED = "微威徽崴vwq扣企球秋蔻我" + _WEI  # what a plus before it is 加 for
STANDS_FOR: dict[str, str] = {
    **dict.fromkeys(_WECHAT, "微信"),
    **dict.fromkeys(_QQ, "qq"),
    **dict.fromkeys(_ALIPAY, "支付宝"),
    **{add + word: "加微信" for add in _ADD for word in ("微信", *_WECHAT)},
    **{add + word: "加qq" for add in _ADD for word in ("qq", *_QQ)},
}
"""What is written, without what was inserted and with ♥ for any heart: the word it stands for."""


@dataclass(frozen=True)
class Fold:
    """A folded text; character i came from the characters [starts[i], ends[i]) of the normal form, and is `changed`
    where they were written otherwise. int64, int64 and bool, one per character."""

    text: str
    starts: Int64
    ends: Int64
    changed: Mask


def fold(normal: str) -> Fold:
    """Fold a normal form; the folded text folds to itself."""
    folded = Folded(Joined.of([normal]))
    inner = slice(1, -1)
    return Fold(folded.text[inner], folded.starts[inner] - 1, folded.ends[inner] - 1, folded.changed[inner])


def fold_all(normals: Sequence[str]) -> list[str]:
    """Return `[fold(normal).text for normal in normals]`, but all at once."""
    return Folded(Joined.of(normals)).text[1:-1].split("\x00") if normals else []


class Folded:
    """A joined text, folded.

    kept: the characters that stay, of which `at` are the places in the joined text and `codes` how they are written.
    text: the kept ones after STANDS_FOR; its character i came from the kept first[i] … last[i], which are the
    characters [starts[i], ends[i]) of the joined text; `changed` as in Fold.
    """

    def __init__(self, joined: Joined) -> None:
        self.joined = joined
        self.codes, self.at = codes, at = _kept(joined)
        begin, end, words = _standing_in(joined, codes, at)
        replaced = np.cumsum(np.bincount(begin, minlength=len(at)) - np.bincount(end, minlength=len(at))) > 0
        times = (~replaced).astype(np.int64)
        times[begin] = list(map(len, words))
        self.first = np.repeat(np.arange(len(at)), times)
        self.last = self.first.copy()
        slots = np.flatnonzero(replaced[self.first])
        self.last[slots] = np.repeat(end - 1, times[begin])
        written = codes[self.first]
        written[slots] = codes_of("".join(words))
        self.text = written.tobytes().decode("utf-32-le")
        self.starts, self.ends = at[self.first], at[self.last] + 1
        self.changed = written != joined.codes[self.starts]
        self.changed[slots] = True


def classes_of(codes: Codes) -> Classes:
    """Return the class of each code point."""
    return _class_table()[np.minimum(codes, _LAST)]


def codes_of(chars: str) -> Codes:
    """Return the code points of a string."""
    return np.frombuffer(chars.encode("utf-32-le"), np.uint32)


def cuts(codes: Codes, start: Int64, end: Int64) -> Mask:
    """Say which spans begin or end between two Latin letters or between two digits."""
    first, last = latin(codes[start]), latin(codes[end - 1])
    cut: Mask = (first > 0) & (first == latin(codes[start - 1])) | (last > 0) & (last == latin(codes[end]))
    return cut


def _kept(joined: Joined) -> tuple[Codes, Int64]:
    """Return the characters that stay, with ♥ for a heart and 加 for a plus among them, and their places."""
    codes = joined.codes
    classes = classes_of(codes)
    for code in emoticons.NAMED.finditer(joined.text):
        classes[code.start() : code.end()] = SKIPPED
    kept = classes >= STOP
    places, pluses, hearts = (np.flatnonzero(which) for which in (kept, classes == PLUS, classes == HEART))
    pluses = pluses[np.isin(codes[places[np.searchsorted(places, pluses)]], codes_of(_ADDED))]
    kept[pluses] = True
    places = np.flatnonzero(kept | (classes == HEART))
    before = places[np.searchsorted(places, hearts) - 1]  # a heart after another one is no character
    hearts = hearts[np.isin(codes[before], codes_of(_WEI + "微v"))]
    kept[hearts] = True
    at = np.flatnonzero(kept)
    written = codes[at]
    written[np.searchsorted(at, hearts)] = ord("♥")
    written[np.searchsorted(at, pluses)] = ord("加")
    return written, at


def _standing_in(joined: Joined, codes: Codes, at: Int64) -> tuple[Int64, Int64, list[str]]:
    """Return where the kept characters are a key of STANDS_FOR (begin, end) and what it stands for; not within a Latin
    word that goes on."""
    automaton, words = _stand_ins()
    found = automaton.find_matches_as_indexes(codes.tobytes().decode("utf-32-le"))
    key, begin, end = np.array(found, np.int64).reshape(-1, 3).T
    whole = ~cuts(joined.codes, at[begin], at[end - 1] + 1)
    return begin[whole], end[whole], [words[i] for i in key[whole].tolist()]


@lru_cache(maxsize=1)
def _stand_ins() -> tuple[Any, list[str]]:
    kind: Any = ahocorasick_rs.MatchKind
    return ahocorasick_rs.AhoCorasick(list(STANDS_FOR), matchkind=kind.LeftmostLongest), list(STANDS_FOR.values())


_LAST = 0x20000  # its class goes for all above


@lru_cache(maxsize=1)
def _class_table() -> Classes:
    table = np.zeros(_LAST + 1, np.uint8)
    table[: len(word_table())] = np.where(word_table(), KEPT, SKIPPED)
    table[len(word_table()) : 0x1F000] = table[_LAST] = KEPT
    for chars, kind in ((_STOPS, STOP), (_SYMBOLS, SYMBOL), (_HEARTS, HEART), (_PLUSES, PLUS)):
        table[codes_of(chars)] = kind
    return table
