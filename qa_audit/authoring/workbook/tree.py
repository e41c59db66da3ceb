"""Rows of 评分表.xlsx put together as the tree of a rubric file; what does not fit together is told by its cell."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from qa_audit.authoring.workbook.layout import (
    BASIC,
    ELSEWHERE,
    ELSEWHERE_OF_CHECK,
    KIND,
    OWN,
    POSITION,
    STANDARD_FLOW,
)  # fmt: skip
from qa_audit.authoring.workbook.rows import MATCHERS, Tree, measure_words
from qa_audit.authoring.workbook.sheets import Book, Row, Where
from qa_audit.yaml_source import Loc


@dataclass
class Assembly:
    """A tree put together row by row.

    places: in which cell each part of it stands; of_row: which check a row of a sheet belongs to.
    """

    book: Book
    tree: Tree = field(default_factory=dict)
    places: dict[Loc, Where] = field(default_factory=dict)
    checks: dict[str, tuple[Loc, Tree, str]] = field(default_factory=dict)
    of_row: dict[tuple[str, int], str] = field(default_factory=dict)
    missed: set[str] = field(default_factory=set)

    @property
    def spoiled(self) -> set[str]:
        """The checks that something was wrong with already, or that a row was probably meant for."""
        return {self.of_row[where[:2]] for where in self.book.mistakes if where[:2] in self.of_row} | self.missed

    def put_together(self) -> None:
        """Fill the tree from every sheet."""
        for row in self.book.rows[BASIC]:
            self._keep(self.tree, (), row, [key for key in row.values if key != "other"])
            self.places[()] = row.at("rubric")
            self._others(self.tree, (), row, ELSEWHERE)
        self._named("等级", "grades", "name", "least")
        self._named("依据", "seeds", "id", "text")
        self._extensions()
        homes = self._groups()
        for row in self.book.rows["评分项"]:
            self._check(row, homes)
        for row in self.book.rows["档位"]:
            self._band(row)
        for row in self.book.rows["词语"]:
            self._phrase(row)
        for row in self.book.rows["例子"]:
            self._example(row)

    def _keep(self, into: Tree, loc: Loc, row: Row, keys: Iterable[str]) -> None:
        for key in keys:
            if key in row.values:
                into[key] = row.values[key]
                self.places[(*loc, key)] = row.at(key)

    def _others(self, into: Tree, loc: Loc, row: Row, elsewhere: Mapping[str, str]) -> None:
        """Add the keys that have no place of their own; `elsewhere` says which have one."""
        other = row.values.get("other")
        if other is None:
            return
        if not isinstance(other, dict):
            self.book.wrong(row.at("other"), "「其他」要写成 {键: 值}")
            return
        for key, value in other.items():
            if key in elsewhere:
                self.book.wrong(row.at("other"), f"{key} 不写在「其他」里,写在「{elsewhere[key]}」里")
            else:
                into[key] = value
                self.places[(*loc, key)] = row.at("other")

    def _named(self, sheet: str, into: str, key: str, value: str) -> None:
        for row in self.book.rows[sheet]:
            if key not in row.values or value not in row.values:
                continue
            found = self.tree.setdefault(into, {})
            name = row.values[key]
            if name in found:
                self._repeated(row, key, (into, name))
            found.setdefault(name, row.values[value])
            self.places.setdefault((into, name), row.at(value))
            self.places.setdefault((into,), row.at(key))

    def _repeated(self, row: Row, key: str, first: Loc) -> None:
        where = self.book.at(self.places[first]).removeprefix(f"{self.book.file}:")
        self.book.wrong(row.at(key), f"「{row.values[key]}」写了两行,另一处在 {where}(改一个名字,或删去一行)")

    def _extensions(self) -> None:
        for row in self.book.rows["词表增减"]:
            name, phrase = row.values.get("lexicon"), row.values.get("phrase")
            if name is None:
                continue
            change = self.tree.setdefault("extend", {}).setdefault(name, {})
            self.places.setdefault(("extend", name), row.at("lexicon"))
            if phrase is not None:
                kind = row.values.get("kind", "words")
                change.setdefault(kind, []).append(phrase)
                self.places[("extend", name, kind, len(change[kind]) - 1)] = row.at("phrase")

    def _groups(self) -> dict[str, tuple[Loc, Tree]]:
        """Fill the groups; return them by id and, where it can mean no other, by title."""
        groups = self.tree.setdefault("groups", [])
        homes: dict[str, tuple[Loc, Tree]] = {}
        titles: list[str] = []
        for row in self.book.rows["大项"]:
            if "id" not in row.values:
                continue
            group: Tree = {}
            loc: Loc = ("groups", len(groups))
            self.places[loc] = row.at("id")
            self._keep(group, loc, row, ["id", "title", "points", "count_once"])
            group["checks"] = []
            if group["id"] in homes:
                self._repeated(row, "id", (*homes[group["id"]][0], "id"))
                continue
            homes[group["id"]] = (loc, group)
            titles.append(group.get("title", ""))
            groups.append(group)
        by_title = {
            group["title"]: home for home in homes.values() if titles.count((group := home[1]).get("title", "")) == 1
            and "title" in group
        }  # fmt: skip
        return by_title | homes

    def _check(self, row: Row, homes: dict[str, tuple[Loc, Tree]]) -> None:
        name, group, kind = (row.values.get(key) for key in ("id", "group", "kind"))
        self._belongs(row, name)
        if group is not None and group not in homes:
            self.book.wrong(row.at("group"), f"「大项」表里没有「{group}」{_near(group, homes)}")
        if name is None or kind is None or group not in homes:
            if name is not None:
                self.checks.setdefault(name, ((), {}, ""))  # its bands and phrases are no strays
            return
        if name in self.checks:
            first = self.checks[name][0]
            self._repeated(row, "id", (*first, "id")) if first else self.book.wrong(row.at("id"), f"「{name}」写了两行")
            return
        home, parent = homes[group]
        loc: Loc = (*home, "checks", len(parent["checks"]))
        check: Tree = {}
        self.places[loc] = row.at("id")
        self._keep(check, loc, row, OWN)
        if "cap" in row.values:
            check["red_line"] = {"cap": row.values["cap"]}
            self.places |= {(*loc, "red_line"): row.at("cap"), (*loc, "red_line", "cap"): row.at("cap")}
        self._content(check, loc, row, kind)
        self._others(check, loc, row, ELSEWHERE_OF_CHECK)
        parent["checks"].append(check)
        self.checks[name] = (loc, check, kind)

    def _content(self, check: Tree, loc: Loc, row: Row, kind: str) -> None:
        content = row.values.get("content")
        if kind in MATCHERS:
            content = {} if content is None else content
        elif kind == "flow":
            content = {} if content in (None, STANDARD_FLOW, "standard") else content
        elif content is None:
            self.book.wrong(
                row.at("content"), f"方式是「{KIND[kind]}」,「内容」要写{'指标名' if kind == 'measure' else '条件'}"
            )
            return
        elif kind == "measure":
            words = measure_words()
            content = next((name for name, title in words.items() if title == content), content)
        if kind in (*MATCHERS, "flow", "not") and not isinstance(content, dict):
            hint = ";短语写在「词语」表里" if kind in MATCHERS else ""
            self.book.wrong(row.at("content"), f"「内容」要写成 {{键: 值}}{hint}")
            content = {}
        if kind == "flow" and "coverage" in content:
            self.book.wrong(row.at("content"), "coverage 不写在「内容」里,写在「档位」里")
            content = {}
        check[kind] = content
        self.places[(*loc, kind)] = row.at("content")

    def _belongs(self, row: Row, name: str | None) -> None:
        if name is not None:
            sheet, number, _ = row.at("id")
            self.of_row[sheet, number] = name

    def _of_check(self, row: Row) -> tuple[Loc, Tree, str] | None:
        """Return the check that a row belongs to; tell where there is none."""
        name = row.values.get("id")
        if name is None:
            return None
        self._belongs(row, name)
        if name not in self.checks:
            self.book.wrong(row.at("id"), f"「评分项」表里没有编号「{name}」{_near(name, self.checks)}")
            self.missed |= set(_alike(name, self.checks))
            return None
        found = self.checks[name]
        return found if found[0] else None

    def _band(self, row: Row) -> None:
        found = self._of_check(row)
        if found is None:
            return
        loc, check, kind = found
        into, path = (check[kind], (kind, "coverage")) if kind == "flow" else (check, ("bands",))
        bands = into.setdefault(path[-1], [])
        here: Loc = (*loc, *path, len(bands))
        band: Tree = {}
        self.places.setdefault((*loc, *path), row.at("id"))
        self.places[here] = row.at("id")
        self._keep(band, here, row, ["at_most", "at_least", "deduct", "bonus", "label"])
        bands.append(band)

    def _phrase(self, row: Row) -> None:
        found = self._of_check(row)
        if found is None or "phrase" not in row.values:
            return
        loc, check, kind = found
        position, key = row.values.get("position", "content"), row.values.get("kind", "words")
        if position == "content" and kind not in MATCHERS:
            allowed = "、".join(KIND[each] for each in MATCHERS)
            self.book.wrong(row.at("position"), f"方式是「{KIND[kind]}」,「内容」里放不了短语({allowed} 才可以)")
            return
        field_ = kind if position == "content" else position
        matcher = check.setdefault(field_, {})
        self.places.setdefault((*loc, field_), row.at("phrase"))
        if not isinstance(matcher, dict):
            self.book.wrong(row.at("phrase"), f"「{POSITION[position]}」不是 {{键: 值}},放不了短语")
            return
        texts = matcher.get(key, [])
        texts = matcher[key] = texts if isinstance(texts, list) else [texts]
        texts.append(row.values["phrase"])
        self.places[(*loc, field_, key, len(texts) - 1)] = row.at("phrase")

    def _example(self, row: Row) -> None:
        found = self._of_check(row)
        if found is None or "kind" not in row.values or "text" not in row.values:
            return
        loc, check, _ = found
        key = row.values["kind"]
        texts = check.setdefault("examples", {}).setdefault(key, [])
        texts.append(row.values["text"])
        self.places[(*loc, "examples", key, len(texts) - 1)] = row.at("text")


def _alike(name: str, known: Iterable[str]) -> list[str]:
    return difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)


def _near(name: str, known: Iterable[str]) -> str:
    near = _alike(name, known)
    return f"(是不是想写 {near[0]}?)" if near else "(先在那里加一行)"
