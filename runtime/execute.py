"""Emitted programs as running code: loading them, and the arguments that their model takes.

A program is loaded in two steps. What binding needs, the manifest and `prepare`, is taken from the
text without importing the program's library, so that a run whose compiled form is kept on disk
starts without it. The whole module is run when its `model` is first asked for.
"""

from __future__ import annotations
import __future__

import ast
import linecache
from collections.abc import Callable, Collection, Mapping
from functools import cached_property
from types import ModuleType
from typing import Any, Protocol

import numpy as np

from ..grammar.diagnostics import BackendError, DataError, Diagnostic
from .require import require

_HEAVY = ("jax", "numpyro", "pyro", "torch", "gpytorch")


class Binding(Protocol):
    """What this module reads of bound data (`runtime.data.Bound`)."""

    @property
    def data(self) -> Mapping[str, np.ndarray]: ...
    @property
    def indices(self) -> Mapping[tuple[str, str], np.ndarray]: ...
    @property
    def sizes(self) -> Mapping[str, int]: ...
    @property
    def coords(self) -> Mapping[str, np.ndarray]: ...
    @property
    def named(self) -> frozenset[str]: ...


class Program:
    """An emitted program: its text, its manifest and its functions, loaded as they are needed."""

    def __init__(self, source: str, name: str, spec: str = ""):
        self.source = source
        self.name = name
        self.spec = spec
        self.filename = f"<bayescript {name}>"
        lines = source.splitlines(keepends=True)
        # Registered, so that a traceback through the program shows the program's lines.
        linecache.cache[self.filename] = (len(source), None, lines, self.filename)
        self._tree = ast.parse(source, self.filename)

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The literal `MANIFEST`."""
        for node in self._tree.body:
            if isinstance(node, ast.Assign) and _assigns(node, "MANIFEST"):
                found = ast.literal_eval(node.value)
                assert isinstance(found, dict)
                return found
        raise BackendError(Diagnostic("B409", f"the program `{self.name}` has no MANIFEST"))

    @cached_property
    def module(self) -> ModuleType:
        """The whole program, run; imports its library."""
        backend = str(self.manifest.get("backend", "numpyro"))
        require(backend, extra=backend)
        module = ModuleType(self.name)
        module.__file__ = self.filename
        exec(compile(self._tree, self.filename, "exec"), module.__dict__)
        return module

    @property
    def model(self) -> Callable[..., Any]:
        """The model function."""
        model: Callable[..., Any] = self.module.model
        return model

    def prepare(self, given: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """What `prepare` makes of the data; an empty dict where there is no `prepare`."""
        if "prepare" not in self.manifest:
            return {}
        try:
            made = self._light["prepare"](**given)
        except NameError:  # it uses the heavy library after all
            made = self.module.prepare(**given)
        return {name: np.asarray(value) for name, value in made.items()}

    @cached_property
    def _light(self) -> dict[str, Any]:
        """The program's functions without its heavy imports; annotations are not evaluated."""
        body = [node for node in self._tree.body if _is_light(node)]
        tree = ast.Module(body=body, type_ignores=[])
        flags = __future__.annotations.compiler_flag
        namespace: dict[str, Any] = {"__name__": self.name}
        exec(compile(tree, self.filename, "exec", flags=flags), namespace)
        return namespace


def load_program(source: str, name: str, spec: str = "") -> Program:
    """The program of a source text; `name` is what tracebacks call it, `spec` the spec's text."""
    return Program(source, name, spec)


def arguments(program: Program, bound: Binding, block: str = "model") -> dict[str, Any]:
    """The keyword arguments of `program.model`, or of another function of the program's (`block`),
    from bound data.

    Sizes and positions are Python ints (they set shapes), all others NumPy arrays. Raises DataError
    (B505) where a label that the spec names is not in the data.
    """
    pool = inputs(program, bound) | prepared(program, bound)
    if block != "model":
        return {name: pool[name] for name in program.manifest[block]["arguments"]}
    # As in the libraries, what `model` takes `guide` takes, too, and the other way round.
    guided = program.manifest.get("guide", {}).get("arguments", ())
    return {name: pool[name] for name in (*program.manifest["arguments"], *guided)}


def prepared(program: Program, bound: Binding) -> dict[str, np.ndarray]:
    """What the program computes of data alone, by name."""
    pool = inputs(program, bound)
    return program.prepare({name: pool[name] for name in program.manifest.get("prepare", ())})


def inputs(program: Program, bound: Binding, without: Collection[str] = ()) -> dict[str, Any]:
    """What `prepare` and `model` start from, by name. Raises DataError (B505)."""
    entries = program.manifest["inputs"]
    return {
        name: _resolve(name, entry, bound)
        for name, entry in entries.items()
        if entry.get("of", name) not in without
    }


def _resolve(name: str, entry: Mapping[str, Any], bound: Binding) -> Any:
    match entry["role"]:
        case "data":
            return np.asarray(bound.data[entry.get("of", name)])
        case "index":
            return np.asarray(bound.indices[entry["plate"], entry["parent"]])
        case "size":
            return int(bound.sizes[entry["plate"]])
        case "position":
            return _position(entry["plate"], entry["label"], bound)
        case "labels":
            return _numbers(entry["plate"], bound)
        case role:
            raise BackendError(Diagnostic("B409", f"`{name}` has the unknown role `{role}`"))


def _position(plate: str, label: object, bound: Binding) -> int:
    labels = [str(one) for one in bound.coords[plate]]
    if str(label) not in labels:
        some = ", ".join(labels[:8]) + (", …" if len(labels) > 8 else "")
        message = f"no `{plate}` of the data is called `{label}`"
        raise DataError(Diagnostic("B505", message, help=f"known: {some}"))
    return labels.index(str(label))


def _numbers(plate: str, bound: Binding) -> np.ndarray:
    labels = np.asarray(bound.coords[plate])
    if labels.dtype.kind not in "iuf":
        message = (
            f"the labels of `{plate}` are words in the data, and the spec calculates with them"
        )
        raise DataError(Diagnostic("B515", message, help="give it numbers as labels"))
    return labels


def _assigns(node: ast.Assign, name: str) -> bool:
    return any(isinstance(target, ast.Name) and target.id == name for target in node.targets)


def _is_light(node: ast.stmt) -> bool:
    match node:
        case ast.Import(names=names):
            return not any(alias.name.partition(".")[0] in _HEAVY for alias in names)
        case ast.ImportFrom(module=module):
            return (module or "").partition(".")[0] not in _HEAVY
        case ast.FunctionDef(name=name, decorator_list=[]):
            return name not in ("model", "guide", "generate", "main", "tensors")
        case _:
            return False
