"""The family table: every distribution of the language is one row, in one of a few files."""

from __future__ import annotations

from collections.abc import Mapping

from .continuous import CONTINUOUS
from .discrete import DISCRETE
from .family import Family
from .matrices import MATRICES
from .multivariate import MULTIVARIATE

FAMILIES: Mapping[str, Family] = {
    row.name: row for row in (*CONTINUOUS, *DISCRETE, *MULTIVARIATE, *MATRICES)
}
