"""What JAX cannot differentiate is refused when it is compiled, not when it is sampled."""

import pytest

import bayescript as bs

HEAD = "plate i\ndata\n  y[i] : real\n"
LATENT = HEAD + "nu ~ Gamma(2, 0.1)\ny[i] ~ Truncated(StudentT(nu, 0, 1), lower = 1)\n"


def test_a_latent_shape_of_a_truncated_distribution() -> None:
    with pytest.raises(bs.BackendError, match="B410") as caught:
        bs.loads(LATENT, "s.bayes").compile()
    message = str(caught.value)
    assert "in `nu`" in message and "5 | y[i] ~ Truncated(StudentT(nu, 0, 1), lower = 1)" in message


@pytest.mark.parametrize(
    "text",
    [
        LATENT.replace("nu, 0, 1)", "4, nu, 1)"),  # the place of the bound may be latent
        LATENT.replace("lower = 1", "lower = 0"),  # half of a symmetric law has a mass of 1/2
        HEAD + "nu ~ Gamma(2, 0.1)\ny[i] ~ StudentT(nu, 0, 1)\n",
        HEAD + "z ~ Normal(0, 1)\nf = betainc(2, 3, inv_logit(z))\ny[i] ~ Normal(f, 1)\n",
    ],
)
def test_what_can_be_differentiated_is_compiled(text: str) -> None:
    assert "def model" in bs.loads(text).compile().source


def test_a_latent_shape_of_the_function_itself() -> None:
    text = HEAD + "a ~ HalfNormal(1)\ny[i] ~ Normal(betainc(a, 3, 0.5), 1)\n"
    with pytest.raises(bs.BackendError, match="B410"):
        bs.loads(text).compile()
