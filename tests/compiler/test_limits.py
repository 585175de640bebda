"""What a library cannot compute or differentiate is refused at compile time, not when sampled."""

import pytest

import bayescript as bs
from tests.compiler.runners import BACKENDS

HEAD = "plate i\ndata\n  y[i] : real\n"
LATENT = HEAD + "nu ~ Gamma(2, 0.1)\ny[i] ~ Truncated(StudentT(nu, 0, 1), lower = 1)\n"
GAMMA = HEAD + "a ~ Gamma(2, 0.1)\ny[i] ~ Truncated(Gamma(a, 1), upper = 9)\n"


def refusal(text: str, backend: str) -> str:
    with pytest.raises(bs.BackendError, match="B410") as caught:
        bs.loads(text, "s.bayes").compile(backend)
    return str(caught.value)


def test_a_latent_shape_of_a_truncated_distribution() -> None:
    message = refusal(LATENT, "numpyro")
    assert "in `nu`" in message and "5 | y[i] ~ Truncated(StudentT(nu, 0, 1), lower = 1)" in message
    assert "can: " not in message  # nobody can


def test_what_another_back_end_can_is_said() -> None:
    message = refusal(GAMMA, "pyro")
    assert "Pyro cannot differentiate this in `a`" in message
    assert "by the incomplete gamma function" in message
    assert "NumPyro can: `backend = numpyro`" in message
    assert "5 | y[i] ~ Truncated(Gamma(a, 1), upper = 9)" in message
    assert "gammainc" in bs.loads(GAMMA).compile("numpyro").source


def test_a_function_that_a_library_lacks() -> None:
    text = HEAD + "z ~ Normal(0, 1)\ny[i] ~ Truncated(StudentT(4, z, 1), lower = 1)\n"
    message = refusal(text, "pyro")
    assert "Pyro has no incomplete beta function" in message
    assert "NumPyro can: `backend = numpyro`" in message
    assert "5 | y[i] ~ Truncated(StudentT(4, z, 1), lower = 1)" in message


@pytest.mark.parametrize(
    "text",
    [
        LATENT.replace("nu, 0, 1)", "4, nu, 1)"),  # the place of the bound may be latent
        HEAD + "z ~ Normal(0, 1)\nf = betainc(2, 3, inv_logit(z))\ny[i] ~ Normal(f, 1)\n",
    ],
)
def test_numpyro_differentiates_the_incomplete_beta_function_in_its_last_argument(
    text: str,
) -> None:
    assert "def model" in bs.loads(text).compile("numpyro").source
    assert "incomplete beta" in refusal(text, "pyro")


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    "text",
    [
        LATENT.replace("lower = 1", "lower = 0"),  # half of a symmetric law has a mass of 1/2
        LATENT.replace("nu, 0, 1)", "4, 0, 1)"),  # a constant
        GAMMA.replace("Gamma(a, 1)", "Gamma(2, a)"),
        GAMMA.replace("Truncated(Gamma(a, 1), upper = 9)", "Normal(betainc(y, 2, 0.3), a)"),
        HEAD + "nu ~ Gamma(2, 0.1)\ny[i] ~ StudentT(nu, 0, 1)\n",
    ],
)
def test_what_can_be_differentiated_is_compiled(text: str, backend: str) -> None:
    assert "def model" in bs.loads(text).compile(backend).source


def test_a_latent_shape_of_the_function_itself() -> None:
    refusal(HEAD + "a ~ HalfNormal(1)\ny[i] ~ Normal(betainc(a, 3, 0.5), 1)\n", "numpyro")
