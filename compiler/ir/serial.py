"""The IR as JSON, and back.

Every node is an object whose `node` names its class; spans are `[start, end]`. pydantic's own
unions would have to guess between nodes with the same fields, so the classes are told here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from ...grammar.source import Span
from .. import ir
from . import distribution_nodes, nodes

FORMAT = 1

_CLASSES: Mapping[str, type] = {
    kind.__name__: kind
    for module in (nodes, distribution_nodes, ir)
    for kind in vars(module).values()
    if isinstance(kind, type) and is_dataclass(kind) and not kind.__name__.startswith("_")
}


def dump(model: ir.Model) -> dict[str, Any]:
    """A model as plain lists, mappings, strings and numbers."""
    return {"format": FORMAT, "model": _plain(model)}


def load(content: Mapping[str, Any]) -> ir.Model:
    """A model from what `dump` made. Raises ValueError where it is something else."""
    if content.get("format") != FORMAT:
        raise ValueError(f"the format is {content.get('format')!r}, not {FORMAT}")
    model = _node(content["model"])
    if not isinstance(model, ir.Model):
        raise ValueError("this is a node, not a whole model")
    return model


def schema() -> dict[str, Any]:
    """The JSON Schema of what `dump` makes."""
    definitions = {name: _definition(kind) for name, kind in _CLASSES.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Bayescript model",
        "type": "object",
        "properties": {"format": {"const": FORMAT}, "model": {"$ref": "#/$defs/Model"}},
        "required": ["format", "model"],
        "$defs": definitions,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Span):
        return [value.start, value.end]
    if is_dataclass(value) and not isinstance(value, type):
        found = {"node": type(value).__name__}
        return found | {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value


def _node(content: Any) -> Any:
    if isinstance(content, list):
        return tuple(_node(item) for item in content)
    if not isinstance(content, Mapping):
        return content
    kind = _CLASSES.get(content.get("node", ""))
    if kind is None:
        raise ValueError(f"there is no node {content.get('node')!r}")
    given = {name: _node(value) for name, value in content.items() if name != "node"}
    if "span" in given:
        given["span"] = Span(*given["span"])
    try:
        return kind(**given)
    except TypeError as error:
        raise ValueError(f"{kind.__name__}: {error}") from None


def _definition(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind, localns=vars(ir))
    required = ["node", *(f.name for f in fields(kind) if f.default is MISSING)]
    properties = {"node": {"const": kind.__name__}}
    properties |= {f.name: _shape(hints[f.name]) for f in fields(kind)}
    return {"type": "object", "properties": properties, "required": required}


_SIMPLE = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}


def _shape(hint: Any) -> dict[str, Any]:
    if hint is Span:
        return {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2}
    if hint in _SIMPLE:
        return {"type": _SIMPLE[hint]}
    if isinstance(hint, type) and is_dataclass(hint):
        return {"$ref": f"#/$defs/{hint.__name__}"}
    arguments = get_args(hint)
    if get_origin(hint) in (Union, UnionType):
        return {"anyOf": [_shape(item) for item in arguments]}
    if get_origin(hint) is tuple:
        if arguments[-1] is Ellipsis:
            return {"type": "array", "items": _shape(arguments[0])}
        return {"type": "array", "prefixItems": [_shape(item) for item in arguments]}
    return {"enum": list(arguments)} if arguments else {}
