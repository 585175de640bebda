"""What the language server offers at a cursor, also in text that is broken there."""

import pytest

from tests.lsp.client import Client, ends, marked, offered, open_
from tests.lsp.radon import SPEC


def test_at_the_start_of_a_statement_stand_outcomes_and_keywords(server: Client) -> None:
    labels = offered(server, "plate p\ndata\n  y[p] : real\n  x[p] : real\nb ~ Normal(0, 1)\n¦\n")
    assert labels[:2] == ["x", "y"] and {"plate", "infer", "let", "b"} <= set(labels)


def test_after_a_tilde_stand_distributions_only(server: Client) -> None:
    labels = offered(server, SPEC + "z ~ ¦")
    assert {"Normal", "LKJCholesky", "Truncated"} <= set(labels) and "alpha" not in labels
    assert "Normal" in offered(server, SPEC + "z ~ Norm¦")


def test_in_a_distribution_stand_its_arguments_then_names(server: Client) -> None:
    plain, place = marked(SPEC + "z[home] ~ NegativeBinomial(mean = exp(eta), ¦")
    items = open_(server, plain).complete(place)
    labels = list(items)
    assert labels[0] == "concentration" and labels[1] != "mean"
    assert items["concentration"]["textEdit"]["newText"] == "concentration = "
    assert "probs" not in labels and labels.index("eta") < labels.index("exp")


def test_a_named_argument_keeps_its_sign(server: Client) -> None:
    plain, place = marked("x ~ Normal(lo¦ = 0, scale = 1)\n")
    edit = open_(server, plain).complete(place)["loc"]["textEdit"]
    assert edit["newText"] == "loc" and ends(edit["range"]) == ((0, 11), (0, 13))


def test_in_the_brackets_of_a_target_stand_plates(server: Client) -> None:
    assert offered(server, SPEC + "z[¦") == ["county", "dose", "game", "home"]
    assert offered(server, SPEC + "z[home, ¦] ~ Normal(0, 1)\n") == ["county", "dose", "game"]


def test_an_index_offers_labels_roles_and_elements(server: Client) -> None:
    labels = offered(server, SPEC + "gain = b[¦")
    assert labels[:3] == ['"low"', '"mid"', '"very high"']
    assert {"away", "given", "dose"} <= set(labels) and "tau" not in labels


def test_types_of_data_are_types_and_plates(server: Client) -> None:
    labels = offered(server, "plate p\ndata\n  y[p] : ¦\nx = 1\n")
    assert labels == ["binary", "count", "int", "nonnegative", "p", "positive", "real", "unit"]
    assert offered(server, "x : ¦ ~ Normal(0, 1)\n") == ["nonnegative", "positive", "real", "unit"]


def test_methods_and_their_settings(server: Client) -> None:
    assert {"nuts", "hmc", "auto"} <= set(offered(server, "infer ¦"))
    assert "trajectory_length" in offered(server, "infer hmc\n  chains = 4\n  t¦")
    assert "trajectory_length" not in offered(server, "infer nuts\n  ¦")
    assert offered(server, SPEC + "  dense_mass = ¦")[:3] == ["auto", "false", "true"]
    latents = offered(server, SPEC + "  noncentered = [¦")
    assert "alpha" in latents and "uranium" not in latents


def test_an_expression_offers_names_and_functions(server: Client) -> None:
    labels = offered(server, SPEC + "z = 2 * al¦")
    assert {"alpha", "uranium", "standard", "exp", "mean", "where"} <= set(labels)
    assert "z" not in labels and "plate" not in labels and "Normal" not in labels


def test_a_function_sees_its_own_arguments(server: Client) -> None:
    assert {"x", "k"} <= set(offered(server, "def hill(x, k) = x / (k + ¦"))


def test_parents_of_a_plate(server: Client) -> None:
    assert offered(server, SPEC + "plate visit ¦") == ["ordered", "within"]
    assert offered(server, SPEC + "plate visit within ¦") == ["county", "dose", "game", "home"]
    assert "home" in offered(server, SPEC + "plate visit within (one: ¦")


def test_axes_of_a_reduction(server: Client) -> None:
    assert offered(server, SPEC + "z = sum(alpha ¦")[:2] == ["by", "over"]
    assert offered(server, SPEC + "z = sum(alpha, over ¦") == ["county", "dose", "game", "home"]


def test_completion_in_the_middle_of_broken_text(server: Client) -> None:
    """An open bracket above, rubbish below, and the names are still there."""
    text = "plate p\nmu ~ Normal(0,\ntau ~ HalfNormal(1)\nx[p] ~ Normal(t¦\ny[p ~ ) (\n"
    assert {"mu", "tau"} <= set(offered(server, text))


def test_completion_remembers_the_names_of_the_last_whole_text(server: Client) -> None:
    file = open_(server, "mu ~ Normal(0, 1)\nx ~ Normal(mu, 1)\n")
    file.problems()
    file.change(((0, 0), (0, 3), '"~'), ((1, 11), (1, 13), ""))  # the statement of `mu` is gone
    assert "mu" in file.complete((1, 11))


@pytest.mark.parametrize("text", ["x = 1  # a ¦", 'model m "a ¦"', "x = 12¦", "model ¦", "let ¦"])
def test_where_nothing_fits_nothing_is_offered(server: Client, text: str) -> None:
    assert offered(server, text) == []


def test_brackets_are_put_in_where_the_editor_can() -> None:
    able = {"textDocument": {"completion": {"completionItem": {"snippetSupport": True}}}}
    with Client(capabilities=able) as client:
        item = open_(client, "x ~ \n").complete((0, 4))["Normal"]
        assert (item["textEdit"]["newText"], item["insertTextFormat"]) == ("Normal($0)", 2)
        item = open_(client, "x ~ N(0, 1)\n").complete((0, 5))["Normal"]
        assert (item["textEdit"]["newText"], item["insertTextFormat"]) == ("Normal", 1)


def test_a_blank_is_answered_only_where_something_must_follow(server: Client) -> None:
    file = open_(server, "x ~ \ny = x \n")
    assert "Normal" in file.complete((0, 4), " ")
    assert list(file.complete((1, 6), " ")) == []
    assert "and" in file.complete((1, 6))
