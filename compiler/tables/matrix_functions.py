"""The functions of square matrices: one row each, one column an array library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MatrixFunction:
    """A function of square matrices over two axes of one plate, `[p, p']`.

    `takes` and `gives` say what each argument and the result is: `matrix`, `vector` or `scalar`.
    A path that starts with a dot is an attribute of the array.
    """

    name: str
    summary: str
    numpy: str
    jax: str
    torch: str
    takes: tuple[str, ...]
    gives: str


MATRIX_FUNCTIONS: Mapping[str, MatrixFunction] = {
    row.name: row
    for row in (
        MatrixFunction(
            "cholesky",
            "the lower triangle L with L @ L' = M",
            "numpy.linalg.cholesky",
            "jax.numpy.linalg.cholesky",
            "torch.linalg.cholesky",
            ("matrix",),
            "matrix",
        ),
        MatrixFunction(
            "inverse",
            "the inverse",
            "numpy.linalg.inv",
            "jax.numpy.linalg.inv",
            "torch.linalg.inv",
            ("matrix",),
            "matrix",
        ),
        MatrixFunction(
            "log_det",
            "the log of the determinant's size",
            "numpy.linalg.slogdet",
            "jax.numpy.linalg.slogdet",
            "torch.linalg.slogdet",
            ("matrix",),
            "scalar",
        ),
        MatrixFunction(
            "solve",
            "x with M @ x = b",
            "numpy.linalg.solve",
            "jax.numpy.linalg.solve",
            "torch.linalg.solve",
            ("matrix", "vector"),
            "vector",
        ),
        MatrixFunction(
            "transpose",
            "rows for columns",
            "numpy.matrix_transpose",
            "jax.numpy.matrix_transpose",
            ".mT",
            ("matrix",),
            "matrix",
        ),
        MatrixFunction(
            "diagonal",
            "the diagonal as a vector",
            "numpy.diagonal",
            "jax.numpy.diagonal",
            "torch.diagonal",
            ("matrix",),
            "vector",
        ),
        MatrixFunction(
            "diag_matrix",
            "a matrix with this diagonal",
            "numpy.diag",
            "jax.numpy.diag",
            "torch.diag_embed",
            ("vector",),
            "matrix",
        ),
        MatrixFunction(
            "trace",
            "the sum of the diagonal",
            "numpy.trace",
            "jax.numpy.trace",
            "torch.trace",
            ("matrix",),
            "scalar",
        ),
    )
}
