"""Strategies for whole specs: every node of the tree, names and texts that are hard to print."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from bayescript.grammar import tree
from bayescript.grammar.diagnostics import acts

SOFT = (
    "over", "by", "on", "within", "ordered", "for", "given", "where", "initially",
    "data", "model", "factor", "plate", "infer", "let", "param", "def", "kernel", "network",
    "ode", "generate", "guide", "d",
)  # fmt: skip
HOSTILE = (
    "a: b", "a #1", "it's", "'", "@x", "%", "*", "&a", "!t", "{a}", "[a]", "- x", "? x", ": ", "#",
    "|", ">-", "---", " padded ", "", "null", "~", "no", "012", "1:30", "a, b", "\\", "µ", "\u00a0",
    "<<", "=", "`", "2001-01-01", "a\u200db",
)  # fmt: skip

_ALPHABET = st.characters(codec="utf-8", categories=("Lu", "Ll", "Lt", "Lm", "Lo", "Nd"))


def _is_name(text: str) -> bool:
    found = re.fullmatch(r"([^\W\d]\w*)'*", text)
    return (
        found is not None
        and text not in ("and", "or", "not")
        and unicodedata.normalize("NFKC", text) == text
        and found[1].isidentifier()
        and not any(map(acts, text))
    )


words: st.SearchStrategy[str] = st.one_of(
    st.sampled_from(["x", "y", "mu", "x'", "y''", "_z", "X", "Normal", "μ", "é", "on", "no"]),
    st.sampled_from(SOFT),
    st.text(_ALPHABET, min_size=1, max_size=8).filter(_is_name),
    st.from_regex(r"\A[a-z_]{1,25}\Z").filter(_is_name),
)
names = words.map(tree.Name)


def _but(*taken: str) -> st.SearchStrategy[tree.Name]:
    """Names other than those that cannot stand in one place."""
    return names.filter(lambda name: name.name not in taken)


def _number(value: float | int, underscore: bool) -> tree.Number:
    text = f"{value:_}" if underscore and isinstance(value, int) else ""
    return tree.Number(value, text=text)


numbers = st.builds(
    _number,
    st.one_of(
        st.integers(0, 10**20),
        st.floats(0, 1e307, allow_nan=False, allow_infinity=False).map(abs),
    ),
    st.booleans(),
)
texts: st.SearchStrategy[str] = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.characters(codec="utf-8"), max_size=12),
).filter(lambda text: '"' not in text and not any(map(acts, text)))
strings = texts.map(tree.String)

_OPERATORS = ("+", "-", "*", "/", "@", "^", "==", "!=", "<", "<=", ">", ">=", "and", "or")


def _some(items: st.SearchStrategy[Any], least: int = 0, most: int = 3) -> st.SearchStrategy[Any]:
    return st.lists(items, min_size=least, max_size=most).map(tuple)


def _arguments(values: st.SearchStrategy[tree.Expr]) -> st.SearchStrategy[tree.Argument]:
    return st.builds(tree.Argument, values, st.none() | words)


_outputs = st.one_of(
    names.map(lambda name: ((None, name),)),
    _some(st.tuples(words, names)),
)
arrows = st.builds(tree.Arrow, names, _outputs)
axes = st.builds(tree.Axes, st.sampled_from(["over", "by", "on"]), _some(names, 1))


def _compound(inner: st.SearchStrategy[tree.Expr]) -> st.SearchStrategy[tree.Expr]:
    arguments = _arguments(inner)
    return st.one_of(
        st.builds(tree.Binary, st.sampled_from(_OPERATORS), inner, inner),
        st.builds(tree.Unary, st.sampled_from(["-", "not"]), inner),
        st.builds(tree.ListOf, _some(inner)),
        st.builds(
            tree.Call,
            names,
            _some(arguments),
            _some(axes, most=1),
            _some(st.builds(tree.Prior, names, inner), most=1),
            st.none() | arrows,
        ),
        st.builds(tree.Index, inner, _some(arguments, 1, 2)),
        st.builds(tree.Field, inner, names),
    )


expressions: st.SearchStrategy[tree.Expr] = st.recursive(
    st.one_of(names, numbers, strings), _compound, max_leaves=14
)
_small = st.recursive(st.one_of(names, numbers, strings), _compound, max_leaves=4)
_optional = st.none() | _small

# --- statements ------------------------------------------------------------------------------

targets = st.builds(tree.Target, names, st.none() | _some(names, 1))
types = st.builds(tree.Type, names, _some(_arguments(_small), most=2), st.booleans())
starts = st.one_of(
    st.just(tree.Initially(None)),
    st.builds(tree.Initially, _small, _optional),
)
headers = st.builds(tree.Header, names, texts.map(str.strip))


@st.composite
def plates(draw: st.DrawFn) -> tree.Plate:
    domain = draw(_optional)
    last = draw(_optional) if domain is not None else None
    pairs = draw(st.lists(st.tuples(names, names), max_size=3, unique_by=lambda pair: pair[0].name))
    own = draw(st.booleans())
    parents = tuple(tree.Role(role, role if own else plate) for role, plate in pairs)
    ordered = draw(st.booleans())
    by = draw(st.none() | names) if ordered else None
    return tree.Plate(draw(names), domain, last, parents, ordered, by)


data = st.builds(tree.Data, targets, types, _optional)
draws = st.builds(
    tree.Draw,
    targets,
    expressions,
    st.none() | types,
    st.none() | starts,
    _optional,
    _some(targets),
)
defines = st.builds(tree.Define, targets, expressions, st.booleans(), st.none() | starts, _optional)
params = st.builds(tree.Param, targets, types, _optional)
factors = st.one_of(
    st.builds(tree.Factor, expressions, targets, st.none(), _optional),
    st.builds(tree.Factor, expressions, st.none(), _optional, _optional),
)
defs = st.builds(tree.Def, names, _some(names), expressions)
kernels = st.builds(tree.Kernel, targets, expressions)
networks = st.builds(tree.Network, names, expressions)
rates = st.builds(tree.Rate, targets, expressions, _small)


def key(node: Any) -> object:
    """What may stand once in a section of YAML."""
    match node:
        case tree.Define(target, local=local):
            return local, target
        case tree.Draw():
            return False, *node.targets
        case tree.Def(name, parameters):
            return name, parameters
        case tree.Plate(name) | tree.Network(name) | tree.Setting(name):
            return name
    return getattr(node, "target", None) or id(node)


def _distinct(
    nodes: st.SearchStrategy[Any], least: int = 0, most: int = 3
) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(nodes, min_size=least, max_size=most, unique_by=key).map(tuple)


# In the text, `where` after a comma begins a tail; in YAML, the rest are keys of their own.
_solvers = st.builds(
    tree.Setting, _but("where", "initially", "time", "rates"), _small, st.none() | names
)
_options = st.builds(tree.Setting, names, _small, st.none() | names)
odes = st.builds(tree.Ode, names, _distinct(_solvers, most=2), _distinct(rates, 1))
infers = st.builds(tree.Infer, names, _distinct(_options))


def _lines(lines: st.SearchStrategy[Any], block: Callable[..., Any]) -> st.SearchStrategy[Any]:
    return _distinct(lines, 1, 4).map(block)


data_blocks = _lines(data, tree.DataBlock)
generates = _lines(draws | defines, tree.Generate)
guides = _lines(draws | defines, tree.Guide)
_plain = st.one_of(
    plates(), draws, defines, params, factors, defs, kernels, networks, odes, draws, defines
)


@st.composite
def specs(draw: st.DrawFn) -> tree.Spec:
    """A spec whose statements stand in any order; each section of which there is one, once."""
    statements: list[Any] = draw(
        st.lists(_plain, max_size=6, unique_by=lambda node: (type(node), key(node)))
    )
    for section in (headers, infers, data_blocks, generates, guides):
        if draw(st.booleans()):
            statements.insert(draw(st.integers(0, len(statements))), draw(section))
    return tree.Spec(tuple(statements))
