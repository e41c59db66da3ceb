"""docs/drift.md says what is kept and how far is far, as the code has it."""

import random
from pathlib import Path

from qa_audit.drift import clock, columns, figures, history
from tests.drift.nights import KEY, shop_nights

PAGE = (Path(__file__).parents[2] / "docs" / "drift.md").read_text("utf-8")


def test_every_key_of_a_fingerprint_is_explained() -> None:
    source = shop_nights(random.Random(1), 100, "even", 1)[0][0].sources[KEY]
    assert all(f"`{key}`" in PAGE for key in source if key not in ("format", "name"))


def test_the_thresholds_are_those_of_the_code() -> None:
    for ratio in figures.RATIOS:
        (row,) = [line for line in PAGE.splitlines() if line.startswith(f"| {ratio.title}")]
        assert f"不到 {ratio.low:g} 倍,或超过 {ratio.high:g} 倍" in row
    for text in (
        f"最近 {history.NIGHTS} 夜", f"至少 {figures.FEWEST} 夜才比", f"标准差)的 {figures.FAR:g} 倍",
        f"同一个星期几有 {figures.SAME_WEEKDAY} 夜以上", f"不满 {figures.WEEK} 夜", f"{figures.UNSEEN} 次方",
        f"该有 {figures.VANISHED_MESSAGES} 条以上", f"平时占 {clock.MISSING_SHARE:.0%} 以上、{clock.MISSING_SESSIONS} 个会话以上",
        f"至少 {clock.FEWEST} 夜;错开", f"这张表有 {columns.FEWEST_ROWS} 行以上",
    ):  # fmt: skip
        assert text in PAGE, text
