"""What a person is told about a source that is not what it was: which file, what is different, what to do."""

from collections.abc import Sequence

from qa_audit.citing import cited
from qa_audit.drift.clock import Clock
from qa_audit.drift.columns import Changed, Lost
from qa_audit.drift.figures import Far
from qa_audit.drift.fingerprint import column_name
from qa_audit.drift.remedy import NEEDED
from qa_audit.drift.sources import Key
from qa_audit.formats.headers import COLUMNS
from qa_audit.formats.layout import shown, shown_cells
from qa_audit.formats.proposing import Guess

_TYPES = {"time": "时间", "number": "数字", "text": "文字", "empty": "空的"}
_SHOWN = 5


def lost_text(lost: Lost, guess: Guess | None, name: str, mapping_file: str | None) -> str:
    """Say which column a file has lost, what it held, and what it is probably called now.

    guess: None where nothing is like it; name: of the guessed column; mapping_file: where a mapping is proposed, if so.
    """
    look, title = lost.looks[0], COLUMNS[lost.column][0]
    others = f"(等 {len(lost.looks)} 张表)" if len(lost.looks) > 1 else ""
    what = f"“{some(lost.names)}”这一列全是空的" if lost.empty else f"少了“{some(lost.names)}”这一列"
    held = f"{title};前 {lost.nights} 夜有它,是{_TYPES.get(lost.type, lost.type)},{lost.filled:.0%} 的行有值"
    names = [column_name(each) for each in look.header]
    named = 2 * len(lost.new) <= sum(bool(each.strip()) for each in look.header)  # else it may be no header at all
    now = shown(names) if named else shown_cells(names)
    text = f"{look.source_file}{others}: {what}({held})。现在的列是:{now}。"
    if guess:
        likely = "多半改名成了" if guess.sure else "可能改名成了"
        renamed = column_name(name) if named else shown_cells([column_name(name)])
        text += f"{likely}“{renamed}”({guess.why}),建议的对照写在 {mapping_file},请核对;"
    elif mapping_file:
        new = lost.new if named else [cited(each) for each in lost.new]
        seen = f"(前几夜没有的列:{some(new)})" if new else ""
        text += f"看不出现在叫什么{seen}:请在 {mapping_file} 里补上,或让平台把它加回来;"
    else:
        text += "请让平台把它加回来;"
    return text + _without(lost.column, mapping_file, guess is not None and guess.sure)


def _without(column: str, mapping_file: str | None, renamed: bool) -> str:
    """Say what to do where the column is gone for good."""
    if column in NEEDED or renamed:
        return "若以后就没有这一列了,这一夜去掉 --history 再跑"
    if mapping_file:
        return f"若以后就没有这一列了,在 {mapping_file} 里启用 {column}: null(已经写好,照它的注释做),再照下面的命令跑"
    return f"若以后就没有这一列了,在映射文件的 columns 里写 {column}: null,再用 --mapping 跑"


def changed_text(where: str, changed: Changed) -> str:
    """Say what is different about the columns of a source that could be read all the same."""
    said = [f"{COLUMNS[c][0]}的列从“{some(old)}”改名成“{some(new)}”,认得,照常读了" for c, old, new in changed.renamed]
    said += [f"“{name}”原来是{_TYPES.get(old, old)},现在是{_TYPES.get(new, new)}" for name, old, new in changed.types]
    said += [f"多了没见过的列“{name}”,用作{COLUMNS[column][0]}" for name, column in changed.new if column]
    if unused := [name for name, column in changed.new if not column]:
        said.append(f"多了没见过的列 {some(unused)}(没有用;要用它请写映射文件)")
    if changed.gone:
        said.append(f"少了没有用到的列 {some(changed.gone)}")
    if changed.new_words:
        said.append(f"多了没见过的发送方写法 {some(changed.new_words)}")
    return f"{where}: 和前几夜的导出不一样:{';'.join(said)}"


def figures_text(where: str, nights: int, far: Sequence[Far], gone: Sequence[str], clock: Clock, files: str) -> str:
    """Say which figures are far from the earlier nights."""
    said = [files] if files else []
    said += [f"{each.title} {_number(each.tonight, each)}(平时 {_number(each.usual, each)})" for each in far]
    said += [f"一条也没有{what.removesuffix('的比例')}(平时每夜都有)" for what in gone]
    if clock.hours:
        first, last = clock.hours[0], (clock.hours[-1] + 1) % 24
        said.append(f"{first}:00–{last}:00 一条消息也没有(平时占 {clock.share:.0%})")
    if clock.shift:
        way = "晚" if clock.shift > 0 else "早"
        said.append(f"消息的时刻整体像是{way}了 {abs(clock.shift)} 小时(请核对导出的时区和 --tz)")
    return f"{where}: 和前 {nights} 夜差得远:{';'.join(said)}。请核对这一夜的导出全不全;若确实如此(放假、大促),不用管"


def missing_text(key: Key, nights: int) -> str:
    """Say that a source did not come at all."""
    return f"{key[1]}({key[0]}): 前 {nights} 夜每夜都有这个来源的文件,这一夜一个也没有。请核对是不是漏导了"


def moved_text(new: Key, old: Key) -> str:
    """Say that a source is taken for one that has another name now."""
    return (
        f"{new[1]}({new[0]}): 没见过这个文件名,列和没有来的 {old[1]} 一样,当作它改了名字来比。若不是,请核对是不是漏导了"
    )


def some(names: Sequence[str]) -> str:
    """Name a few of several."""
    return "、".join(names[:_SHOWN]) + (f" 等 {len(names)} 个" if len(names) > _SHOWN else "")


def _number(value: float, figure: Far) -> str:
    if figure.share:
        return f"{value:.1%}"
    return f"{value:,.0f}" if value >= 20 or round(value, 1) == round(value) else f"{value:.1f}"
