"""What other languages call the things of this one, for authors who come from there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ...grammar.diagnostics import Suggestion, did_you_mean

DISTRIBUTIONS: Mapping[str, str] = {
    "Gaussian": "Normal",
    "dnorm": "Normal",
    "dunif": "Uniform",
    "dgamma": "Gamma",
    "dbeta": "Beta",
    "dpois": "Poisson",
    "dbern": "Bernoulli",
    "dbin": "Binomial",
    "dexp": "Exponential",
    "dlnorm": "LogNormal",
    "Student": "StudentT",
    "T": "StudentT",
    "InvGamma": "InverseGamma",
    "inv_gamma": "InverseGamma",
    "neg_binomial": "NegativeBinomial",
    "neg_binomial_2": "NegativeBinomial",
    "NegativeBinomial2": "NegativeBinomial",
    "double_exponential": "Laplace",
    "skew_double_exponential": "AsymmetricLaplace",
    "skew_normal": "SkewNormal",
    "exp_mod_normal": "ExponentiallyModifiedNormal",
    "ExGaussian": "ExponentiallyModifiedNormal",
    "Wald": "InverseGaussian",
    "Chi2": "ChiSquared",
    "chi_square": "ChiSquared",
    "inv_chi_square": "InverseChiSquared",
    "scaled_inv_chi_square": "ScaledInverseChiSquared",
    "von_mises": "VonMises",
    "Reciprocal": "LogUniform",
    "discrete_range": "DiscreteUniform",
    "beta_binomial": "BetaBinomial",
    "ordered_logistic": "OrderedLogistic",
    "ordered_probit": "OrderedProbit",
    "OrderedLogit": "OrderedLogistic",
    "Cumulative": "OrderedLogistic",
    "MvNormal": "MultivariateNormal",
    "multi_normal": "MultivariateNormal",
    "MvStudentT": "MultivariateStudentT",
    "multi_student_t": "MultivariateStudentT",
    "lkj_corr_cholesky": "LKJCholesky",
    "lkj_corr": "LKJ",
    "LKJCorr": "LKJ",
    "inv_wishart": "InverseWishart",
    "dirichlet_multinomial": "DirichletMultinomial",
    "MultinomialProbs": "Multinomial",
    "MultinomialLogits": "Multinomial",
    "ICAR": "IntrinsicCAR",
    "ImproperUniform": "Flat",
    "MixtureSameFamily": "Mixture",
    "MixtureGeneral": "Mixture",
    "NormalMixture": "Mixture",
    "log_mix": "Mixture",
    "ZeroInflatedPoisson": "ZeroInflated",
    "ZeroInflatedNegativeBinomial": "ZeroInflated",
    "ZeroInflatedBinomial": "ZeroInflated",
    "ZeroInflatedDistribution": "ZeroInflated",
    "HurdlePoisson": "Hurdle",
    "HurdleGamma": "Hurdle",
    "FoldedDistribution": "Folded",
    "TransformedDistribution": "Transformed",
}

_KNOWN = "what is known is a definition, `x = …`; a log density beside it is a `factor`"
INSTEAD: Mapping[str, str] = {"PointMass": _KNOWN, "Deterministic": _KNOWN}

FUNCTIONS: Mapping[str, str] = {
    "ln": "log",
    "ifelse": "where",
    "if_else": "where",
    "cond": "where",
    "len": "size",
    "length": "size",
    "average": "mean",
    "std": "sd",
    "stdev": "sd",
    "variance": "var",
    "product": "prod",
    "lag": "prev",
    "shift": "prev",
    "previous": "prev",
    "log_sigmoid": "log_inv_logit",
    "det": "log_det",
    "inv_matrix": "inverse",
    "logdet": "log_det",
}

TYPES: Mapping[str, str] = {
    "float": "real",
    "double": "real",
    "number": "real",
    "numeric": "real",
    "integer": "int",
    "bool": "binary",
    "boolean": "binary",
    "logical": "binary",
    "natural": "count",
    "probability": "unit",
    "proportion": "unit",
}

_ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    "mu": ("loc", "mean"),
    "mean": ("loc",),
    "location": ("loc",),
    "median": ("loc",),
    "sigma": ("scale",),
    "sd": ("scale",),
    "std": ("scale",),
    "stddev": ("scale",),
    "nu": ("df",),
    "kappa": ("concentration", "asymmetry"),
    "beta": ("rate", "scale", "concentration0"),
    "dof": ("df",),
    "p": ("probs", "quantile"),
    "q": ("quantile",),
    "tau": ("quantile",),
    "prob": ("probs",),
    "theta": ("probs",),
    "eta": ("logits",),
    "logit": ("logits",),
    "n": ("total_count",),
    "trials": ("total_count",),
    "lam": ("rate", "concentration"),
    "lambda": ("rate", "concentration"),
    "alpha": ("concentration1", "concentration", "slant"),
    "shape": ("concentration",),
    "a": ("concentration1", "low"),
    "b": ("concentration0", "high"),
    "min": ("low",),
    "max": ("high",),
    "lower": ("low",),
    "upper": ("high",),
    "phi": ("concentration",),
    "cov": ("covariance_matrix",),
    "chol": ("scale_tril",),
}


def argument(word: str, known: Iterable[str]) -> str:
    """`did you mean …?` for an argument's name, whether misspelt or of another library."""
    names = sorted(known)
    same = next((name for name in _ARGUMENTS.get(word, ()) if name in names), "")
    # A gamma or an inverse gamma has a standard deviation too, which is none of its arguments.
    if same and not (same == "scale" and "concentration" in names):
        return Suggestion(word, same)
    return did_you_mean(word, names)


def called_here(word: str, known: Iterable[str], elsewhere: Mapping[str, str]) -> str:
    """`did you mean …?` for a word of another language, or for one that is misspelt."""
    if word in elsewhere:
        return Suggestion(word, elsewhere[word])
    return did_you_mean(word, known)
