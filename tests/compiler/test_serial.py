"""The IR as JSON: whole models there and back, and a schema that they meet."""

import json
import textwrap
from typing import Any

import pytest

import bayescript as bs
from bayescript.compiler import ir
from bayescript.compiler.ir.serial import dump, load, schema
from bayescript.compiler.passes import PASSES
from tests.compiler.test_features import CASES


def models(text: str) -> list[ir.Model]:
    """A model as it is lowered and after every pass."""
    found = [bs.loads(text).ir]
    for _, apply in PASSES:
        found.append(apply(found[-1], "numpyro"))
    return found


def spec(name: str) -> str:
    return textwrap.dedent(CASES[name][0]).lstrip("\n")


@pytest.mark.parametrize("name", CASES)
def test_there_and_back(name: str) -> None:
    for model in models(spec(name)):
        again = load(json.loads(json.dumps(dump(model))))
        assert again == model
        assert [s.span for s in again.statements] == [s.span for s in model.statements]


def meets(content: Any, shape: dict[str, Any], whole: dict[str, Any]) -> bool:
    """The few words of JSON Schema that ours uses."""
    if "$ref" in shape:
        return meets(content, whole["$defs"][shape["$ref"].rpartition("/")[2]], whole)
    if "anyOf" in shape:
        return any(meets(content, one, whole) for one in shape["anyOf"])
    if "const" in shape or "enum" in shape:
        return content in shape.get("enum", [shape.get("const")])
    match shape.get("type"):
        case "object":
            known = shape["properties"]
            return (
                isinstance(content, dict)
                and set(shape["required"]) <= set(content) <= set(known)
                and all(meets(value, known[key], whole) for key, value in content.items())
            )
        case "array":
            items = shape.get("items")
            return isinstance(content, list) and all(
                meets(c, items, whole) for c in content if items
            )
        case "number":
            return isinstance(content, int | float)
        case "integer" | "string" | "boolean" as word:
            return isinstance(content, {"integer": int, "string": str, "boolean": bool}[word])
        case "null":
            return content is None
    return True


def test_models_meet_the_schema() -> None:
    whole = schema()
    for name in CASES:
        assert meets(dump(models(spec(name))[-1]), whole, whole), name
    broken = dump(models(spec("flat"))[0])
    broken["model"]["statements"][0]["distribution"]["node"] = "Nothing"
    assert not meets(broken, whole, whole)


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"format": 1, "model": {"node": "Ref", "name": "x"}},
        {"format": 1, "model": {"node": "Nope"}},
        {"format": 1, "model": {"node": "Ref", "nom": "x"}},
    ],
)
def test_what_is_no_model_is_refused(content: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        load(content)
