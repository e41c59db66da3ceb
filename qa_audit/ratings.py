"""How customers rated whom: the ratings of an export joined to the segments they are about."""

from collections import defaultdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from qa_audit.ingest import Notice
from qa_audit.results import read_table, write_table

_PLACE = ("source_file", "source_row", "message_id")


def moved(path: Path, before: Any, after: Any) -> Any:
    """Read ratings, give them the session ids of `after` where sessions of `before` have been joined, and write them
    again; return them."""
    ratings = read_table(path)
    if before is not after and ratings.num_rows:
        ratings = _renamed(ratings, before, after)
        write_table(ratings, path)
    return ratings


def _renamed(ratings: Any, before: Any, after: Any) -> Any:
    old = before.filter(pc.is_in(before["session_id"], ratings["session_id"]))
    new = after.filter(pc.is_in(after["message_id"], old["message_id"]))
    now = dict(zip(_places(new), new["session_id"].to_pylist(), strict=True))
    names = {name: now[place] for name, place in zip(old["session_id"].to_pylist(), _places(old), strict=True)}
    index = ratings.schema.get_field_index("session_id")
    ids = pa.array([names.get(name, name) for name in ratings["session_id"].to_pylist()], pa.string())
    return ratings.set_column(index, ratings.schema.field(index), ids)


def _places(messages: Any) -> list[tuple[Any, ...]]:
    return list(zip(*(messages[name].to_pylist() for name in _PLACE), strict=True))


def rated(segments: Any, ratings: Any) -> tuple[Any, list[Notice]]:
    """Fill the column `rating` of schema.SEGMENT_KEYS, as exported, and say where a segment was rated differently.

    A rating belongs to the last segment of the rated agent in its session; where the export names no agent, or one who
    has no segment there, to the last segment that an agent holds. Null without a rating, and where several differ.
    """
    said = _by_segment(segments, ratings)
    several = sum(len(values) > 1 for values in said.values())
    only = {row: next(iter(values)) for row, values in said.items() if len(values) == 1}
    index = segments.schema.get_field_index("rating")
    column = pa.array([only.get(row) for row in range(segments.num_rows)], pa.string())
    text = f"{several} 段接待有几个不同的评价,不知道以哪个为准,评价列留空(逐条见 private/ratings.parquet)"
    notices = [Notice("several_ratings", text)] if several else []
    return segments.set_column(index, segments.schema.field(index), column), notices


def _by_segment(segments: Any, ratings: Any) -> dict[int, set[str]]:
    """Return the different ratings of each segment that has any, by its row."""
    ratings = ratings.filter(pc.is_valid(ratings["rating"]))
    here = pc.indices_nonzero(pc.is_in(segments["session_id"], ratings["session_id"])).to_pylist()
    last: dict[tuple[str, str | None], int] = {}
    columns = (segments[name].take(pa.array(here, pa.int64())).to_pylist() for name in ("session_id", "agent_id"))
    for row, session, agent in zip(here, *columns, strict=True):  # rows of a session stand in the order of segments
        if agent is not None:
            last[session, agent] = last[session, None] = row
    out: dict[int, set[str]] = defaultdict(set)
    for each in ratings.select(["session_id", "agent_id", "rating"]).to_pylist():
        found = last.get((each["session_id"], each["agent_id"]), last.get((each["session_id"], None)))
        if found is not None:
            out[found].add(each["rating"])
    return out
