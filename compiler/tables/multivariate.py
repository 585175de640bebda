"""The distributions of a vector, one row each."""

from __future__ import annotations

from .family import Family, Form, Late, Target, parameters

v = Late("vector_densities")

_PRINTED = {"numpyro": Target(helper=True), "pyro": Target(helper=True)}
_COUNTS = {name: Target(helper=True, needs=("Multinomial",)) for name in ("numpyro", "pyro")}

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
        "LowRankMultivariateNormal",
        "a vector of normal numbers that a few factors correlate: "
        "covariance cov_factor cov_factor' + diag(cov_diag)",
        support="real_vector",
        event=1,
        forms=(
            Form(
                parameters("loc:real/1 cov_factor:real/1+1 cov_diag:positive/1"), v.low_rank_normal
            ),
        ),
        positional=3,
    ),
    Family(
        "MultivariateStudentT",
        "a vector of correlated numbers with heavy tails; "
        "its covariance is df / (df - 2) times scale_matrix",
        support="real_vector",
        event=1,
        forms=(
            Form(
                parameters("df:positive loc:real/1 scale_matrix:positive_definite/2"),
                v.multivariate_student_t,
                lowering="MultivariateStudentT(df, loc, scale_tril = cholesky(scale_matrix))",
            ),
            Form(
                parameters("df:positive loc:real/1 scale_tril:lower_cholesky/2"),
                v.multivariate_student_t_tril,
                {"numpyro": Target(), "pyro": Target()},
            ),
        ),
        positional=2,
    ),
    Family(
        "GaussianRandomWalk",
        "a sequence whose steps are normal, the first from 0",
        support="real_vector",
        event=1,
        forms=(
            Form(
                parameters("scale:positive"),
                v.random_walk,
                {
                    "numpyro": Target(extra={"num_steps": "{size}"}),
                    "pyro": Target(extra={"num_steps": "{size}"}, helper=True),
                },
            ),
        ),
        positional=1,
        sequence=True,
    ),
    Family(
        "ZeroSumNormal",
        "normal numbers that sum to 0, normalised on the vectors that do",
        support="sum_to_zero",
        event=1,
        forms=(
            Form(
                parameters("scale:positive"),
                v.zero_sum_normal,
                {
                    # NumPyro's own takes one scale only, not one for each of several vectors.
                    "numpyro": Target(extra={"size": "{size}"}, helper=True),
                    "pyro": Target(extra={"size": "{size}"}, helper=True, needs=("ZeroSum",)),
                },
            ),
        ),
        positional=1,
    ),
    Family(
        "CAR",
        "normal numbers, each around its neighbours: precision "
        "conditional_precision (D - correlation adjacency), where D counts neighbours",
        support="real_vector",
        event=1,
        forms=(
            Form(
                parameters(
                    "loc:real/1 correlation:correlation conditional_precision:positive "
                    "adjacency:nonnegative/2"
                ),
                v.car,
                {
                    "numpyro": Target(arguments={"adjacency": "adj_matrix"}),
                    "pyro": Target(helper=True),
                },
            ),
        ),
        positional=0,
    ),
    Family(
        "IntrinsicCAR",
        "numbers that sum to 0, each near its neighbours: -½ times the sum over edges of squared "
        "differences, up to a constant; the graph must hang together",
        support="sum_to_zero",
        event=1,
        forms=(
            Form(
                parameters("node1:category/0+1 node2:category/0+1"),
                v.intrinsic_car,
                {
                    "numpyro": Target(extra={"size": "{size}"}, helper=True),
                    "pyro": Target(extra={"size": "{size}"}, helper=True, needs=("ZeroSum",)),
                },
                edges="edge",
            ),
        ),
        positional=1,
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
        "LogisticNormal",
        "numbers from 0 to 1 that sum to 1: `softmax` of normal numbers, one for each",
        support="simplex",
        event=1,
        forms=(
            Form(parameters("loc:real/1 scale:positive/1"), v.logistic_normal, _PRINTED),
            Form(
                parameters("loc:real/1 covariance_matrix:positive_definite/2"),
                v.logistic_normal_covariance,
                lowering="LogisticNormal(loc = loc, scale_tril = cholesky(covariance_matrix))",
            ),
            Form(
                parameters("loc:real/1 scale_tril:lower_cholesky/2"),
                v.logistic_normal_tril,
                _PRINTED,
            ),
        ),
        positional=0,
    ),
    Family(
        "Multinomial",
        "how many of `total_count` fall on each kind",
        support="counts",
        kind="int",
        event=1,
        forms=(
            Form(
                parameters("total_count:count probs:simplex/1"),
                v.multinomial_probs,
                _PRINTED,
            ),
            Form(
                parameters("total_count:count logits:real/1"),
                v.multinomial_logits,
                _PRINTED,
            ),
        ),
        positional=2,
        bounds=(None, "total_count"),
    ),
    Family(
        "DirichletMultinomial",
        "how many of `total_count` fall on each kind, with chances that vary as Dirichlet",
        support="counts",
        kind="int",
        event=1,
        forms=(
            Form(
                parameters("concentration:positive/1 total_count:count"),
                v.dirichlet_multinomial,
                _COUNTS,
            ),
        ),
        positional=1,
        bounds=(None, "total_count"),
    ),
)
