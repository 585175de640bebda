"""The array libraries in which expressions are printed: one row each, differences only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Library = Literal["numpy", "jax", "torch"]


@dataclass(frozen=True, slots=True)
class ArrayLibrary:
    """How an array library is spoken to, where that is not as NumPy is.

    `module` holds its functions and `array` is the type of its arrays. `words` are functions and
    `keywords` arguments that have another name there; `helpers` are functions that it lacks, which
    are printed into programs. The functions of a `strict` library take no Python numbers, and do
    not calculate with truth values.
    """

    name: Library
    module: str
    array: str
    words: Mapping[str, str] = field(default_factory=dict)
    keywords: Mapping[str, str] = field(default_factory=dict)
    helpers: tuple[str, ...] = ()
    strict: bool = False


LIBRARIES: Mapping[str, ArrayLibrary] = {
    row.name: row
    for row in (
        ArrayLibrary("numpy", "numpy", "np.ndarray"),
        ArrayLibrary("jax", "jax.numpy", "jax.Array"),
        ArrayLibrary(
            "torch",
            "torch",
            "torch.Tensor",
            words={
                "transpose": "permute",
                "array": "tensor",
                "broadcast_arrays": "broadcast_tensors",
            },
            keywords={"axis": "dim", "axis1": "dim1", "axis2": "dim2", "ddof": "correction"},
            helpers=("insert", "delete"),
            strict=True,
        ),
    )
}
