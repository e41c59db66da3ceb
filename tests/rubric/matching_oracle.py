"""Matching once more in plain Python loops, slow and obvious, and random matchers to hold both against each other.

Answers are "no", "unknown" or "yes", here 0, 1, 2, so that `and` is min and `or` is max.
"""

from itertools import product
from typing import Any

from hypothesis import strategies as st

from tests.sessions.oracle import SPEAKERS

NO, UNKNOWN, YES = 0, 1, 2
WORDS = ("甲", "乙", "丙")
TEXTS = ("嗯", "甲", "乙", "甲乙", "丙", "甲丙甲", "乙丙", "甲乙丙")
"""The text of a message by its `tags`."""

Message = dict[str, Any]
Night = list[list[Message]]

_message = st.fixed_dictionaries(
    {
        "speaker": st.sampled_from([*SPEAKERS, ("customer", "none"), ("agent", "none"), ("agent", "none")]),
        "kind": st.sampled_from(["text"] * 9 + ["image", "recall"]),
        "agent": st.sampled_from([None, "a", "a", "b"]),
        "gap": st.sampled_from([0, 1, 2]),
        "time": st.sampled_from(["microsecond"] * 3 + ["none"]),
        "tags": st.integers(0, 7),
    }
)
sessions = st.lists(st.lists(_message, min_size=1, max_size=8), max_size=3)
"""Nights as those of `sessions.oracle`, with fewer topics and more holes in time."""

_words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True)
_seconds = st.sampled_from([0, 1, 2.5, 4])
_role = st.sampled_from(["agent", "customer", "any", "any", "bot"])


def _some(most: int, **keys: Any) -> Any:
    """Draw up to so many of the keys."""
    names = st.lists(st.sampled_from(sorted(keys)), max_size=most, unique=True)
    return names.flatmap(lambda chosen: st.fixed_dictionaries({name: keys[name] for name in chosen}))


def _joined(*parts: Any) -> Any:
    return st.tuples(*parts).map(lambda drawn: {key: value for part in drawn for key, value in part.items()})


_simple = _joined(
    st.fixed_dictionaries({"words": _words}) | st.just({"kind": ["any"]}),
    _some(1, role=_role),
    _some(1, first_seconds=_seconds, last_seconds=_seconds, first=st.integers(1, 2)),
)
withins = _joined(
    _some(2, messages=st.integers(1, 3), seconds=st.sampled_from([1, 2.5, 4]), turns=st.integers(1, 2), until=_simple),
    _some(1, itself=st.just(True)),
).filter(lambda within: set(within) - {"itself"})
_anchor = _joined(
    st.fixed_dictionaries({"says": _simple}),
    _some(2, within=withins, anchors=st.sampled_from(["any", "first", "last", 1, 2])),
)
_place = st.sampled_from([{"from": 1, "to": 2}, {"from": 2}, {"from": -2}, {"to": -2}, {"from": -3, "to": 2}])
matchers = _joined(
    st.fixed_dictionaries({"words": _words, "match": st.sampled_from(["any", "any", "all", "none", 1, 2])})
    | st.just({"kind": ["any"]})
    | st.just({"kind": ["image", "recall"]}),
    _some(1, role=_role),
    _some(
        2,
        first=st.integers(1, 3),
        last=st.integers(1, 3),
        number=_place,
        first_seconds=_seconds,
        last_seconds=_seconds,
        after=_anchor,
        before=_anchor,
        around=_anchor,
        unless=_simple,
        length=st.just({"at_least": 2}),
    ),
    _some(1, across=st.sampled_from(["burst", "segment"])),
    _some(1, min_hits=st.integers(1, 2), max_hits=st.integers(1, 3)),
)
"""Matchers as they are written in a rubric."""


def night(plain: Night, segments: list[int], bursts: list[int], turns: list[int]) -> Night:
    """Add to the messages of `sessions.oracle` their text and the groups that they are in."""
    for session in plain:
        for m in session:
            row = m["row"]
            m |= {"segment": segments[row], "burst": bursts[row], "turn": turns[row], "message": row}
            m["text"] = TEXTS[m["tags"]] if m["kind"] == "text" else None
    return plain


def find(messages: Night, matcher: dict[str, Any], role: str) -> list[tuple[int, int, int, bool]]:
    """Return (row, start, end, sure) of every hit, in order."""
    candidates = {m["row"]: _candidate(messages, matcher, role, m) for m in _flat(messages)}
    found = []
    for group in _groups(messages, matcher.get("across", "message")):
        found += _of_group([(m, candidates[m["row"]]) for m in group if candidates[m["row"]]], matcher)
    return sorted(found)


def _of_group(group: list[tuple[Message, int]], matcher: dict[str, Any]) -> list[tuple[int, int, int, bool]]:
    if "words" not in matcher:
        return _counted([(m["row"], -1, -1, state == YES) for m, state in group], matcher, YES)
    hits = [
        (m["row"], i, i + 1, state == YES, char)
        for m, state in group
        for i, char in enumerate(m["text"] or "")
        if char in matcher["words"]
    ]
    match = matcher.get("match", "any")
    if match == "none":
        return _counted(_clean(group, {hit[0] for hit in hits}, any(hit[3] for hit in hits)), matcher, YES)
    least = {"any": 1, "all": len(set(matcher["words"]))}.get(match, match)
    most, fewest = (len({hit[4] for hit in hits if hit[3] or not only}) for only in (False, True))
    return _counted([hit[:4] for hit in hits], matcher, _at_least(fewest, most, least))


def _clean(group: list[tuple[Message, int]], hit: set[int], surely_hit: bool) -> list[tuple[int, int, int, bool]]:
    texts = [(m["row"], state) for m, state in group if m["text"] is not None]
    surely = not hit and any(state == YES for _, state in texts)
    rows = [row for row, state in texts if (state == YES if surely else row not in hit)]
    return [] if surely_hit or not rows else [(rows[-1], -1, -1, surely)]


def _counted(
    hits: list[tuple[int, int, int, bool]], matcher: dict[str, Any], state: int
) -> list[tuple[int, int, int, bool]]:
    most, fewest = len(hits), sum(hit[3] for hit in hits)
    state = min(state, _at_least(fewest, most, matcher.get("min_hits", 0)))
    state = min(state, 2 - _at_least(fewest, most, matcher.get("max_hits", 99) + 1))
    return [(*hit[:3], hit[3] and state == YES) for hit in hits] if state else []


def _at_least(fewest: int, most: int, least: int) -> int:
    return YES if fewest >= least else UNKNOWN if most >= least else NO


def _candidate(messages: Night, matcher: dict[str, Any], role: str, m: Message) -> int:
    role, per = matcher.get("role", role), [o for o in _flat(messages) if o["segment"] == m["segment"]]
    kinds = matcher.get("kind", ["text"])
    said = [o["row"] for o in per if speaks(o, role, kinds)]
    if m["row"] not in said or not (m["kind"] in kinds or ("any" in kinds and m["speech"])):
        return NO
    if "length" in matcher and len(m["text"] or "") < matcher["length"]["at_least"]:
        return NO
    place = said.index(m["row"])
    number = matcher.get("number", {})
    start, stop = (_index(number.get(key, default), len(said)) for key, default in (("from", 1), ("to", -1)))
    if place >= matcher.get("first", 99) or len(said) - place > matcher.get("last", 99) or not start <= place <= stop:
        return NO
    state = YES
    for key, other in (("first_seconds", per[0]), ("last_seconds", per[-1])):
        if key in matcher:
            state = min(state, YES if other is m else _close(m, other, matcher[key]))
    for direction in ("after", "before", "around"):
        if direction in matcher:
            state = min(state, _near_any(messages, matcher[direction], direction, m, role))
    if "unless" in matcher:
        state = min(state, YES - _says(messages, matcher["unless"], role).get(m["row"], NO))
    return state


def speaks(m: Message, role: str, kinds: list[str]) -> bool:
    """Whether a message is one of those of a role."""
    human = m["role"] == "agent" and m["automation"] == "none"
    right = {
        "agent": human,
        "customer": m["role"] == "customer",
        "bot": m["role"] == "bot",
        "any": m["role"] != "system" or (m["kind"] == "recall" and "recall" in kinds),
    }[role]
    return bool(right and (m["speech"] or (m["kind"] == "recall" and "recall" in kinds)))


def _says(messages: Night, matcher: dict[str, Any], role: str) -> dict[int, int]:
    """Return the answer of each message with a hit."""
    states: dict[int, int] = {}
    for row, _, _, sure in find(messages, matcher, role):
        states[row] = max(states.get(row, NO), YES if sure else UNKNOWN)
    return states


def _near_any(messages: Night, anchor: dict[str, Any], direction: str, m: Message, role: str) -> int:
    anchors = _picked(messages, _says(messages, anchor["says"], "any"), anchor.get("anchors", "any"))
    within = anchor.get("within", {})
    return max(
        (min(state, reaches(messages, row, m, within, direction, role)) for row, state in anchors.items()), default=NO
    )


def _picked(messages: Night, states: dict[int, int], which: str | int) -> dict[int, int]:
    """Try every way in which the open anchors may turn out."""
    if which == "any":
        return states
    picked: dict[int, int] = {}
    for group in _groups(messages, "segment"):
        rows = [m["row"] for m in group if m["row"] in states]
        worlds = []
        for turns_out in product(*[(True,) if states[row] == YES else (True, False) for row in rows]):
            real = [row for row, there in zip(rows, turns_out, strict=True) if there]
            place = {"first": 0, "last": -1}.get(which, which - 1 if isinstance(which, int) else 0)
            worlds.append(real[place] if -1 <= place < len(real) and real else None)
        for row in rows:
            picked[row] = YES if set(worlds) == {row} else UNKNOWN if row in worlds else NO
    return picked


def reaches(messages: Night, anchor: int, m: Message, within: dict[str, Any], direction: str, role: str) -> int:
    """Return whether a message lies in the window of an anchor; `role` is whose messages are counted."""
    session = next(s for s in messages if any(o["row"] == anchor for o in s))
    if m["row"] == anchor:
        return YES if within.get("itself") else NO
    later = m["row"] > anchor
    if m not in session or direction == ("before" if later else "after"):
        return NO
    low, high = min(anchor, m["row"]), max(anchor, m["row"])
    between = [o for o in session if low < o["row"] < high]
    here = next(o for o in session if o["row"] == anchor)
    if sum(_counts_as(o, role) for o in [*between, m]) > within.get("messages", 99):
        return NO
    if abs(m["turn"] - here["turn"]) >= within.get("turns", 99):
        return NO
    state = _close(m, here, within["seconds"]) if "seconds" in within else YES
    if "until" in within:
        ends = _says(messages, within["until"], "any")
        state = min(state, YES - max((ends.get(o["row"], NO) for o in between), default=NO))
    return state


def _counts_as(m: Message, role: str) -> bool:
    automatic = m["role"] == "bot" or m["automation"] == "auto"
    return speaks(m, role, []) and not (role == "any" and automatic)


def _close(m: Message, other: Message, seconds: float) -> int:
    if m["at"] is None or other["at"] is None:
        return UNKNOWN
    return YES if abs(m["at"] - other["at"]) <= seconds else NO


def _index(place: int, size: int) -> int:
    return place - 1 if place > 0 else size + place


def _groups(messages: Night, level: str) -> list[list[Message]]:
    groups: dict[int, list[Message]] = {}
    for m in _flat(messages):
        groups.setdefault(m[level], []).append(m)
    return list(groups.values())


def _flat(messages: Night) -> list[Message]:
    return [m for session in messages for m in session]
