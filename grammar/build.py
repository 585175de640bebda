"""What the parser does at each rule: makes the syntax node."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import replace
from typing import Any, Literal, cast

from lark import Token, Transformer, v_args

from . import tree
from .diagnostics import Diagnostic, SpecError
from .source import Span

_MAX_DIGITS = 4000


def _at(*parts: Any) -> Span:
    """The span from the first to the last of some tokens and nodes."""
    first, last = parts[0], parts[-1]
    start = first.start_pos or 0 if isinstance(first, Token) else first.span.start
    end = last.end_pos or 0 if isinstance(last, Token) else last.span.end
    return Span(start, end)


def _name(token: Token) -> tree.Name:
    return tree.Name(unicodedata.normalize("NFC", str(token)), _at(token))


def _refuse(message: str, span: Span, help: str = "") -> SpecError:
    return SpecError(Diagnostic("B101", message, span, help=help))


def _is_finite(value: float | int) -> bool:
    try:
        return math.isfinite(float(value))
    except OverflowError:
        return False


def as_target(node: Any) -> tree.Target:
    """An expression `name` or `name[a, b]` as the left side of a statement."""
    match node:
        case tree.Name(name, span):
            return tree.Target(node, None, span)
        case tree.Index(tree.Name() as name, indices, span):
            dims = [i.value for i in indices]
            if all(isinstance(d, tree.Name) for d in dims) and not any(i.name for i in indices):
                return tree.Target(name, cast(tuple[tree.Name, ...], tuple(dims)), span)
    raise _refuse(
        "a factor's name is a name, with plates in brackets",
        node.span,
        "write `factor name[plate] = expression`",
    )


@v_args(inline=True)
class Build(Transformer[Token, Any]):
    """Rules of model.lark → nodes of tree.py. Lists of tails and axes travel as plain tuples."""

    # --- leaves and expressions ---------------------------------------------------------

    def number(self, token: Token) -> tree.Number:
        text = str(token).replace("_", "")
        if len(text) > _MAX_DIGITS:
            raise _refuse(f"a number of {len(text)} digits", _at(token), "write it as 1e…")
        value: float | int = int(text) if text.isdigit() else float(text)
        if not _is_finite(value):
            raise _refuse(
                "this number is too large for double precision",
                _at(token),
                "numbers end at about 1.8e308",
            )
        return tree.Number(value, _at(token), str(token))

    def string(self, token: Token) -> tree.String:
        return tree.String(str(token)[1:-1], _at(token))

    def name(self, token: Token) -> tree.Name:
        return _name(token)

    def group(self, left: Token, inner: Any, right: Token) -> Any:
        return replace(inner, span=_at(left, right))

    def list_of(self, *parts: Any) -> tree.ListOf:
        items = [p for p in parts[1:-1] if not isinstance(p, Token) and p is not None]
        return tree.ListOf(tuple(items), _at(parts[0], parts[-1]))

    def binary(self, left: Any, operator: Token, right: Any) -> tree.Binary:
        return tree.Binary(str(operator), left, right, _at(left, right))

    def compare(self, left: Any, operator: Token, right: Any) -> tree.Binary:
        return self.binary(left, operator, right)

    def power(self, left: Any, operator: Token, right: Any) -> tree.Binary:
        return self.binary(left, operator, right)

    def and_(self, left: Any, operator: Token, right: Any) -> tree.Binary:
        return self.binary(left, operator, right)

    def or_(self, left: Any, operator: Token, right: Any) -> tree.Binary:
        return self.binary(left, operator, right)

    def not_(self, operator: Token, operand: Any) -> tree.Unary:
        return tree.Unary("not", operand, _at(operator, operand))

    def negative(self, operator: Token, operand: Any) -> tree.Unary:
        return tree.Unary("-", operand, _at(operator, operand))

    def index(self, base: Any, left: Token, indices: Any, right: Token) -> tree.Index:
        return tree.Index(base, indices, _at(base, right))

    def indices(self, *parts: Any) -> tuple[tree.Argument, ...]:
        return tuple(p for p in parts if isinstance(p, tree.Argument))

    def field(self, base: Any, dot: Token, name: Token) -> tree.Field:
        return tree.Field(base, _name(name), _at(base, name))

    def positional(self, value: Any) -> tree.Argument:
        return tree.Argument(value, None, value.span)

    def keyword(self, name: Token, equal: Token, value: Any) -> tree.Argument:
        return tree.Argument(value, str(name), _at(name, value))

    def axes(self, *parts: Any) -> tuple[tree.Name, ...]:
        return tuple(_name(p) for p in parts if p.type == "NAME")

    def axes_argument(self, word: Token, names: Any) -> tree.Axes:
        return tree.Axes(
            cast(Literal["over", "by", "on"], word.value.lower()), names, _at(word, names[-1])
        )

    def positional_over(
        self, value: Any, word: Token, names: Any
    ) -> tuple[tree.Argument, tree.Axes]:
        return self.positional(value), self.axes_argument(word, names)

    def prior(self, name: Token, tilde: Token, distribution: Any) -> tree.Prior:
        return tree.Prior(_name(name), distribution, _at(name, distribution))

    def arrow(self, name: Token, arrow: Token, outputs: Any) -> tree.Arrow:
        return tree.Arrow(_name(name), outputs, _at(name))

    def one_output(self, name: Token) -> tuple[tuple[str | None, tree.Name], ...]:
        return ((None, _name(name)),)

    def outputs(self, *parts: Any) -> tuple[tuple[str | None, tree.Name], ...]:
        return tuple(p for p in parts if isinstance(p, tuple))

    def output(self, label: Token, _: Token, name: Token) -> tuple[str | None, tree.Name]:
        return str(label), _name(name)

    def arguments(self, *parts: Any) -> list[Any]:
        flat: list[Any] = []
        for part in parts:
            if isinstance(part, tuple):
                flat += part
            elif not isinstance(part, Token):
                flat.append(part)
        return flat

    def call(self, name: Token, left: Token, *rest: Any) -> tree.Call:
        parts = rest[0] if len(rest) == 2 else []
        arrows = [p for p in parts if isinstance(p, tree.Arrow)]
        return tree.Call(
            _name(name),
            tuple(p for p in parts if isinstance(p, tree.Argument)),
            tuple(p for p in parts if isinstance(p, tree.Axes)),
            tuple(p for p in parts if isinstance(p, tree.Prior)),
            arrows[0] if arrows else None,
            _at(name, rest[-1]),
        )

    # --- statements ---------------------------------------------------------------------

    def target(
        self, name: Token, dims: tuple[tuple[tree.Name, ...], Token] | None = None
    ) -> tree.Target:
        if dims is None:
            return tree.Target(_name(name), None, _at(name))
        return tree.Target(_name(name), dims[0], _at(name, dims[1]))

    def dims(self, *parts: Token) -> tuple[tuple[tree.Name, ...], Token]:
        return tuple(_name(p) for p in parts if p.type == "NAME"), parts[-1]

    def type(self, name: Token, *rest: Any) -> tree.Type:
        arguments = next((p for p in rest if isinstance(p, list)), [])
        optional = any(isinstance(p, Token) and p.type == "OPTIONAL" for p in rest)
        last = rest[-1] if rest else name
        return tree.Type(_name(name), tuple(arguments), optional, _at(name, last))

    def header(self, word: Token, name: Token, text: Token | None = None) -> tree.Header:
        return tree.Header(_name(name), str(text)[1:-1] if text else "", _at(word, text or name))

    def domain(self, first: Any, *rest: Any) -> tuple[Any, Any]:
        return first, rest[-1] if rest else None

    def one_parent(self, name: Token) -> list[Any]:
        return [tree.Role(_name(name), _name(name)), name]

    def parents(self, *parts: Any) -> list[Any]:
        return [*(p for p in parts if isinstance(p, tree.Role)), parts[-1]]

    def role(self, role: Token, *rest: Token) -> tree.Role:
        return tree.Role(_name(role), _name(rest[-1] if rest else role))

    def order(self, word: Token, *rest: Token) -> dict[str, Any]:
        return {
            "ordered": True,
            "ordered_by": _name(rest[-1]) if rest else None,
            "last": rest[-1] if rest else word,
        }

    def plate(self, word: Token, name: Token, *rest: Any) -> tree.Plate:
        domain: tuple[Any, Any] = (None, None)
        parents: list[tree.Role] = []
        order: dict[str, Any] = {}
        last: Any = name
        for part in rest:
            if isinstance(part, tuple):
                domain, last = part, part[1] or part[0]
            elif isinstance(part, list):
                *parents, last = part
            elif isinstance(part, dict):
                order, last = part, part["last"]
        return tree.Plate(
            _name(name),
            *domain,
            tuple(parents),
            bool(order),
            order.get("ordered_by"),
            _at(word, last),
        )

    def initially(self, comma: Token, word: Token, init: tree.Initially) -> tree.Initially:
        return init

    def given(self, word: Token) -> tree.Initially:
        return tree.Initially(None, None, _at(word))

    def initial_value(self, value: Any, *rest: Any) -> tree.Initially:
        return tree.Initially(
            value, rest[-1] if rest else None, _at(value, rest[-1] if rest else value)
        )

    def where(self, comma: Token, word: Token, condition: Any) -> tuple[str, Any]:
        return "where", condition

    def draw(self, target: tree.Target, *rest: Any) -> tree.Draw:
        kind = next((p for p in rest if isinstance(p, tree.Type)), None)
        values = [p for p in rest if not isinstance(p, Token | tree.Type)]
        value, tails = values[0], values[1:]
        last = _last(value, tails)
        return tree.Draw(target, value, kind, **_tails(tails), span=_at(target, last))

    def define(self, target: tree.Target, equal: Token, value: Any, *tails: Any) -> tree.Define:
        last = _last(value, tails)
        return tree.Define(target, value, False, **_tails(tails), span=_at(target, last))

    def let(
        self, word: Token, target: tree.Target, equal: Token, value: Any, *tails: Any
    ) -> tree.Define:
        return tree.Define(
            target, value, True, **_tails(tails), span=_at(word, _last(value, tails))
        )

    def param(
        self, word: Token, target: tree.Target, colon: Token, kind: tree.Type, *rest: Any
    ) -> tree.Param:
        initial = rest[-1] if rest else None
        return tree.Param(target, kind, initial, _at(word, initial or kind))

    def factor_named(
        self, word: Any, target: Any, equal: Token, value: Any, *tails: Any
    ) -> tree.Factor:
        last = _last(value, tails)
        return tree.Factor(value, as_target(target), None, _where(tails), _at(word, last))

    def factor_density(
        self, word: Any, value: Any, tilde: Token, distribution: Any, *tails: Any
    ) -> tree.Factor:
        last = _last(distribution, tails)
        return tree.Factor(value, None, distribution, _where(tails), _at(word, last))

    def factor_plain(self, word: Any, value: Any, *tails: Any) -> tree.Factor:
        return tree.Factor(value, None, None, _where(tails), _at(word, _last(value, tails)))

    def names(self, *parts: Token) -> list[tree.Name]:
        return [_name(p) for p in parts if p.type == "NAME"]

    def def_(self, word: Token, name: Token, *rest: Any) -> tree.Def:
        parameters = next((p for p in rest if isinstance(p, list)), [])
        return tree.Def(_name(name), tuple(parameters), rest[-1], _at(word, rest[-1]))

    def kernel(self, word: Token, target: tree.Target, equal: Token, value: Any) -> tree.Kernel:
        return tree.Kernel(target, value, _at(word, value))

    def network(self, word: Token, name: Token, equal: Token, value: Any) -> tree.Network:
        return tree.Network(_name(name), value, _at(word, value))

    def decl(self, target: tree.Target, colon: Token, kind: tree.Type, *rest: Any) -> tree.Data:
        default = rest[-1] if rest else None
        return tree.Data(target, kind, default, _at(target, default or kind))

    def setting(self, name: Token, equal: Token, value: Any, *rest: Any) -> tree.Setting:
        over = _name(rest[-1]) if rest else None
        return tree.Setting(_name(name), value, over, _at(name, over or value))

    def rate(self, d: Token, left: Token, target: tree.Target, *rest: Any) -> tree.Rate:
        if d != "d":
            raise _refuse(
                "the lines of an ode block give derivatives",
                _at(d),
                "write `d(u) = …, initially …`",
            )
        values = [p for p in rest if not isinstance(p, Token)]
        return tree.Rate(target, values[0], values[1], _at(d, values[1]))

    # --- heads of blocks; their lines are read one by one ---------------------------------

    def data_head(self, word: Token) -> tree.DataBlock:
        return tree.DataBlock((), _at(word))

    def generate_head(self, word: Token) -> tree.Generate:
        return tree.Generate((), _at(word))

    def guide_head(self, word: Token) -> tree.Guide:
        return tree.Guide((), _at(word))

    def infer_head(self, word: Token, method: Token) -> tree.Infer:
        return tree.Infer(_name(method), (), _at(word, method))

    def ode_head(self, word: Token, time: Token, *rest: Any) -> tree.Ode:
        settings = tuple(r for r in rest if isinstance(r, tree.Setting))
        return tree.Ode(_name(time), settings, (), _at(word, time))

    # --- pieces, as YAML has them ---------------------------------------------------------

    def name_piece(self, name: Token) -> tree.Name:
        return _name(name)

    def signature(self, name: Token, *rest: Any) -> tuple[tree.Name, tuple[tree.Name, ...]]:
        parameters = next((p for p in rest if isinstance(p, list)), [])
        return _name(name), tuple(parameters)

    def declared(self, kind: tree.Type, *rest: Any) -> tuple[tree.Type, Any]:
        return kind, rest[-1] if rest else None

    def drawn(self, *parts: Any) -> tuple[Any, tree.Type | None, tree.Initially | None, Any]:
        kind = next((p for p in parts if isinstance(p, tree.Type)), None)
        value, *tails = [p for p in parts if not isinstance(p, Token | tree.Type)]
        found = _tails(tails)
        return value, kind, found["initially"], found["where"]

    def defined(self, value: Any, *tails: Any) -> tuple[Any, tree.Initially | None, Any]:
        found = _tails(tails)
        return value, found["initially"], found["where"]

    def factored_named(self, target: Any, equal: Token, value: Any, *tails: Any) -> tree.Factor:
        return self.factor_named(target, target, equal, value, *tails)

    def factored_density(self, value: Any, tilde: Token, density: Any, *tails: Any) -> tree.Factor:
        return self.factor_density(value, value, tilde, density, *tails)

    def factored_plain(self, value: Any, *tails: Any) -> tree.Factor:
        return self.factor_plain(value, value, *tails)

    def setting_value(self, value: Any, *rest: Any) -> tuple[Any, tree.Name | None]:
        return value, _name(rest[-1]) if rest else None

    def rate_value(self, value: Any, *rest: Any) -> tuple[Any, Any]:
        return value, rest[-1]


def _last(value: Any, tails: Any) -> Any:
    """The node with which a statement ends."""
    if not tails:
        return value
    return tails[-1][1] if isinstance(tails[-1], tuple) else tails[-1]


def _where(tails: Any) -> Any:
    """The condition of a factor, which has no start."""
    found = _tails(tails)
    if found["initially"] is not None:
        message = "a factor is no sequence: it has no `initially`"
        raise _refuse(message, found["initially"].span, "define the sequence, and use it here")
    return found["where"]


def _tails(tails: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"initially": None, "where": None}
    for tail in tails:
        key, value = ("initially", tail) if isinstance(tail, tree.Initially) else tail
        if found[key] is not None:
            raise _refuse(f"`{key}` is given twice", value.span, "keep one of them")
        found[key] = value
    return found
