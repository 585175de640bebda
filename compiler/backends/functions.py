"""The functions of a program: their signatures, and those that stand beside `model`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..tables.libraries import LIBRARIES
from .lines import Lines

if TYPE_CHECKING:
    from .emitter import Emitter

ORDER = {"data": 0, "index": 1, "position": 2, "labels": 2, "size": 3}
"""The order of arguments by role."""

_BLOCKS = {
    "guide": "What stands for the posterior: draws of the latents, fitted by its parameters.",
    "generate": "What is computed or drawn after inference, for one draw of the posterior.",
}


def block_text(emitter: Emitter, body: Lines, taken: Sequence[str]) -> str:
    """A block of the spec as a function; `taken` are the arguments of `model`."""
    inputs, (data, draws) = emitter.world.inputs, asked(emitter)
    array = LIBRARIES[emitter.arrays].array
    typed = [(n, kind_of(inputs.get(n, {"role": "data"}), array)) for n in (*data, *draws)]
    # The libraries call model and guide alike, with all that either takes.
    rest = emitter.block == "guide" and bool(set(taken) - set(data))
    if rest:
        emitter.imports.need("typing.Any")
    header = signature(emitter.block, typed, "None", rest)
    return f'{header}\n    """{_BLOCKS[emitter.block]}"""\n{tidy(body)}'


def asked(emitter: Emitter) -> tuple[list[str], list[str]]:
    """The arguments of a block's function: the data, and the draws of the model's quantities."""
    inputs, stage = emitter.world.inputs, [s.name for s in emitter.data_stage]
    prepared = [emitter.names.quantity(n) for n in stage if n in emitter.world.asked]
    given = [n for n in inputs if inputs[n]["role"] != "draw"]
    draws = [n for n in inputs if inputs[n]["role"] == "draw"]
    return [*prepared, *sorted(given, key=lambda n: ORDER[inputs[n]["role"]])], draws


def described(emitter: Emitter) -> dict[str, Any]:
    """What the manifest says of a block: its arguments, and which quantities its draws are."""
    data, draws = asked(emitter)
    found: dict[str, Any] = {"arguments": data}
    if draws:
        found["draws"] = {n: emitter.world.inputs[n]["of"] for n in draws}
    return found


def tidy(body: Lines) -> str:
    """A body without empty lines at its ends or two in a row."""
    lines: list[str] = []
    for line in body.lines:
        if line or (lines and lines[-1]):
            lines.append(line)
    while lines and not lines[-1]:
        lines.pop()
    return "\n".join(lines) or "    pass"


def signature(name: str, arguments: list[tuple[str, str]], result: str, rest: bool = False) -> str:
    """The line with which a function begins; with `rest` it passes over further arguments."""
    parts = [f"{n}: {k}" for n, k in arguments]
    starred = ["*", *parts] if parts else []
    starred += ["**_: Any"] if rest else []
    flat = f"def {name}({', '.join(starred)}) -> {result}:"
    if len(flat) <= 88:
        return flat
    lines = "".join(f"    {part},\n" for part in starred if not part.startswith("**"))
    lines += "    **_: Any,\n" if rest else ""
    return f"def {name}(\n{lines}) -> {result}:"


def kind_of(described: dict[str, Any], array: str) -> str:
    """The type of an argument."""
    return "int" if described["role"] in ("size", "position") else array
