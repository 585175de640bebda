"""What the parser does at each rule of statements: makes the syntax node."""

from __future__ import annotations

from typing import Any, cast

from lark import Token, v_args

from . import tree
from .build_expressions import Expressions, at, named, refused


def as_target(node: Any) -> tree.Target:
    """An expression `name` or `name[a, b]` as the left side of a statement."""
    match node:
        case tree.Name(name, span):
            return tree.Target(node, None, span)
        case tree.Index(tree.Name() as name, indices, span):
            dims = [i.value for i in indices]
            if all(isinstance(d, tree.Name) for d in dims) and not any(i.name for i in indices):
                return tree.Target(name, cast(tuple[tree.Name, ...], tuple(dims)), span)
    raise refused(
        "a factor's name is a name, with plates in brackets",
        node.span,
        "write `factor name[plate] = expression`",
    )


@v_args(inline=True)
class Build(Expressions):
    """Rules of model.lark → nodes of tree.py. The tails of statements travel as plain tuples."""

    def target(
        self, name: Token, dims: tuple[tuple[tree.Name, ...], Token] | None = None
    ) -> tree.Target:
        if dims is None:
            return tree.Target(named(name), None, at(name))
        return tree.Target(named(name), dims[0], at(name, dims[1]))

    def targets(self, *parts: Any) -> list[tree.Target]:
        return [p for p in parts if isinstance(p, tree.Target)]

    def dims(self, *parts: Token) -> tuple[tuple[tree.Name, ...], Token]:
        return tuple(named(p) for p in parts if p.type == "NAME"), parts[-1]

    def type(self, name: Token, *rest: Any) -> tree.Type:
        arguments = next((p for p in rest if isinstance(p, list)), [])
        optional = any(isinstance(p, Token) and p.type == "OPTIONAL" for p in rest)
        last = rest[-1] if rest else name
        return tree.Type(named(name), tuple(arguments), optional, at(name, last))

    def header(self, word: Token, name: Token, text: Token | None = None) -> tree.Header:
        return tree.Header(named(name), str(text)[1:-1] if text else "", at(word, text or name))

    def domain(self, first: Any, *rest: Any) -> tuple[Any, Any]:
        return first, rest[-1] if rest else None

    def one_parent(self, name: Token) -> list[Any]:
        return [tree.Role(named(name), named(name)), name]

    def parents(self, *parts: Any) -> list[Any]:
        return [*(p for p in parts if isinstance(p, tree.Role)), parts[-1]]

    def role(self, role: Token, *rest: Token) -> tree.Role:
        return tree.Role(named(role), named(rest[-1] if rest else role))

    def order(self, word: Token, *rest: Token) -> dict[str, Any]:
        return {
            "ordered": True,
            "ordered_by": named(rest[-1]) if rest else None,
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
            named(name),
            *domain,
            tuple(parents),
            bool(order),
            order.get("ordered_by"),
            at(word, last),
        )

    def initially(self, comma: Token, word: Token, init: tree.Initially) -> tree.Initially:
        return init

    def given(self, word: Token) -> tree.Initially:
        return tree.Initially(None, None, at(word))

    def initial_value(self, value: Any, *rest: Any) -> tree.Initially:
        return tree.Initially(
            value, rest[-1] if rest else None, at(value, rest[-1] if rest else value)
        )

    def where(self, comma: Token, word: Token, condition: Any) -> tuple[str, Any]:
        return "where", condition

    def draw(self, targets: list[tree.Target], *rest: Any) -> tree.Draw:
        target, *others = targets
        kind = next((p for p in rest if isinstance(p, tree.Type)), None)
        values = [p for p in rest if not isinstance(p, Token | tree.Type)]
        value, tails = values[0], values[1:]
        last = _last(value, tails)
        span = at(target, last)
        return tree.Draw(target, value, kind, **_tails(tails), others=tuple(others), span=span)

    def define(self, target: tree.Target, equal: Token, value: Any, *tails: Any) -> tree.Define:
        last = _last(value, tails)
        return tree.Define(target, value, False, **_tails(tails), span=at(target, last))

    def let(
        self, word: Token, target: tree.Target, equal: Token, value: Any, *tails: Any
    ) -> tree.Define:
        return tree.Define(target, value, True, **_tails(tails), span=at(word, _last(value, tails)))

    def param(
        self, word: Token, target: tree.Target, colon: Token, kind: tree.Type, *rest: Any
    ) -> tree.Param:
        initial = rest[-1] if rest else None
        return tree.Param(target, kind, initial, at(word, initial or kind))

    def factor_named(
        self, word: Any, target: Any, equal: Token, value: Any, *tails: Any
    ) -> tree.Factor:
        last = _last(value, tails)
        return tree.Factor(value, as_target(target), None, _where(tails), at(word, last))

    def factor_density(
        self, word: Any, value: Any, tilde: Token, distribution: Any, *tails: Any
    ) -> tree.Factor:
        last = _last(distribution, tails)
        return tree.Factor(value, None, distribution, _where(tails), at(word, last))

    def factor_plain(self, word: Any, value: Any, *tails: Any) -> tree.Factor:
        return tree.Factor(value, None, None, _where(tails), at(word, _last(value, tails)))

    def names(self, *parts: Token) -> list[tree.Name]:
        return [named(p) for p in parts if p.type == "NAME"]

    def def_(self, word: Token, name: Token, *rest: Any) -> tree.Def:
        parameters = next((p for p in rest if isinstance(p, list)), [])
        return tree.Def(named(name), tuple(parameters), rest[-1], at(word, rest[-1]))

    def kernel(self, word: Token, target: tree.Target, equal: Token, value: Any) -> tree.Kernel:
        return tree.Kernel(target, value, at(word, value))

    def network(self, word: Token, name: Token, equal: Token, value: Any) -> tree.Network:
        return tree.Network(named(name), value, at(word, value))

    def decl(self, target: tree.Target, colon: Token, kind: tree.Type, *rest: Any) -> tree.Data:
        default = rest[-1] if rest else None
        return tree.Data(target, kind, default, at(target, default or kind))

    def setting(self, name: Token, equal: Token, value: Any, *rest: Any) -> tree.Setting:
        over = named(rest[-1]) if rest else None
        return tree.Setting(named(name), value, over, at(name, over or value))

    def rate(self, d: Token, left: Token, target: tree.Target, *rest: Any) -> tree.Rate:
        if d != "d":
            raise refused(
                "the lines of an ode block give derivatives",
                at(d),
                "write `d(u) = …, initially …`",
            )
        values = [p for p in rest if not isinstance(p, Token)]
        return tree.Rate(target, values[0], values[1], at(d, values[1]))

    # --- heads of blocks; their lines are read one by one ---------------------------------

    def data_head(self, word: Token) -> tree.DataBlock:
        return tree.DataBlock((), at(word))

    def generate_head(self, word: Token) -> tree.Generate:
        return tree.Generate((), at(word))

    def guide_head(self, word: Token) -> tree.Guide:
        return tree.Guide((), at(word))

    def infer_head(self, word: Token, method: Token) -> tree.Infer:
        return tree.Infer(named(method), (), at(word, method))

    def ode_head(self, word: Token, time: Token, *rest: Any) -> tree.Ode:
        settings = tuple(r for r in rest if isinstance(r, tree.Setting))
        return tree.Ode(named(time), settings, (), at(word, time))

    # --- pieces, as YAML has them ---------------------------------------------------------

    def name_piece(self, name: Token) -> tree.Name:
        return named(name)

    def signature(self, name: Token, *rest: Any) -> tuple[tree.Name, tuple[tree.Name, ...]]:
        parameters = next((p for p in rest if isinstance(p, list)), [])
        return named(name), tuple(parameters)

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
        return value, named(rest[-1]) if rest else None

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
        raise refused(message, found["initially"].span, "define the sequence, and use it here")
    return found["where"]


def _tails(tails: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"initially": None, "where": None}
    for tail in tails:
        key, value = ("initially", tail) if isinstance(tail, tree.Initially) else tail
        if found[key] is not None:
            raise refused(f"`{key}` is given twice", value.span, "keep one of them")
        found[key] = value
    return found
