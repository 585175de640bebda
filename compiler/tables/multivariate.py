"""The distributions of a vector or a matrix, one row each."""

from __future__ import annotations

from .family import Family, Form, Late, Target, parameters

v = Late("vector_densities")

MULTIVARIATE: tuple[Family, ...] = (
    Family(
        "MultivariateNormal",
        "a vector of correlated normal numbers",
        support="real_vector",
        event=1,
        forms=(
            Form(
                parameters("loc:real/1 covariance_matrix:positive_definite/2"),
                v.multivariate_normal,
            ),
            Form(parameters("loc:real/1 scale_tril:lower_cholesky/2"), v.multivariate_normal_tril),
            Form(
                parameters("loc:real/1 precision_matrix:positive_definite/2"),
                v.multivariate_normal_precision,
            ),
        ),
        positional=2,
    ),
    Family(
        "Dirichlet",
        "numbers from 0 to 1 that sum to 1",
        support="simplex",
        event=1,
        forms=(Form(parameters("concentration:positive/1"), v.dirichlet),),
        positional=1,
    ),
    Family(
        "LKJCholesky",
        "the Cholesky factor of a correlation matrix",
        support="corr_cholesky",
        event=2,
        forms=(
            Form(
                parameters("concentration:positive"),
                v.lkj_cholesky,
                {
                    "numpyro": Target(extra={"dimension": "{size}"}),
                    "pyro": Target(extra={"dim": "{size}"}),
                },
            ),
        ),
        positional=1,
    ),
)
