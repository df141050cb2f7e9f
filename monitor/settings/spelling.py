"""The nearest right name for an option, a variable or an adapter that does not exist."""

from __future__ import annotations

import difflib
import types
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin

from pydantic import BaseModel

from monitor.parcel import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Path = tuple[str, ...]
SHOWN = 80  # characters of an outside name in a sentence


def nearest(word: str, known: Iterable[str], likeness: float = 0.6) -> str:
    """The known word that looks most like `word`; "" where none does."""
    by_fold = {fold(name): name for name in known}
    close = difflib.get_close_matches(fold(word[:SHOWN]), by_fold, 1, likeness)
    return by_fold[close[0]] if close else ""


def fold(name: str) -> str:
    """A name for comparison: no case, and the marks a variable name cannot hold as underscores."""
    return name.casefold().replace("-", "_").replace(".", "_")


def dotted(path: Iterable[str]) -> str:
    return ".".join(clean_text(part, SHOWN) for part in path)


def children(kind: Any) -> dict[str, Any]:
    """The options a table has by name, with their types; none for a value."""
    model = _model(kind)
    if model is None:
        return {}
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def below(kind: Any, name: str) -> Any:
    """The type of what stands under `name` in a table of type `kind`; None where nothing may."""
    if kind is Any:
        return Any
    if get_origin(kind) is dict:
        return get_args(kind)[1]
    if get_origin(kind) is tuple:
        return next((arg for arg in get_args(kind) if _model(arg)), None)
    known = children(kind)
    if name in known:
        return known[name]
    model = _model(kind)
    return None if model is None else _free(model)


def _model(kind: Any) -> type[BaseModel] | None:
    if get_origin(kind) in {Union, types.UnionType}:
        return next((model for arg in get_args(kind) if (model := _model(arg))), None)
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _free(model: type[BaseModel]) -> Any:
    """The type of options with names of the owner's choice, where a table allows them."""
    if model.model_config.get("extra") != "allow":
        return None
    typed = model.__annotations__.get("__pydantic_extra__")
    return get_args(typed)[1] if typed else Any


def wrong_part(root: Any, path: Path) -> int | None:
    """The index of the first part of `path` that names nothing; None when all of it is right."""
    kind = root
    for index, part in enumerate(path):
        kind = below(kind, part)
        if kind is None:
            return index
    return None


def suggestion(root: Any, path: Path) -> Path | None:
    """The nearest right path to a wrong one: a like name beside it, or the same name elsewhere."""
    wrong = wrong_part(root, path)
    if wrong is None:
        return None
    kind = root
    for part in path[:wrong]:
        kind = below(kind, part)
    near = nearest(path[wrong], children(kind))
    if near:
        mended = (*path[:wrong], near, *path[wrong + 1 :])
        return (
            mended
            if wrong_part(root, mended) is None
            else suggestion(root, mended) or mended[: wrong + 1]
        )
    return _elsewhere(root, path)


def _elsewhere(root: Any, path: Path) -> Path | None:
    places = {"_".join(place): place for place in every(root)}
    last = path[-1]
    same = next((place for place in places.values() if fold(place[-1]) == fold(last)), None)
    near = nearest("_".join(path), places, likeness=0.8)
    return same or (places[near] if near else None)


def every(kind: Any, path: Path = ()) -> Iterator[Path]:
    """The paths of all options that have fixed names."""
    known = children(kind)
    if not known and path:
        yield path
    for name, below_it in known.items():
        yield from every(below_it, (*path, name))
