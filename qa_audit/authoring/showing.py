"""A rubric joined with its packs as one file, each part with the file and line it came from.

merged = merge(Path("我的.yaml"))
merged.yaml                 # loads to the same rubric, in the folder of 我的.yaml
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa_audit.authoring.rubric_text import part_tree, rubric_tree, rubric_yaml
from qa_audit.codes import Place
from qa_audit.errors import RubricError
from qa_audit.report.display import one_line
from qa_audit.rubric.compose import Extended
from qa_audit.rubric.files import Files, Found
from qa_audit.rubric.model import Extension, Rubric
from qa_audit.rubric.reading import Contents, Reader
from qa_audit.rubric.walking import matchers
from qa_audit.shipped import rubrics_folder, standard_rubric
from qa_audit.texts.normalize import normalize
from qa_audit.yaml_source import Loc

_HEAD = "由 {file} 合并而成(qa-audit rubric show);词表文件按原来的文件夹找,请放在原文件旁边用"
_FILES = ("words", "except")  # where the name of a lexicon file may stand


@dataclass(frozen=True)
class Merged:
    """A rubric without `include` and `override`, and a comment for each part: where it came from."""

    model: Rubric
    comments: Mapping[Loc, str]

    @property
    def yaml(self) -> str:
        """The rubric as one YAML file."""
        return rubric_yaml(self.model, self.comments)


def merge(path: Path | None = None) -> Merged:
    """Read a rubric (the shipped one by default) with all that it includes; RubricError lists every mistake."""
    reading = Reader().read(path or standard_rubric())
    contents = reading.contents
    if reading.mistakes or contents is None:
        raise RubricError(reading.mistakes)
    tree = rubric_tree(contents.found.model)
    tree.pop("include", None)
    tree.pop("override", None)
    root = (path or standard_rubric()).parent
    extend = _extensions(contents, root)
    tree |= {"extend": {name: part_tree(each) for name, (each, _) in extend.items()}} if extend else {}
    for loc, name in _renamed(contents, root):
        _put(tree, loc, name)
    comments = {("rubric",): _HEAD.format(file=one_line(contents.composed.source.file)), **dict(_comments(contents))}
    comments |= {("extend", name): "来自 " + "、".join(places) for name, (_, places) in extend.items()}
    return Merged(Rubric.model_validate(tree), comments)


def _comments(contents: Contents) -> Iterator[tuple[Loc, str]]:
    """Yield for each group and check the file and line of its own, and of the keys that other places gave it."""
    for g, group in enumerate(contents.composed.source.tree.get("groups", [])):
        here: Loc = ("groups", g)
        yield here, _origin(contents, here, [key for key in group if key not in ("id", "checks")])
        for c, check in enumerate(group["checks"]):
            yield (*here, "checks", c), _origin(contents, (*here, "checks", c), list(check))


def _origin(contents: Contents, loc: Loc, keys: list[str]) -> str:
    source = contents.composed.source
    home = source.place(loc)
    others: dict[str, list[str]] = {}
    for key in keys:
        place = source.place((*loc, key))
        if place.file != home.file:
            others.setdefault(place.file, []).append(f"{key}({place.line} 行)")
    lines = [f"来自 {one_line(str(home))}"]
    lines += [f"改写自 {one_line(file)}:{'、'.join(said)}" for file, said in others.items()]
    return "\n".join(lines)


def _extensions(contents: Contents, root: Path) -> dict[str, tuple[Extension, list[str]]]:
    """Return what all files together add to each lexicon and drop from it, by the name that the root would use."""
    found: dict[str, tuple[Extension, list[str]]] = {}
    for each in contents.composed.extended:
        name = _name(contents, each, root)
        extension, places = found.get(name, (Extension.model_validate({}), []))
        found[name] = (_after(extension, Extension.model_validate(each.piece.tree)), [*places, str(each.piece.place)])
    return found


def _after(first: Extension, then: Extension) -> Extension:
    """Return two extensions one after the other as one: what the second drops of the first is simply not added."""
    dropped = {normalize(each) for each in then.drop} | set(then.drop)
    lists: dict[str, tuple[str, ...]] = {}
    added: set[str] = set()
    for key, name in (("words", "words"), ("whole", "whole"), ("regex", "regex"), ("except", "excepts")):
        kept = [each for each in getattr(first, name) if each not in dropped and normalize(each) not in dropped]
        added |= {form for each in getattr(first, name) for form in (each, normalize(each))}
        lists[key] = tuple(dict.fromkeys((*kept, *getattr(then, name))))
    drop = [each for each in then.drop if each not in added and normalize(each) not in added]
    return Extension.model_validate({**lists, "drop": tuple(dict.fromkeys((*first.drop, *drop)))})


def _name(contents: Contents, each: Extended, root: Path) -> str:
    if not each.name.endswith(".txt"):
        return each.name
    return _as_seen_from(contents.shelf.files.files, each.name, each.beside, root)


def _renamed(contents: Contents, root: Path) -> Iterator[tuple[Loc, str]]:
    """Yield the lexicon files that packs name, as the root would name them."""
    source, folders = contents.composed.source, contents.composed.folders
    for placed in contents.found.checks:
        for loc, matcher in matchers(placed.check, placed.loc):
            for key, phrases in zip(_FILES, (matcher.words, matcher.excepts), strict=True):
                for i, phrase in enumerate(phrases):
                    here = (*loc, key, i)
                    if phrase.endswith(".txt"):
                        beside = folders.get(source.place(here).file, root)
                        yield here, _as_seen_from(contents.shelf.files.files, phrase, beside, root)


def _as_seen_from(files: Files, name: str, beside: Path, root: Path) -> str:
    """Return the name by which a file in `root` finds what one in `beside` means; the name itself if there is none."""
    place = Place(name)
    found = files.find(name, beside, place)
    for folder in (root, rubrics_folder()):
        if isinstance(found, Found) and found.path.resolve().is_relative_to(folder.resolve()):
            other = found.path.resolve().relative_to(folder.resolve()).as_posix()
            again = files.find(other, root, place)
            if isinstance(again, Found) and again.path.resolve() == found.path.resolve():
                return other
    return name


def _put(tree: Any, loc: Loc, value: str) -> None:
    for step in loc[:-1]:
        tree = tree[step]
    tree[loc[-1]] = value
