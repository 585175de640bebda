"""Random statements of the kinds that programs hold are broken where `ruff format` breaks them."""

import ast
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bayescript.compiler.backends.lines import Lines, operators, quoted, wrap

RUFF = Path(sys.executable).with_name("ruff")
SAMPLES = 120


class Writer:
    """Writes statements, each on one line, as an emitter prints them."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def name(self) -> str:
        length = self.random.choice([1, 3, 6, 10, 16, 24, 36])
        word = self.random.choice(["alpha", "beta_of_it", "x", "row_group", "μ", "slope", "幅"])
        return (word + "_of_the_outcome_of_all_the_rows_of_it")[: max(length, len(word))].rstrip(
            "_"
        )

    def atom(self) -> str:
        kind = self.random.random()
        if kind < 0.7:
            return self.name()
        if kind < 0.8:
            return quoted(self.random.choice([self.name(), "a (b] c, d", "'", '"', '\\ + "]']))
        return self.random.choice(["0.5", "1", "-1.0", "True", "2.0e-5"])

    def expression(self, depth: int) -> str:
        if depth <= 0:
            return self.atom()
        choices: list[tuple[int, Callable[[int], str]]] = [
            (2, lambda _: self.atom()),
            (5, self.call),
            (6, self.operation),
            (3, self.subscript),
            (1, self.attribute),
            (1, self.unary),
            (1, self.power),
            (1, self.collection),
            (1, self.comparison),
            (1, self.bits),
        ]
        weights = [weight for weight, _ in choices]
        return self.random.choices(choices, weights)[0][1](depth - 1)

    def several(self, depth: int, least: int, most: int) -> list[str]:
        return [self.expression(depth) for _ in range(self.random.randint(least, most))]

    def callee(self) -> str:
        return self.random.choice(
            ["jnp.exp", "f", "numpyro.deterministic", "dist.Normal", "np.where"]
        )

    def call(self, depth: int) -> str:
        if self.random.random() < 0.05:
            return f"{self.callee()}({self.loop(depth)})"
        if self.random.random() < 0.05:
            return f"{self.callee()}(({self.operation(depth)}))"
        given = self.several(depth, 0, 3)
        given += [f"{self.name()}_{k}={e}" for k, e in enumerate(self.several(depth, 0, 2))]
        if self.random.random() < 0.05:
            given = [f"*{self.name()}", *given, f"**{self.name()}"]
        text = f"{self.callee()}({', '.join(given)})"
        if self.random.random() < 0.15:
            text += f".log_prob({', '.join(self.several(depth, 1, 2))})"
        return text

    def bracketed(self, depth: int) -> str:
        """An operand that binds tightly."""
        text = self.expression(depth)
        return f"({text})" if operators(text) or " ** " in text or text[0] in "-~" else text

    def operation(self, depth: int) -> str:
        text = self.bracketed(depth)
        for _ in range(self.random.choice([1, 1, 1, 2, 3, 4])):
            symbol = self.random.choice(["+", "-", "*", "/", "@", "+", "*"])
            text += f" {symbol} {self.bracketed(depth)}"
        return text

    def comparison(self, depth: int) -> str:
        sign = self.random.choice(["<", ">", "<=", ">=", "==", "!="])
        return f"{self.bracketed(depth)} {sign} {self.operation(depth)}"

    def bits(self, depth: int) -> str:
        parts = [f"({self.comparison(depth)})" for _ in range(self.random.randint(2, 3))]
        return f" {self.random.choice('&|')} ".join(parts)

    def power(self, depth: int) -> str:
        if self.random.random() < 0.5:
            return f"{self.name()}**{self.random.choice(['2', '-1', self.name()])}"
        # An operand that is no name or number: with spaces.
        return f"({self.operation(depth)}) ** {self.random.choice(['2', '0.5'])}"

    def unary(self, depth: int) -> str:
        operand = self.bracketed(depth).lstrip("-~")
        return self.random.choice("-~") + (
            f"({operand})" if "**" in operand and operand[0] != "(" else operand
        )

    def base(self, depth: int) -> str:
        """What can be indexed."""
        if self.random.random() < 0.5:
            return self.name()
        if self.random.random() < 0.5:
            return self.call(depth)
        return f"({self.operation(depth)})"

    def subscript(self, depth: int) -> str:
        indices = [
            self.random.choice([":", "None", "...", "1:", self.expression(depth)])
            for _ in range(self.random.randint(1, 3))
        ]
        return f"{self.base(depth)}[{', '.join(indices)}]"

    def attribute(self, depth: int) -> str:
        return f"{self.base(depth)}.{self.random.choice(['T', 'shape[0]', 'shape'])}"

    def collection(self, depth: int) -> str:
        items = self.several(depth, 1, 4)
        kind = self.random.random()
        if kind < 0.3:
            return f"[{', '.join(items)}]"
        if kind < 0.6:
            return f"({', '.join(items)}{',' if len(items) == 1 else ''})"
        if kind < 0.8:
            return "{" + ", ".join(f'"{self.name()}": {item}' for item in items) + "}"
        return f"[{self.loop(depth)}]"

    def loop(self, depth: int) -> str:
        condition = self.random.choice(["", f" if {self.comparison(depth)}"])
        names = self.random.choice([self.name(), f"{self.name()}, {self.name()}"])
        return f"{self.expression(depth)} for {names} in {self.bracketed(depth)}{condition}"

    def logic(self, depth: int) -> str:
        parts = [self.comparison(depth), f"not {self.name()}", self.bracketed(depth)]
        return f" {self.random.choice(['and', 'or'])} ".join(parts)

    def statement(self) -> str:
        depth = self.random.choice([1, 2, 2, 3, 3, 4])
        kind = self.random.random()
        if kind < 0.35:
            return f"{self.name()} = {self.expression(depth)}"
        if kind < 0.55:
            return f"{self.name()} = {self.operation(depth)}"
        if kind < 0.65:
            return f"{self.name()} = ({self.operation(depth)})"
        if kind < 0.68:
            return f"return {self.expression(depth)}"
        if kind < 0.71:
            names = ", ".join(f"{self.name()[:12]}_{k}" for k in range(self.random.randint(2, 4)))
            return f"{names} = {self.call(depth)}"
        if kind < 0.73:
            return f"{self.name()} = {self.logic(depth)}"
        if kind < 0.85:
            return self.call(depth)
        return f"with {self.contexts(depth)}:"

    def contexts(self, depth: int) -> str:
        contexts = [self.call(depth) for _ in range(self.random.randint(1, 3))]
        text = ", ".join(contexts)
        if len(contexts) == 1:
            return text + self.random.choice(["", f" as {self.name()}"])
        return self.random.choice([text, f"({text})"])


def module(statements: list[str], depths: list[int]) -> list[str]:
    """A function for each statement, inside blocks as deep as asked."""
    texts = []
    for number, (statement, depth) in enumerate(zip(statements, depths, strict=True)):
        lines = Lines()
        with lines.block(f"def function_{number}():"):
            nest(lines, statement, depth)
        texts.append(str(lines))
    return texts


def nest(lines: Lines, statement: str, depth: int) -> None:
    if depth:
        with lines.block("if x:"):
            nest(lines, statement, depth - 1)
    elif statement.endswith(":"):
        with lines.block(statement):
            lines.add("pass")
    else:
        lines.add(statement)


def flat(statement: str, depth: int) -> str:
    """The same function with the statement on one line."""
    lines = ["def f():", *("    " * k + "if x:" for k in range(1, depth + 1))]
    body = statement + " pass" if statement.endswith(":") else statement
    return "\n".join([*lines, "    " * (depth + 1) + body])


def inner(text: str, depth: int) -> ast.stmt:
    """The statement inside a function and blocks of this depth."""
    node = ast.parse(text).body[0]
    for _ in range(depth + 1):
        assert isinstance(node, ast.FunctionDef | ast.If)
        node = node.body[0]
    return node


def formatted(texts: list[str], folder: Path) -> list[str]:
    """As `ruff format` leaves them."""
    source = folder / "module.py"
    source.write_text("\n\n\n".join(texts) + "\n", encoding="utf-8")
    command = [str(RUFF), "format", "--isolated", "--no-cache", str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return source.read_text(encoding="utf-8").rstrip("\n").split("\n\n\n")


@pytest.mark.parametrize("seed", range(4))
def test_ruff_leaves_random_statements_as_they_are(seed: int, tmp_path: Path) -> None:
    writer = Writer(seed)
    statements = [writer.statement() for _ in range(SAMPLES)]
    depths = [writer.random.randint(0, 4) for _ in statements]
    texts = module(statements, depths)
    for statement, depth, text in zip(statements, depths, texts, strict=True):
        assert ast.dump(inner(text, depth)) == ast.dump(inner(flat(statement, depth), depth))
    wrong = [
        f"# {statement}\n{mine}\n# but ruff:\n{theirs}"
        for statement, mine, theirs in zip(
            statements, texts, formatted(texts, tmp_path), strict=True
        )
        if mine != theirs
    ]
    assert not wrong, f"{len(wrong)} differ\n" + "\n".join(wrong[:5])


def test_a_sum_of_a_thousand_terms_is_broken() -> None:
    text = f"x = {' + '.join(f'term_{k}' for k in range(1000))}"
    lines = wrap(text, 4)
    assert len(lines) == 1002
    assert " ".join(line.strip() for line in lines) == text.replace("x = ", "x = ( ") + " )"


@pytest.mark.parametrize(
    "text",
    [
        "def f(a_parameter_with_a_long_name: int, another_parameter_with_a_long_name: int):",
        'f("a text that is no statement of Python, and is longer than eighty-eight columns',
    ],
)
def test_what_has_no_layout_stays_on_one_line(text: str) -> None:
    assert wrap(text, 4) == ["    " + text]


def test_quotes_are_those_with_fewer_escapes(tmp_path: Path) -> None:
    generator = random.Random(0)
    words = ["".join(generator.choices("ab '\"\\\n\té", k=6)) for _ in range(300)]
    texts = [f"x = {quoted(word)}" for word in words]
    assert [ast.literal_eval(text[4:]) for text in texts] == words
    assert "\n".join(formatted(["\n".join(texts)], tmp_path)) == "\n".join(texts)
