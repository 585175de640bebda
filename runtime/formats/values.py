"""One column or array, of any library, as a NumPy array of raw values.

Libraries are told by what their objects offer: an object that is there means that its library is
loaded, and none is imported here.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..binding.tables import Array, Order, UnreadableError

_NESTED = (list, tuple, np.ndarray)


def raw(values: object) -> Array:
    """A sequence, array or series as a NumPy array; text becomes an array of str objects.

    What is missing is NaN, NaT or None. Times in a zone are taken to UTC. Raises UnreadableError
    where nested lists are ragged, or where the library does not give its values away.
    """
    try:
        plain, absent = _plain(values)
        array = _array(plain)
    except (ValueError, TypeError, RuntimeError, NotImplementedError) as error:
        ragged = isinstance(values, list | tuple)
        told = "its lists have different lengths" if ragged else f"it {_failure(error)}"
        raise UnreadableError(told) from error
    if absent is not None and np.any(absent):
        kept = array.dtype.kind in "fMm"
        array = array.copy() if kept else array.astype(object)
        array[np.asarray(absent, bool)] = np.nan if array.dtype.kind == "f" else None
    return array


def _failure(error: Exception) -> str:
    return f"cannot be read as an array: {str(error).strip().partition(chr(10))[0]}"


def _plain(values: Any) -> tuple[Any, Any]:
    """What NumPy can read, and which cells are missing where the values do not say it."""
    if hasattr(values, "to_pylist") and hasattr(values, "null_count"):
        return _from_arrow(values)
    if hasattr(values, "null_count") and hasattr(values, "is_null"):  # polars
        absent = values.is_null().to_numpy() if values.null_count() else None
        return values.to_numpy(), absent
    absent = values.isna() if hasattr(values, "isna") else None  # pandas
    if hasattr(values, "toarray") and hasattr(values, "nnz"):  # a sparse matrix
        values = values.toarray()
    elif getattr(getattr(values, "dtype", None), "tz", None) is not None:
        values = values.to_numpy(dtype="datetime64[us]")  # which pandas takes to UTC
    elif hasattr(values, "to_numpy"):
        values = values.to_numpy()
    if isinstance(values, np.ma.MaskedArray):
        absent, values = np.ma.getmaskarray(values), values.data
    return values, absent


def _from_arrow(values: Any) -> tuple[Any, Any]:
    """An Arrow column, without its dictionary encoding."""
    if hasattr(values, "combine_chunks"):
        values = values.combine_chunks()
    if hasattr(values, "chunks"):  # a column without rows, or too long for one chunk
        parts = [_array(_from_arrow(chunk)[0]) for chunk in values.chunks]
        return np.concatenate(parts) if parts else np.zeros(0, object), None
    if hasattr(values, "dictionary_decode"):
        values = values.dictionary_decode()
    return values.to_numpy(zero_copy_only=False), None


def _array(values: Any) -> Array:
    """Text as objects, numbers in the byte order of the machine."""
    if _is_texts(values):
        found = np.empty(len(values), object)  # NumPy would make all cells as wide as one
        found[:] = values
        return found
    array = np.asarray(values)
    if array.dtype.kind in "USTV":
        return array.astype(object)
    return array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))


def _is_texts(values: Any) -> bool:
    """Whether something is a plain list with text in it."""
    if not isinstance(values, list | tuple):
        return False
    kinds = set(map(type, values))
    return str in kinds and not any(issubclass(kind, _NESTED) for kind in kinds)


def order_of(values: Any) -> Order | None:
    """The labels of a categorical column in its order: pandas, polars Enum, Arrow dictionary.

    The categories of polars' other type are shared by all columns, and have no order of their own.
    """
    found: Any = None
    if hasattr(values, "cat") and hasattr(values.cat, "ordered"):  # a pandas series
        found = values.cat.categories
    elif hasattr(values, "categories") and hasattr(values, "codes"):  # pandas
        found = values.categories
    elif hasattr(values, "unify_dictionaries"):  # Arrow, in chunks
        values = values.unify_dictionaries()
        values = values.chunk(0) if values.num_chunks else None
    elif type(getattr(values, "dtype", None)).__name__ == "Enum":  # polars
        found = values.dtype.categories
    if hasattr(values, "dictionary_decode"):
        found = values.dictionary
    return None if found is None else raw(found)
