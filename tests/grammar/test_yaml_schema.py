"""The JSON Schema accepts exactly the forms that the reader accepts, and teaches."""

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bayescript.grammar.source import Source
from bayescript.grammar.surfaces import read
from bayescript.grammar.yaml.compose import compose
from bayescript.grammar.yaml.forms import Sections, fields_of, json_schema
from bayescript.grammar.yaml.nodes import Listing, Mapping, Node, Scalar
from tests.grammar.test_yaml_same import SAME

SCHEMA = json_schema()
_SAYS = {"title", "description", "examples", "$defs", "$schema"}
_TYPES: dict[str, Any] = {
    "string": str,
    "boolean": bool,
    "null": type(None),
    "array": list,
    "object": dict,
}


def valid(data: Any, schema: dict[str, Any]) -> bool:
    """Whether the schema accepts it. A keyword that is not known here is an error."""
    return all(_holds(data, word, said, schema) for word, said in schema.items())


def _holds(data: Any, word: str, said: Any, schema: dict[str, Any]) -> bool:
    match word:
        case "$ref":
            return valid(data, SCHEMA["$defs"][said.removeprefix("#/$defs/")])
        case "type":
            return any(_is(data, kind) for kind in ([said] if isinstance(said, str) else said))
        case "oneOf":
            return sum(valid(data, option) for option in said) == 1
        case "not":
            return not valid(data, said)
        case "items":
            return not isinstance(data, list) or all(valid(item, said) for item in data)
        case "minItems":
            return not isinstance(data, list) or len(data) >= said
        case "minProperties":
            return not isinstance(data, dict) or len(data) >= said
        case "required":
            return not isinstance(data, dict) or set(said) <= set(data)
        case "dependentRequired":
            return all(key not in data or set(needs) <= set(data) for key, needs in said.items())
        case "properties":
            return all(valid(data[key], inner) for key, inner in said.items() if key in data)
        case "additionalProperties":
            others = [
                value for key, value in data.items() if key not in schema.get("properties", ())
            ]
            return not others if said is False else all(valid(value, said) for value in others)
    assert word in _SAYS, f"what does `{word}` mean?"
    return True


def _is(data: Any, kind: str) -> bool:
    if kind == "number":
        return isinstance(data, int | float) and not isinstance(data, bool)
    return isinstance(data, _TYPES[kind])


def as_json(node: Node | None) -> Any:
    """The data as an editor sees it, which resolves scalars as YAML 1.2 does."""
    match node:
        case Mapping(pairs):
            return {key.text: as_json(value) for key, value in pairs}
        case Listing(items):
            return [as_json(item) for item in items]
        case Scalar(text, ""):
            return yaml.safe_load(text) if text in ("", "~", "null", "true", "false", "3") else text
        case Scalar(text):
            return text
    return {}


def accepted(text: str) -> bool:
    return not [d for d in read(Source(text, "s.yaml", "yaml")).errors if d.code == "B108"]


def both(text: str) -> bool:
    """Whether reader and schema accept the forms of a text, which they must agree on."""
    document = compose(Source(text, "s.yaml", "yaml"))
    assert not document.errors
    found = accepted(text)
    assert valid(as_json(document.root), SCHEMA) == found
    return found


@pytest.mark.parametrize("name", SAME)
def test_good_forms(name: str) -> None:
    assert both(SAME[name][1])


BAD = [
    "prior: {a: U(1)}",
    "model: [a]",
    "model:",
    "model: {a: b}",
    "description: a",
    "plates: a",
    "plates: [a]",
    "plates: {a: {sise: 3}}",
    "plates: {a: {size: 3, labels: [x]}}",
    "plates: {a: {size: [x]}}",
    "plates: {a: {labels: x}}",
    "plates: {a: [[x]]}",
    "plates: {a: [x, null]}",
    "plates: {a: {within: }}",
    "plates: {a: {within: []}}",
    "plates: {a: {within: {}}}",
    "plates: {a: {within: {b: [c]}}}",
    "plates: {a: {ordered: yes}}",
    "plates: {a: {ordered: [true]}}",
    "plates: {a: {by: [time]}}",
    "data: {x: }",
    "data: {x: {type: real}}",
    "data: [x]",
    "params: {x: [1]}",
    "lets: {x: }",
    "lets: {x: {where: c}}",
    "lets: {x: {value: 1, type: real}}",
    "lets: {x: [a, {b: c}]}",
    "lets: {x: [a, null]}",
    "quantities: {x: {value: }}",
    "priors: {x: [U(1)]}",
    "priors: {x: {distribution: a, value: a}}",
    "priors: {x: {type: real}}",
    "priors: {x: {value: [a]}}",
    "priors: {x: {value: a, initially: }}",
    "kernels: {k: {a: b}}",
    "networks: {k: [a]}",
    "functions: {f(x): {value: x}}",
    "odes: {rates: {u: v}}",
    "odes: {time: t}",
    "odes: {time: t, rates: {}}",
    "odes: {time: t, rates: {u: [v]}}",
    "odes: {time: t, rates: {u: v}, start: {a: b}}",
    "odes: [{time: t}]",
    "odes: t",
    "likelihoods: U(1)",
    "factors: {f: [a]}",
    "factors: {f: {value: a, initially: b}}",
    "factors: [{a: b}]",
    "factors: a",
    "generated: {x: {type: real, value: a}}",
    "generated: {x: {}}",
    "guide: {x: }",
    "inference: nuts",
    "inference: {chains: 4}",
    "inference: {method: [nuts]}",
    "inference: {method: nuts, chains: }",
    "inference: {method: nuts, chains: {a: b}}",
]


@pytest.mark.parametrize("text", BAD)
def test_bad_forms(text: str) -> None:
    assert not both(text)


_KEYS = sorted({"x", *(field for name in ["", *fields_of("")] for field in fields_of(name))})
_VALUES = st.recursive(
    st.sampled_from([None, "x", "true", True, 3]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_KEYS), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=500, deadline=None)
@given(st.dictionaries(st.sampled_from([*fields_of(""), "other"]), _VALUES, max_size=2))
def test_any_form(data: dict[str, Any]) -> None:
    both(yaml.safe_dump(data))


def test_the_schema_teaches() -> None:
    assert SCHEMA["$schema"].endswith("2020-12/schema") and "$id" not in SCHEMA
    assert list(SCHEMA["properties"]) == fields_of("")
    for part in [SCHEMA, *SCHEMA["$defs"].values()]:
        for name, field in part.get("properties", {}).items():
            assert field["description"], name
            assert field["title"] and field["examples"] and "default" not in field


def test_examples_are_right() -> None:
    for name, field in SCHEMA["properties"].items():
        for example in field["examples"]:
            data = {name: example} | ({"model": "m"} if name == "description" else {})
            assert valid(data, SCHEMA), name
            reading = read(Source(yaml.safe_dump(data), "s.yaml", "yaml"))
            assert not reading.errors and reading.spec.statements


def test_sections_are_those_of_the_reader() -> None:
    """A section that the table has and the reader forgets would be dropped without a word."""
    for name in Sections.model_fields:
        example = SCHEMA["properties"][name]["examples"][0]
        text = yaml.safe_dump({name: example, "model": "m"} if name != "model" else {name: example})
        found = read(Source(text, "s.yaml", "yaml")).spec.statements
        assert len(found) >= (1 if name in ("model", "description") else 2), name
