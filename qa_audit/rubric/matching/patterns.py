"""From candidate messages to hits: any, all, N or none of the patterns; so many in a message, a burst, a segment."""

import numpy as np

from qa_audit.rubric.matching.found import Bounds, Found, found_within, whole_messages
from qa_audit.rubric.matching.quoting import unquoted
from qa_audit.rubric.model import Matcher
from qa_audit.rubric.shelf import Bound
from qa_audit.rubric.view import View
from qa_audit.sessions import reduce
from qa_audit.sessions.columns import Ints, Mask, frozen
from qa_audit.sessions.groups import Groups


def hits_of(view: View, matcher: Matcher, bound: Bound | None, candidates: Bounds) -> Found:
    """Return the hits of a matcher's patterns among the candidates, as `match`, `min_hits`, `max_hits` demand.

    A matcher without patterns (`bound` is None) hits each candidate as a whole. Where a group (`across`) fits, all its
    hits are kept; with `match: none` there is one, the last candidate of the group, as a whole.
    """
    if bound is None:
        return _enough(view, matcher, whole_messages(candidates))
    found = found_within(view.hits(bound.lexicon), candidates)
    if matcher.quoted == "skip":
        found = unquoted(view, found)
    if matcher.match == "none":
        found = _none(view, matcher, candidates, found)
    elif matcher.match != "any":
        found = _outermost(_several(view, matcher, bound, found))
    return _enough(view, matcher, found)


def _several(view: View, matcher: Matcher, bound: Bound, found: Found) -> Found:
    """Keep the hits of the groups in which at least so many different patterns hit."""
    least = matcher.match if isinstance(matcher.match, int) else bound.count
    sizes = np.array([len(numbers) for numbers in bound.patterns], dtype=np.int64)
    numbers = np.array([number for numbers in bound.patterns for number in numbers], dtype=np.int64)
    begin = np.cumsum(sizes) - sizes
    per, hits = _groups(view, matcher), found.hits
    each = sizes[hits.phrase]
    index = np.repeat(begin[hits.phrase] - (np.cumsum(each) - each), each) + np.arange(int(each.sum()))
    key = np.repeat(per.ids[hits.row].astype(np.int64), each) * max(bound.count, 1) + numbers[index]

    def enough(keys: Ints) -> Mask:
        keys = np.sort(keys, kind="stable")  # quick, as they are all but sorted
        different = keys[np.diff(keys, prepend=-1) != 0] // max(bound.count, 1)
        many: Mask = np.bincount(different, minlength=len(per)) >= least
        return many

    possible = enough(key)
    sure = possible if found.sure.all() else enough(key[np.repeat(found.sure, each)])
    return _of_groups(found, per, possible, sure)


def _outermost(found: Found) -> Found:
    """Drop hits within a longer hit of their message, and equal ones but the first."""
    hits = found.hits
    order = np.lexsort((-hits.end, hits.start, hits.row))
    row, end = hits.row[order], hits.end[order].astype(np.int64)
    width = int(end.max(initial=0)) + 1
    reach = np.maximum.accumulate(row * width + end) - row * width if len(row) else end
    covered = np.zeros(len(row), dtype=np.bool_)
    covered[1:] = (row[1:] == row[:-1]) & (reach[:-1] >= end[1:])
    keep = np.empty(len(row), dtype=np.bool_)
    keep[order] = ~covered
    return found.keep(keep)


def _none(view: View, matcher: Matcher, candidates: Bounds, found: Found) -> Found:
    """Return the last candidate with text of each group that has some, but no hit.

    A hit in a message that is only possibly a candidate leaves its group open, if there are other messages in it.
    """
    per, hit = _groups(view, matcher), found.bounds
    looked = candidates & Bounds.exactly(view.batch.has_text)
    clean = looked.possible & ~hit.possible
    if matcher.across == "message":
        return whole_messages(Bounds(clean, looked.sure & clean))
    possible = reduce.any_of(clean, per) & ~reduce.any_of(hit.sure, per)
    sure = reduce.any_of(looked.sure, per) & ~reduce.any_of(hit.possible, per)
    last = np.where(sure, reduce.last(looked.sure, per), reduce.last(clean, per))
    rows, certain = last[possible], sure[possible]
    mask, certainly = np.zeros(view.batch.n, dtype=np.bool_), np.zeros(view.batch.n, dtype=np.bool_)
    mask[rows], certainly[rows[certain]] = True, True
    return whole_messages(Bounds(mask, certainly))


def _enough(view: View, matcher: Matcher, found: Found) -> Found:
    """Keep the hits of the groups that have at least min_hits and at most max_hits of them."""
    if matcher.min_hits is None and matcher.max_hits is None:
        return found
    per = _groups(view, matcher)
    most, fewest = found.hits.count(per), found.certain.count(per)
    possible, sure = np.ones(len(per), dtype=np.bool_), np.ones(len(per), dtype=np.bool_)
    if matcher.min_hits is not None:
        possible &= most >= matcher.min_hits
        sure &= fewest >= matcher.min_hits
    if matcher.max_hits is not None:
        possible &= fewest <= matcher.max_hits
        sure &= most <= matcher.max_hits
    return _of_groups(found, per, possible, sure)


def _of_groups(found: Found, per: Groups, possible: Mask, sure: Mask) -> Found:
    group = per.ids[found.hits.row]
    return Found(found.hits, found.sure & sure[group]).keep(possible[group])


def _groups(view: View, matcher: Matcher) -> Groups:
    """Return what a matcher counts in: each message, each burst or each segment."""
    batch = view.batch
    if matcher.across == "message":
        return view.once("messages", lambda: Groups(frozen(np.arange(batch.n + 1, dtype=np.int64))))
    return batch.groups(matcher.across)
