"""Tonight against the earlier nights: which columns are lost (the night is refused), what else is told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qa_audit.drift import wording
from qa_audit.drift.clock import compare_hours
from qa_audit.drift.columns import Lost, changed_columns, lost_columns
from qa_audit.drift.figures import far_figures, vanished
from qa_audit.drift.history import History, weekday
from qa_audit.drift.remedy import Remedy, remedies
from qa_audit.drift.sources import Key, source_keys, source_name
from qa_audit.formats.headers import fold
from qa_audit.formats.sheet import Notice
from qa_audit.ingest import IngestOptions
from qa_audit.ingest.looking import Look

SAME_COLUMNS = 0.5  # of all column names, before a source that has not come is taken for one that is new

Fingerprint = dict[str, Any]


@dataclass(frozen=True)
class Tonight:
    """What came: how each sheet looks, those of files that could not be understood among them; fingerprints of what
    could; files that could not be read; the last night (ISO date), None without times."""

    looks: tuple[Look, ...]
    sources: tuple[Fingerprint, ...]
    failed: tuple[str, ...]
    night: str | None


@dataclass
class Compared:
    """lost: (look, text) of each source and lost column; notices; remedies: {file name: what is proposed}."""

    lost: list[tuple[Look, str]] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    remedies: dict[str, Remedy] = field(default_factory=dict)


def compare(tonight: Tonight, history: History, options: IngestOptions, folder: Path) -> Compared:
    """Compare source by source; folder: where the mapping files of a refused night go."""
    out = Compared(notices=list(history.notices))
    if not history.nights:
        out.notices.append(Notice("no_history", "--history 里还没有可比的更早的结果,这一夜没有比较"))
        return out
    keys = source_keys((look.file, look.format) for look in tonight.looks)
    moved = _moved(tonight, set(keys.values()), history)
    grouped: dict[Key, list[Look]] = {}
    for look in tonight.looks:
        grouped.setdefault(keys[look.file], []).append(look)
    lost = {
        key: lost_columns(looks, history.of(moved.get(key, key)))
        for key, looks in sorted(grouped.items(), key=lambda each: each[0])
    }
    found = [each for losses in lost.values() for each in losses]
    for number, remedy in enumerate(remedies(found, options)):
        out.remedies[f"mapping{f'-{number + 1}' if number else ''}.yaml"] = remedy
    out.lost = [(each.looks[0], _lost_text(each, out.remedies, folder)) for each in found]
    for new, old in sorted(moved.items()):
        out.notices.append(Notice("drift", wording.moved_text(new, old)))
    for source in tonight.sources:
        key = (source["format"], source["name"])
        files = sorted({look.file for look in grouped.get(key, ())})
        if not lost.get(key):  # all else would only follow from that
            out.notices += _differences(source, history, moved.get(key, key), files, tonight.night)
    out.notices += _missing(tonight, {*keys.values(), *moved.values()}, history)
    return out


def _lost_text(lost: Lost, proposed: dict[str, Remedy], folder: Path) -> str:
    for name, remedy in proposed.items():
        if remedy.header == lost.looks[0].header:
            guess = remedy.guesses.get(lost.column)
            title = remedy.proposal.title(guess.index) if guess else ""
            return wording.lost_text(lost, guess, title, str(folder / name))
    return wording.lost_text(lost, None, "", None)


def _differences(
    source: Fingerprint, history: History, key: Key, files: Sequence[str], night: str | None
) -> list[Notice]:
    """Return what is told of a source: changed columns, figures far from the usual."""
    earlier = history.of(key)
    where = files[0] if len(files) == 1 else f"{source['name']}({len(files)} 个文件)"
    file = files[0] if len(files) == 1 else None
    out = []
    if changed := changed_columns(source, earlier):
        out.append(Notice("drift", wording.changed_text(where, changed), file))
    before = [each for _, each in earlier]
    far, gone = far_figures(source, earlier, weekday(night)), vanished(source, earlier)
    clock, fewer = compare_hours(source, before), _fewer_files(source, before)
    if far or gone or clock.hours or clock.shift or fewer:
        text = wording.figures_text(where, len(earlier), far, gone, clock, fewer)
        out.append(Notice("drift", text, file))
    return out


def _fewer_files(source: Fingerprint, before: Sequence[Fingerprint]) -> str:
    """Say that files are missing where every earlier night had one and the same number of them."""
    usual = {each["files"] for each in before}
    if len(before) < 3 or len(usual) > 1 or source["files"] >= min(usual):
        return ""
    return f"只有 {source['files']} 个文件(平时每夜 {min(usual)} 个)"


def _missing(tonight: Tonight, came: set[Key], history: History) -> list[Notice]:
    failed = {source_name(path) for path in tonight.failed}
    return [
        Notice("drift", wording.missing_text(key, len(history.nights)))
        for key in sorted(history.nights[0].sources)
        if key not in came and key[1] not in failed and all(key in night.sources for night in history.nights)
    ]


def _moved(tonight: Tonight, keys: set[Key], history: History) -> dict[Key, Key]:
    """Return {new source: the one of the latest night that it is, with another name}: columns alike, neither else."""
    latest = history.nights[0].sources
    new = sorted(key for key in keys if not history.of(key))
    gone = sorted(key for key in latest if key not in keys)
    names = {key: _names(latest[key]["columns"]) for key in gone}
    looks = source_keys((look.file, look.format) for look in tonight.looks)
    here = {key: _names([c for look in tonight.looks if looks[look.file] == key for c in look.header]) for key in new}
    alike = {
        (a, b)
        for a in new
        for b in gone
        if a[0] == b[0] and len(here[a] & names[b]) >= SAME_COLUMNS * len(here[a] | names[b]) > 0
    }
    return {
        a: b
        for a, b in alike
        if sum(a == other for other, _ in alike) == 1 and sum(b == other for _, other in alike) == 1
    }


def _names(columns: Iterable[str]) -> set[str]:
    return {fold(name) for name in columns if name.strip()}
