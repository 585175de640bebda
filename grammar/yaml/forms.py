"""The form of a YAML spec: its sections, their fields, and what may stand in each.

This is the one table of them. Specs are checked by it, and the JSON Schema by which editors check
and complete is made from it. Scalars are texts here, as YAML has them before it resolves any.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal, TypeVar, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import PydanticCustomError
from typing_extensions import TypeAliasType


def form(value: Any) -> str:
    """The tag of a value's form."""
    if value is None:
        return NOTHING
    if isinstance(value, str):
        return TEXT
    return LIST if isinstance(value, list) else MAP


# No key of a spec looks like these, which stand among the keys in the place of an error.
NOTHING, TEXT, LIST, MAP = "<nothing>", "<text>", "<list>", "<map>"

_SCALAR = {"type": ["string", "number", "boolean"]}

Text = Annotated[str, WithJsonSchema(_SCALAR)]
Empty = Annotated[None, Tag(NOTHING)]
OneText = Annotated[Text, Tag(TEXT)]

Expression = TypeAliasType(
    "Expression",
    Annotated[
        OneText | Annotated["list[Expression]", Tag(LIST)],
        Discriminator(form),
    ],
)
Flag = Annotated[Literal["true", "false"], WithJsonSchema({"type": "boolean"})]


def _field(description: str, *examples: Any) -> Any:
    """A field that can be left out."""
    return Field(
        default=None,
        description=description,
        examples=list(examples),
        json_schema_extra=lambda schema: schema.pop("default", None),  # type: ignore[arg-type]
    )


class Fields(BaseModel):
    """A map with fixed keys."""

    model_config = ConfigDict(extra="forbid", title="")


class PlateFields(Fields):
    """A plate: its size or labels, the plates in which it lies, and its order."""

    model_config = ConfigDict(
        title="A plate", json_schema_extra={"not": {"required": ["size", "labels"]}}
    )
    size: Text = _field(
        "How many elements it has, or from which number to which. Left out: from the data.",
        3,
        "1..12",
    )
    labels: list[Text] = _field("The labels of its elements.", ["low", "mid", "high"])
    within: Annotated[
        OneText
        | Annotated[Annotated[list[Text], Field(min_length=1)], Tag(LIST)]
        | Annotated[Annotated[dict[str, Text], Field(min_length=1)], Tag(MAP)],
        Discriminator(form),
    ] = _field(
        "The plate in which each element lies, a list of them, or a map from roles to plates.",
        "county",
        ["student", "item"],
        {"home": "team", "away": "team"},
    )
    ordered: Flag = _field("Whether its elements have an order, as days have.", True)
    by: Text = _field("The data by which it is ordered; the plate is ordered then.", "time")

    @model_validator(mode="after")
    def _one_domain(self) -> PlateFields:
        return _not_both(self, "size", "labels")


class DefinitionFields(Fields):
    """A definition in parts."""

    model_config = ConfigDict(title="A definition")
    value: Expression = Field(description="What it is equal to.", examples=["a + b * x"])
    initially: Text = _field("The value before the first, or `given`.", "u0", "0 for 6", "given")
    where: Text = _field("The rows for which it holds: a condition on data.", "seen > 0")


class FactorFields(Fields):
    """A factor in parts."""

    model_config = ConfigDict(title="A factor")
    value: Expression = Field(
        description="What is added to the log density.", examples=["-0.5 * x^2"]
    )
    where: Text = _field("The rows for which it holds: a condition on data.", "seen > 0")


_ONE_OF: Any = [{"required": ["distribution"]}, {"required": ["value"]}]


class DrawFields(Fields):
    """A distribution in parts."""

    model_config = ConfigDict(title="A distribution", json_schema_extra={"oneOf": _ONE_OF})
    distribution: Text = _field("What it is drawn from.", "Normal(0, 1)")
    value: Text = _field("The same as `distribution`.", "Normal(0, 1)")
    initially: Text = _field("The value before the first, or `given`.", "Normal(0, 1)", "given")
    where: Text = _field("The rows that are observed: a condition on data.", "at_risk")
    type: Text = _field("The values that it can take.", "positive", "real(0, 1)")

    @model_validator(mode="after")
    def _one_value(self) -> DrawFields:
        return _exactly_one(self, "distribution", "value")


class InnerFields(Fields):
    """A draw or a definition in parts."""

    model_config = ConfigDict(
        title="A draw or definition",
        json_schema_extra={"oneOf": _ONE_OF, "dependentRequired": {"type": ["distribution"]}},
    )
    distribution: Text = _field("What it is drawn from.", "Normal(mu, sigma)")
    value: Expression = _field("What it is equal to.", "exp(mu)")
    initially: Text = _field("The value before the first, or `given`.", "u0")
    where: Text = _field("The rows for which it holds: a condition on data.", "seen > 0")
    type: Text = _field("The values that it can take, of a draw.", "positive")

    @model_validator(mode="after")
    def _one_value(self) -> InnerFields:
        return _needs(_exactly_one(self, "distribution", "value"), "type", "distribution")


_Setting = Annotated[
    OneText | Annotated[list[Expression], Tag(LIST)],
    Discriminator(form),
]


class OdeFields(BaseModel):
    """A system of differential equations; all other fields are settings of its solver."""

    model_config = ConfigDict(title="A system of differential equations", extra="allow")
    __pydantic_extra__: dict[str, _Setting]
    time: Text = Field(description="The name of its time.", examples=["t"])
    rates: Annotated[dict[str, Text], Field(min_length=1)] = Field(
        description="The derivative of each state and, after `initially`, its value at the start.",
        examples=[{"u": "-k * u, initially u0"}],
    )


class InferenceFields(BaseModel):
    """The method of inference; all other fields are its settings."""

    model_config = ConfigDict(title="Inference", extra="allow")
    __pydantic_extra__: dict[str, _Setting]
    method: Text = Field(description="The method.", examples=["nuts"])
    settings: dict[str, _Setting] = Field(
        default_factory=dict,
        description="Settings, where one has the name of a field of this section.",
        examples=[{"method": "exact"}],
    )


_Plate = Annotated[
    Empty | OneText | Annotated[list[Text], Tag(LIST)] | Annotated[PlateFields, Tag(MAP)],
    Discriminator(form),
]
_Draw = Annotated[OneText | Annotated[DrawFields, Tag(MAP)], Discriminator(form)]
_Definition = Annotated[
    OneText | Annotated[list[Expression], Tag(LIST)] | Annotated[DefinitionFields, Tag(MAP)],
    Discriminator(form),
]
_Factor = Annotated[OneText | Annotated[FactorFields, Tag(MAP)], Discriminator(form)]
_Inner = Annotated[
    OneText | Annotated[list[Expression], Tag(LIST)] | Annotated[InnerFields, Tag(MAP)],
    Discriminator(form),
]

_Texts = Annotated[Empty | Annotated[dict[str, Text], Tag(MAP)], Discriminator(form)]
_Plates = Annotated[Empty | Annotated[dict[str, _Plate], Tag(MAP)], Discriminator(form)]
_Draws = Annotated[Empty | Annotated[dict[str, _Draw], Tag(MAP)], Discriminator(form)]
_Definitions = Annotated[Empty | Annotated[dict[str, _Definition], Tag(MAP)], Discriminator(form)]
_Functions = Annotated[Empty | Annotated[dict[str, Expression], Tag(MAP)], Discriminator(form)]
_Inners = Annotated[Empty | Annotated[dict[str, _Inner], Tag(MAP)], Discriminator(form)]
_Factors = Annotated[
    Empty | Annotated[dict[str, _Factor], Tag(MAP)] | Annotated[list[Text], Tag(LIST)],
    Discriminator(form),
]
_Odes = Annotated[
    Empty | Annotated[OdeFields, Tag(MAP)] | Annotated[list[OdeFields], Tag(LIST)],
    Discriminator(form),
]
_Inference = Annotated[Empty | Annotated[InferenceFields, Tag(MAP)], Discriminator(form)]


class Sections(Fields):
    """A model: its data, what is not known, and how the one depends on the other."""

    model_config = ConfigDict(
        title="Bayescript spec",
        json_schema_extra={"dependentRequired": {"description": ["model"]}},
    )
    model: Text = _field("The name of the model.", "radon")
    description: Text = _field("What it is about, in a line.", "Radon in Minnesota homes")
    plates: _Plates = _field(
        "The dimensions, each with a name: what there is several of.",
        {"county": None, "home": {"within": "county"}, "dose": ["low", "high"]},
    )
    data: _Texts = _field(
        "What is observed or given: a name with its plates, and the values that it can take.",
        {"floor[home]": "binary", "log_radon[home]": "real"},
    )
    params: _Texts = _field(
        "Numbers that are fitted without a prior: values that they can take, where to begin.",
        {"lengthscale": "positive = 1.0"},
    )
    lets: _Definitions = _field(
        "Short names for expressions; they are not recorded.",
        {"centred[home]": "x - mean(x, over home)"},
    )
    quantities: _Definitions = _field(
        "What follows from other quantities; it is recorded with the draws.",
        {"mu[home]": "alpha + beta * floor"},
    )
    priors: _Draws = _field(
        "The distribution of each quantity that is not known.",
        {"alpha[county]": "Normal(mu, tau)", "tau": "HalfNormal(1)"},
    )
    kernels: _Texts = _field(
        "Covariances of Gaussian processes.", {"trend": "s^2 * RBF(lengthscale = l)"}
    )
    networks: _Texts = _field("Neural networks.", {"decoder": "MLP(latent -> pixel)"})
    functions: _Functions = _field(
        "Functions: the name and its arguments, and what they give.",
        {"hill(x, k, n)": "x^n / (k^n + x^n)"},
    )
    odes: _Odes = _field(
        "Systems of differential equations.",
        {"time": "t", "start": 0, "rates": {"u": "-k * u, initially u0"}},
    )
    likelihoods: _Draws = _field(
        "The distribution of each outcome that is observed.",
        {"log_radon[home]": "Normal(alpha + beta * floor, sigma)"},
    )
    factors: _Factors = _field(
        "Terms of the log density, by name; or a list of them, as they stand after `factor`.",
        {"smooth[edge]": "-0.5 * (phi[node1] - phi[node2])^2"},
        ["sum(phi, over area) ~ Normal(0, 0.001)"],
    )
    generated: _Inners = _field(
        "What is computed or drawn after the fit; a value that begins with `~` is a draw.",
        {"y_new[home]": "~ Normal(mu, sigma)", "odds": "exp(beta)"},
    )
    guide: _Inners = _field(
        "The approximation that variational inference fits, written like `generated`.",
        {"z": "~ Normal(m, s)"},
    )
    inference: _Inference = _field(
        "How the model is fitted: the method and its settings.", {"method": "nuts", "chains": 4}
    )

    @model_validator(mode="after")
    def _described(self) -> Sections:
        return _needs(self, "description", "model")


_F = TypeVar("_F", bound=BaseModel)


def _wrong(message: str, help: str) -> PydanticCustomError:
    return PydanticCustomError("together", "{message}", {"message": message, "help": help})


def _example(found: BaseModel, field: str) -> Any:
    examples = type(found).model_fields[field].examples
    return examples[0] if examples else "…"


def _not_both(found: _F, first: str, second: str) -> _F:
    if {first, second} <= found.model_fields_set:
        raise _wrong(f"`{first}` and `{second}` say the same", "keep one of them")
    return found


def _exactly_one(found: _F, first: str, second: str) -> _F:
    if not {first, second} & found.model_fields_set:
        raise _wrong(f"`{first}` is missing", f"add `{first}: {_example(found, first)}`")
    return _not_both(found, first, second)


def _needs(found: _F, first: str, second: str) -> _F:
    if first in found.model_fields_set and second not in found.model_fields_set:
        message = f"`{first}` needs `{second}` beside it"
        raise _wrong(message, f"add `{second}: {_example(found, second)}`")
    return found


def fields_of(section: str) -> list[str]:
    """The fields of the maps of a section; of the whole, if the section is empty."""
    if not section:
        return list(Sections.model_fields)
    for model in _models(Sections.model_fields[section].annotation):
        return list(model.model_fields)
    return []


def field_example(section: str, field: str) -> Any:
    """The first example of a field in the maps of a section."""
    for model in _models(Sections.model_fields[section].annotation):
        if field in model.model_fields:
            return (model.model_fields[field].examples or [None])[0]
    return None


def example_of(section: str) -> Any:
    """The first example of a section."""
    examples = Sections.model_fields[section].examples
    return examples[0] if examples else None


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


class _InOrder(GenerateJsonSchema):
    """Keeps sections and fields in the order in which they are best written."""

    def sort(self, value: Any, parent_key: str | None = None) -> Any:
        return value


def json_schema() -> dict[str, Any]:
    """The JSON Schema of YAML specs."""
    schema = Sections.model_json_schema(schema_generator=_InOrder)
    for part in (schema, *schema["$defs"].values()):
        for name, field in part.get("properties", {}).items():
            field.setdefault("title", name.capitalize())  # those that refer to a definition
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
