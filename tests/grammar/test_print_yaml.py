"""Tree → YAML → tree."""

from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from bayescript.grammar import document, tree
from bayescript.grammar.canonical import canonical
from bayescript.grammar.print_yaml import print_yaml
from bayescript.grammar.source import Source
from bayescript.grammar.surfaces import read
from tests.grammar.trees import specs


@given(specs(), st.integers(1, 100))
@settings(deadline=None, max_examples=500)
def test_a_spec_is_read_for_what_it_was(spec: tree.Spec, width: int) -> None:
    with patch.object(document, "WIDTH", width):
        text = print_yaml(spec)
        reading = read(Source(text, surface="yaml"))
        assert reading.errors == ()
        assert reading.spec == canonical(spec, "yaml")
        assert print_yaml(reading.spec) == text
