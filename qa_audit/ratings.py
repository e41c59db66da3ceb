"""How customers rated whom: the ratings of an export joined to the segments they are about."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from qa_audit import arrow
from qa_audit.ingest import Notice


def followed(ratings: Any, joined: Mapping[str, str]) -> Any:
    """Give ratings the ids of the sessions that theirs were joined to; joined: {old id: new id}."""
    ids = arrow.array([joined.get(name, name) for name in ratings["session_id"].to_pylist()], pa.string())
    index = ratings.schema.get_field_index("session_id")
    return ratings.set_column(index, ratings.schema.field(index), ids)


def several_ratings(count: int) -> list[Notice]:
    """Say in how many segments `rated` found several different ratings."""
    text = f"{count} 段接待有几个不同的评价,不知道以哪个为准,评价列留空(逐条见 private/ratings.parquet)"
    return [Notice("several_ratings", text)] if count else []


def rated(segments: Any, ratings: Any) -> tuple[Any, int]:
    """Fill the column `rating` of schema.SEGMENT_KEYS, as exported; return also how many segments were rated in several
    different ways.

    A rating belongs to the last segment of the rated agent in its session; where the export names no agent, or one who
    has no segment there, to the last segment that an agent holds. Null without a rating, and where several differ.
    """
    said = _by_segment(segments, ratings)
    several = sum(len(values) > 1 for values in said.values())
    only = {row: next(iter(values)) for row, values in said.items() if len(values) == 1}
    index = segments.schema.get_field_index("rating")
    column = arrow.array([only.get(row) for row in range(segments.num_rows)], pa.string())
    return segments.set_column(index, segments.schema.field(index), column), several


def _by_segment(segments: Any, ratings: Any) -> dict[int, set[str]]:
    """Return the different ratings of each segment that has any, by its row."""
    ratings = ratings.filter(pc.is_valid(ratings["rating"]))
    ratings = ratings.filter(pc.is_in(ratings["session_id"], segments["session_id"]))
    here = pc.indices_nonzero(pc.is_in(segments["session_id"], ratings["session_id"])).to_pylist()
    last: dict[tuple[str, str | None], int] = {}
    columns = (segments[name].take(arrow.array(here, pa.int64())).to_pylist() for name in ("session_id", "agent_id"))
    for row, session, agent in zip(here, *columns, strict=True):  # rows of a session stand in the order of segments
        if agent is not None:
            last[session, agent] = last[session, None] = row
    out: dict[int, set[str]] = defaultdict(set)
    for each in ratings.select(["session_id", "agent_id", "rating"]).to_pylist():
        found = last.get((each["session_id"], each["agent_id"]), last.get((each["session_id"], None)))
        if found is not None:
            out[found].add(each["rating"])
    return out
