"""Parts of YAML trees with the places of all that is in them, to be taken apart and joined anew."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from qa_audit.codes import Place
from qa_audit.yaml_source import Loc


@dataclass
class Piece:
    """A part of a tree with the places of all that is in it, from its own root."""

    tree: Any
    places: dict[Loc, Place]

    @property
    def place(self) -> Place:
        """Where the part stands."""
        return self.places[()]

    def inside(self) -> dict[Any, "Piece"]:
        """Return what is directly in it, by key or index; nothing for a scalar."""
        if not isinstance(self.tree, dict | list):
            return {}
        inner = self.tree.items() if isinstance(self.tree, dict) else enumerate(self.tree)
        out = {key: Piece(value, {}) for key, value in inner}
        for loc, place in self.places.items():
            if loc:
                out[loc[0]].places[loc[1:]] = place
        return out


def joined(parts: dict[Any, Piece] | list[Piece], place: Place) -> Piece:
    """Return the mapping or list of these parts, standing at a place."""
    inner = list(parts.items() if isinstance(parts, dict) else enumerate(parts))
    tree = {key: piece.tree for key, piece in inner} if isinstance(parts, dict) else [piece.tree for _, piece in inner]
    return Piece(tree, {(): place, **{(key, *loc): at for key, piece in inner for loc, at in piece.places.items()}})


def mapping(piece: Piece | None) -> list[tuple[str, Piece]]:
    """Return what is in a mapping; nothing for anything else, which validation tells."""
    return list(piece.inside().items()) if piece is not None and isinstance(piece.tree, dict) else []


def texts_in(piece: Piece | None) -> Iterator[tuple[str, Place]]:
    """Yield the texts of one text or a list of them, each with its place; what is no text is left to validation."""
    if piece is None:
        return
    for each in piece.inside().values() if isinstance(piece.tree, list) else (piece,):
        if isinstance(each.tree, str | int) and not isinstance(each.tree, bool):
            yield str(each.tree), each.place
