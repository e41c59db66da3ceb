"""Which version of a rubric is in force on which night, and what all versions together look for in texts."""

import pickle
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from qa_audit.errors import RubricError
from qa_audit.rubric.load import LoadedRubric, load_rubric
from qa_audit.rubric.versions import in_force, in_use
from qa_audit.steps.judging import JudgeTask
from qa_audit.steps.rulebook import Handed, Rulebook
from qa_audit.texts.features import compute
from qa_audit.texts.lexicon import Lexicon


def plain(folder: Path, phrases: str = "自己看") -> LoadedRubric:
    """Load a rubric of one version that forbids these phrases."""
    path = folder / "rubric.yaml"
    check = f"{{id: rude, title: 质问, points: 5, never: {{words: [{phrases}]}}}}"
    path.write_text(f"rubric: shop\ngroups: [{{id: g, title: g, checks: [{check}]}}]\n", "utf-8")
    return load_rubric(path)


def version(loaded: LoadedRubric, number: int, begins: str | None, *lexicons: Lexicon) -> LoadedRubric:
    """Return the rubric with another number, first day and, if given, other lexicons."""
    model = loaded.model.model_copy(update={"version": number, "effective": begins})
    return replace(loaded, model=model, lexicons=lexicons or loaded.lexicons)


@pytest.mark.parametrize(
    ("begins", "night", "place"),
    [
        (["2026-12-02", None], "2026-12-01", 1),
        (["2026-12-02", None], "2026-12-02", 0),
        (["2026-12-02", None], None, 1),
        (["2026-12-09", "2026-12-02", "2026-11-01"], "2026-12-08", 1),
        (["2026-12-09", "2026-12-02", "2026-11-01"], "2027-01-01", 0),
        (["2026-12-09", "2026-12-02", "2026-11-01"], "2026-10-31", 2),
        (["2026-12-09", "2026-12-02", "2026-11-01"], None, 2),
        (["2026-12-09"], "2026-12-01", 0),
        ([None, "2026-12-02"], "2026-12-03", 0),
        ([None, "2026-12-02"], None, 0),
    ],
)
def test_the_newest_version_that_has_begun_is_in_force(
    tmp_path: Path, begins: list[str | None], night: str | None, place: int
) -> None:
    loaded = plain(tmp_path)
    rubrics = [version(loaded, number, day) for number, day in enumerate(begins, start=1)]
    nights = pa.array([night and date.fromisoformat(night)] * 2, pa.date32())
    assert in_force(rubrics, nights).tolist() == [place, place]
    assert in_force(rubrics, pa.chunked_array([nights, nights])).tolist() == [place] * 4


def test_no_sessions_at_all_leave_the_newest_version(tmp_path: Path) -> None:
    loaded = plain(tmp_path)
    used = in_use(replace(version(loaded, 2, "2026-12-02"), earlier=(loaded,)), pa.array([], pa.date32()))
    assert ([each.rubric.model.version for each in used.versions], used.sessions) == ([2], [0])


def test_two_versions_of_one_number_are_refused(tmp_path: Path) -> None:
    loaded = version(plain(tmp_path), 3, None)
    with pytest.raises(RubricError, match="版本号 3"):
        in_use(replace(loaded, earlier=(loaded,)), pa.array([date(2026, 12, 1)]))


def test_texts_are_scanned_once_for_all_versions_and_each_sees_its_own(tmp_path: Path) -> None:
    loaded = plain(tmp_path)
    old = version(loaded, 1, None, Lexicon("greet", ("您好",)), Lexicon("v1:9", ("自己看",), filename="v1"))
    new = version(
        loaded,
        2,
        "2026-12-02",
        Lexicon("v2:3", ("自己看",)),
        Lexicon("greet", ("早上好",)),
        Lexicon("both", ("自己看",)),
    )
    used = in_use(replace(new, earlier=(old,)), pa.array([date(2026, 12, 1), date(2026, 12, 2)]))
    assert [lexicon.words for lexicon in used.lexicons] == [("自己看",), ("早上好",), ("自己看",), ("您好",)]
    texts = ["您好", "早上好", "自己看"]
    features = compute(texts, np.zeros(3, dtype=np.bool_), used.lexicons, None)

    def hits(version: int, name: str) -> list[str]:
        seen = used.versions[version].seen(features)
        return [texts[i] for i in seen.hit_text[seen.hits_of(name)].tolist()]

    assert [hits(0, name) for name in ("greet", "v2:3", "both")] == [["早上好"], ["自己看"], ["自己看"]]
    assert [hits(1, name) for name in ("greet", "v1:9")] == [["您好"], ["自己看"]]
    with pytest.raises(KeyError):
        hits(1, "v2:3")
    suspected = replace(features, names=tuple(f"{name}~" for name in features.names))
    assert used.versions[1].seen(suspected).names == ("v1:9~", "", "", "greet~")


def test_one_version_scans_for_its_own_lexicons_under_their_names(tmp_path: Path) -> None:
    loaded = plain(tmp_path)
    used = in_use(replace(loaded, earlier=(version(loaded, 9, None),)), pa.array([date(2026, 12, 2)]))
    assert used.lexicons == loaded.lexicons


def test_what_workers_are_handed_is_packed_once_and_unpacked_once(tmp_path: Path) -> None:
    phrases = ", ".join(f"第{i}种不该说的话" for i in range(3_000))
    used = in_use(plain(tmp_path, phrases), pa.array([date(2026, 12, 1)]))
    handed = Handed(Rulebook(used.versions, used.lexicons))
    tasks = [pickle.dumps(JudgeTask(tmp_path, number, handed)) for number in range(2)]
    assert len(tasks[0]) < 1_000_000
    first, second = (pickle.loads(task) for task in tasks)
    assert first.handed is second.handed
    assert first.handed.rules.versions[0].rubric.model == used.versions[0].rubric.model
