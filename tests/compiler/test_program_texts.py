"""Texts and names of a spec in its program: they change no structure, and nothing runs."""

import ast
import re
import unicodedata

import pytest

from bayescript import loads
from bayescript.grammar.diagnostics import SpecError
from tests.compiler.runners import BACKENDS

# --- texts of the spec ---------------------------------------------------------------------

TEXTS = {
    "plain": "abc",
    "single quotes": "it's 'so'",
    "three single quotes": "'''",
    "backslashes": "\\ \\n \\' \\x41 \\N{BULLET} \\u12",
    "a backslash at the end": "a\\",
    "braces": "{a} {0} {{ 7 * 7 }} {% raw %} {# no #} %s $x",
    "a comment": "# import os",
    "code": "'); import os; os.system('x'); ('",
    "greek": "μ → ∞",
    "empty": "",
    "spaces": "   ",
}
UNPRINTABLE = {
    "a carriage return": "a\rb",
    "a tab": "a\tb",
    "a vertical tab": "a\x0bb",
    "a form feed": "a\x0cb",
    "a line separator": "a\u2028b",
    "a next line": "a\u0085b",
    "a null": "a\x00b",
    "an escape": "a\x1b[31mb",
    "a direction": "a\u202eb",
    "half a surrogate": "a\ud800b",
}


def _spec(text: str) -> str:
    return (
        f'model m "{text}"\nplate g = ["{text}", other]\nplate h\nplate row within (g, h)\n'
        f'data\n  y[row] : real\nb[g] ~ Pinned(Normal(0, 1), at = "{text}")\n'
        f'c[h] ~ Normal(0, 1)\ny[row] ~ Normal(b["{text}"] + c["{text}"], 1)\n'
    )


def structure(source: str) -> list[str]:
    return [type(node).__name__ for node in ast.walk(ast.parse(source))]


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_of_the_spec_changes_no_structure(name: str) -> None:
    words = " ".join(re.findall(r"\w+", TEXTS[name])) or "label"  # of the same length in names
    plain = loads(_spec(words), "s.bayes").compile().source
    model = loads(_spec(TEXTS[name]), "s.bayes")
    source = model.compile().source
    source.encode()
    assert structure(source) == structure(plain)
    tree = ast.parse(source)
    labels = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    assert TEXTS[name] in labels  # the label that the data must have
    assert model.description == TEXTS[name]


@pytest.mark.parametrize("name", UNPRINTABLE)
def test_a_text_that_cannot_be_printed_is_refused(name: str) -> None:
    with pytest.raises(SpecError) as caught:
        loads(_spec(UNPRINTABLE[name]), "s.bayes")
    for found in caught.value.diagnostics:
        assert found.code == "B105" and "cannot be printed" in found.message
        assert found.span is not None and found.span.start > len("model m ")


FILE_NAMES = {
    "quotes": 'a"b.bayes',
    "three quotes": '"""\nimport os\n""".bayes',
    "a new line": "a\nb.bayes",
    "a backslash": "a\\N.bayes",
    "braces": "{{ 7 * 7 }}.bayes",
}


@pytest.mark.parametrize("name", FILE_NAMES)
def test_the_name_of_the_file_changes_no_structure(name: str) -> None:
    plain = loads(_spec("abc"), "s.bayes").compile().source
    source = loads(_spec("abc"), FILE_NAMES[name]).compile().source
    assert structure(source) == structure(plain)
    compile(source, "program", "exec")


# --- names ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        *("lambda", "None", "class", "print", "sum", "np", "jnp", "dist", "numpyro", "model"),
        *("prepare", "load", "main", "MANIFEST", "data", "name", "rows", "file", "path", "Any"),
        *("constraints", "transforms", "special", "Restricted", "jax", "MCMC", "scipy", "match"),
        *("torch", "pyro", "poutine", "tensors", "insert", "delete", "Flat", "ZeroSum", "dtype"),
        *("loc", "scale", "concentration", "probs", "μ", "__name__", "_", "csv", "math"),
    ],
)
@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("role", ["latent", "data", "definition", "plate"])
def test_any_name_can_be_used(name: str, role: str, backend: str) -> None:
    text = {
        "latent": f"{name} ~ HalfNormal(1)\n",
        "data": f"data\n  {name} : positive\n",
        "definition": f"a ~ HalfNormal(1)\n{name} = a + 1\n",
        "plate": f"plate {name}\nplate row_ within {name}\ndata\n  q[row_] : positive\n"
        f"a[{name}] ~ HalfNormal(1)\nfactor f[row_] = q * a\n",
    }[role]
    if role != "plate":
        text += (
            f"plate row\ndata\n  y[row] : positive\n  x[row] : real\n"
            f"u ~ Truncated(Normal(0, 1), lower = {name})\n"
            f"y[row] ~ Gamma(exp({name} * x + {name}^2 - u * x), log1p({name}) + square({name}))\n"
        )
    source = loads(text, "s.bayes").compile(backend).source
    compile(source, name, "exec")
    tree = ast.parse(source)
    for function in (n for n in tree.body if isinstance(n, ast.FunctionDef)):
        _check_names(function, _bound_in(tree.body))


def _bound_in(body: list[ast.stmt]) -> set[str]:
    """The names that statements of a module bind."""
    found: set[str] = set()
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            found |= {(a.asname or a.name).partition(".")[0] for a in node.names}
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found |= {t.id for t in node.targets if isinstance(t, ast.Name)}
    return found


def _check_names(function: ast.FunctionDef, module: set[str]) -> None:
    """No variable of a function hides what its module imports or defines."""
    made = {a.arg for a in [*function.args.kwonlyargs, *function.args.args]}
    made |= {
        n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    assert not made & (module - {"data"}), function.name


@pytest.mark.parametrize(("name", "plain"), [("x²", "x2"), ("x①", "x1"), ("ﬁ", "fi")])
def test_names_are_those_that_python_reads(name: str, plain: str) -> None:
    source = loads(f"{name} ~ Normal(0, 1)\n").compile().source
    compile(source, "program", "exec")
    assert f'{plain} = numpyro.sample("{plain}"' in source


@pytest.mark.parametrize("name", ["a½", "x\u2075\u207b"])
def test_names_that_python_cannot_have(name: str) -> None:
    with pytest.raises(SpecError) as caught:
        loads(f"{name} ~ Normal(0, 1)\n")
    (found,) = caught.value.diagnostics
    assert found.code == "B105"


def test_names_that_python_cannot_tell_apart() -> None:
    one, two = "ﬁ", "fi"
    assert unicodedata.normalize("NFC", one) != two == unicodedata.normalize("NFKC", one)
    with pytest.raises(SpecError) as caught:
        loads(f"{one} ~ Normal(0, 1)\n{two} ~ Normal({one}, 1)\n")
    (found,) = caught.value.diagnostics
    assert found.code == "B202" and "`fi`" in found.message
