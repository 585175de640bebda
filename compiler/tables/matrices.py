"""The distributions of a matrix, one row each."""

from __future__ import annotations

from .family import Family, Form, Late, Target, parameters

m = Late("matrix_densities")
v = Late("vector_densities")

_DIMENSION = Target(extra={"dimension": "{size}"})
_CONCENTRATION = Target(arguments={"df": "concentration"})
# torch refuses few degrees of freedom by an error, which would end a sampler's run.
_OURS = Target(helper=True, needs=("PositiveDefinite",))
_TRIL = {"numpyro": _CONCENTRATION, "pyro": _OURS}
_INVERSE_TRIL = {
    "numpyro": _CONCENTRATION,
    "pyro": Target(helper=True, needs=("PositiveDefinite", "Wishart")),
}

MATRICES: tuple[Family, ...] = (
    Family(
        "LKJCholesky",
        "the Cholesky factor of a correlation matrix",
        support="corr_cholesky",
        event=2,
        forms=(
            Form(
                parameters("concentration:positive"),
                v.lkj_cholesky,
                {"numpyro": _DIMENSION, "pyro": Target(extra={"dim": "{size}"}, helper=True)},
            ),
        ),
        positional=1,
    ),
    Family(
        "LKJ",
        "a correlation matrix, its density a power of its determinant",
        support="corr_matrix",
        event=2,
        forms=(
            Form(
                parameters("concentration:positive"),
                m.lkj,
                {
                    "numpyro": _DIMENSION,
                    "pyro": Target(extra={"dim": "{size}"}, helper=True, needs=("LKJCholesky",)),
                },
            ),
        ),
        positional=1,
    ),
    Family(
        "Wishart",
        "a positive definite matrix, like the sum of squares of `df` normal vectors",
        support="positive_definite",
        event=2,
        forms=(
            Form(
                parameters("df:positive scale_matrix:positive_definite/2"),
                m.wishart,
                {"numpyro": _CONCENTRATION},
                lowering="Wishart(df = df, scale_tril = cholesky(scale_matrix))",
            ),
            Form(parameters("df:positive scale_tril:lower_cholesky/2"), m.wishart_tril, _TRIL),
            Form(
                parameters("df:positive rate_matrix:positive_definite/2"),
                m.wishart_rate,
                {"numpyro": _CONCENTRATION},
                lowering="Wishart(df = df, scale_tril = cholesky(inverse(rate_matrix)))",
            ),
        ),
        positional=0,
    ),
    Family(
        "InverseWishart",
        "a positive definite matrix whose inverse has a Wishart distribution",
        support="positive_definite",
        event=2,
        forms=(
            Form(
                parameters("df:positive scale_matrix:positive_definite/2"),
                m.inverse_wishart,
                {"numpyro": _CONCENTRATION},
                lowering="InverseWishart(df = df, scale_tril = cholesky(scale_matrix))",
            ),
            Form(
                parameters("df:positive scale_tril:lower_cholesky/2"),
                m.inverse_wishart_tril,
                _INVERSE_TRIL,
            ),
        ),
        positional=0,
    ),
    Family(
        "MatrixNormal",
        "a matrix of normal numbers, correlated along its rows and along its columns",
        support="real_matrix",
        event=2,
        forms=(
            Form(
                parameters(
                    "loc:real/2 covariance_matrix_row:positive_definite/rows "
                    "covariance_matrix_column:positive_definite/columns"
                ),
                m.matrix_normal,
                lowering=(
                    "MatrixNormal(loc, scale_tril_row = cholesky(covariance_matrix_row), "
                    "scale_tril_column = cholesky(covariance_matrix_column))"
                ),
            ),
            Form(
                parameters(
                    "loc:real/2 scale_tril_row:lower_cholesky/rows "
                    "scale_tril_column:lower_cholesky/columns"
                ),
                m.matrix_normal_tril,
                {"numpyro": Target(), "pyro": Target(helper=True)},
            ),
        ),
        positional=1,
    ),
)
