"""Whatever stands in a file, reading it gives a model or diagnostics with places, nothing else."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bayescript import BayescriptError, SpecError, load, loads
from bayescript.grammar.source import Surface

ROOT = Path(__file__).parents[2]
TEXTS = {
    "text": [
        path.read_text(encoding="utf-8")
        for folder in (ROOT / "specs", ROOT / "tests" / "bad" / "specs")
        for path in sorted(folder.rglob("*.bayes"))
    ],
    "yaml": [p.read_text(encoding="utf-8") for p in sorted((ROOT / "tests").rglob("*.yaml"))],
}
_WORDS = """
plate data model let param factor def infer within ordered over by initially given where and or
not a b y x[a] Normal Normal( ) ( [ ] ~ = : , . ^ ? + - * / @ -> .. == < <= " ' # 0 1.5 1e9 .5 real
count? Dirichlet(1) sum( prev( Truncated( | > Mixture( - & * ! { } % nuts 4 state'
"""
WORDS = [*_WORDS.split(), "chains = ", "\n", "\n  ", "\n    ", "\t"]


def model_or_errors(text: str, surface: Surface) -> None:
    try:
        model = loads(text, "s.bayes", surface)
        model.compile()
    except BayescriptError as error:
        assert error.diagnostics
        for found in error.diagnostics:
            assert found.code[0] in "BW" and found.message
            if isinstance(error, SpecError) and error.source is not None:
                assert found.span is not None, found
                assert 0 <= found.span.start <= len(error.source.text) + 1
            shown = found.render(error.source)
            assert found.code in shown
            assert found.as_json(error.source)["message"] == found.message


@st.composite
def mutilated(draw: st.DrawFn, surface: str) -> str:
    """A spec with a few pieces cut out, doubled, moved, or replaced."""
    text = draw(st.sampled_from(TEXTS[surface]))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        put = draw(
            st.one_of(
                st.just(""),
                st.sampled_from(WORDS),
                st.text(max_size=3),
                st.just(text[start:end] * 2),
                st.just(text[: draw(st.integers(0, len(text)))][-20:]),
            )
        )
        text = text[:start] + put + text[end:]
    return text


EXAMPLES = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(mutilated("text"))
@EXAMPLES
def test_mutilated_text(text: str) -> None:
    model_or_errors(text, "text")


@given(mutilated("yaml"))
@EXAMPLES
def test_mutilated_yaml(text: str) -> None:
    model_or_errors(text, "yaml")


@given(st.text(max_size=120) | st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join))
@EXAMPLES
def test_any_text_on_both_surfaces(text: str) -> None:
    model_or_errors(text, "text")
    model_or_errors(text, "yaml")


@given(st.binary(max_size=200), st.sampled_from([".bayes", ".yaml"]))
@EXAMPLES
def test_any_bytes(data: bytes, ending: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"any{ending}"
        path.write_bytes(data)
        try:
            load(path)
        except SpecError as error:
            assert error.diagnostics and str(error)
