"""Frozen values as plain JSON data and back, for what is kept across restarts.

Strict on the way back: a file may be damaged, edited or of another version. It knows no file and no stage. Any thread.
"""

from __future__ import annotations

import dataclasses
import math
import types
import typing
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")
MOST = 2**63
"""No number that is kept is this large."""
UNBOUNDED = 1e9
"""JSON has no infinity; levels of silence are minus infinity."""


def plain(value: object) -> Any:
    """Dataclasses as objects, tuples as lists; strings, numbers, None as they are."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        return 0.0 if math.isnan(value) else math.copysign(UNBOUNDED, value)
    return value


def restored(kind: type[T], data: object, what: str = "") -> T:
    """A value of the dataclass `kind` from plain data. Unknown fields are left out, missing ones take their default.

    Raises:
        ValueError: it is not such a value; the message says where.
    """
    if not isinstance(data, dict):
        raise ValueError(f"{what or kind.__name__} is not an object")  # noqa: TRY004 - a file's content
    hints = typing.get_type_hints(kind)
    values: dict[str, Any] = {}
    for field in dataclasses.fields(kind):  # type: ignore[arg-type]
        if field.name in data:
            values[field.name] = _value(hints[field.name], data[field.name], field.name)
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise ValueError(f"{field.name} is missing")
    return kind(**values)


def _value(kind: Any, data: object, what: str) -> Any:
    """`data` as a value of the annotation `kind`."""
    origin = typing.get_origin(kind)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return restored(kind, data, what)
    if origin is tuple:
        return _items(typing.get_args(kind), data, what)
    if origin in (typing.Union, types.UnionType):
        return _either(typing.get_args(kind), data, what)
    if origin is typing.Literal:
        return _checked(data, data in typing.get_args(kind), what)
    if origin is dict:
        return _checked(data, isinstance(data, dict), what)
    return _checked(data, _ATOMS[kind](data), what)


def _items(kinds: tuple[Any, ...], data: object, what: str) -> tuple[Any, ...]:
    if not isinstance(data, list):
        raise ValueError(f"{what} is not a list")  # noqa: TRY004 - a file's content
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return tuple(_value(kinds[0], item, what) for item in data)
    if len(kinds) != len(data):
        raise ValueError(f"{what} has {len(data)} items")
    return tuple(_value(kind, item, what) for kind, item in zip(kinds, data, strict=True))


def _either(kinds: tuple[Any, ...], data: object, what: str) -> Any:
    """One of several kinds: None, or the first that fits."""
    if data is None and type(None) in kinds:
        return None
    for kind in kinds:
        if kind is not type(None):
            try:
                return _value(kind, data, what)
            except ValueError:
                if kind is kinds[-1] or kinds[-1] is type(None):
                    raise
    raise ValueError(f"{what} is {data!r}")


def _checked(data: object, fits: bool, what: str) -> Any:
    if not fits:
        raise ValueError(f"{what} is {str(data)[:80]!r}")
    return data


def _is_whole(data: object) -> bool:
    return type(data) is int and abs(data) < MOST


def _is_number(data: object) -> bool:
    return type(data) in (int, float) and math.isfinite(data) and abs(data) < MOST  # type: ignore[arg-type]


_ATOMS: dict[Any, Callable[[object], bool]] = {
    int: _is_whole,
    float: _is_number,
    str: lambda data: isinstance(data, str),
    bool: lambda data: isinstance(data, bool),
    type(None): lambda data: data is None,
    object: lambda _: True,
    Any: lambda _: True,
}
