"""The files for editors: the colours fall where the language says, the extension is complete."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bayescript.compiler.tables.constraints import DATA_TYPES
from bayescript.grammar.yaml.forms import json_schema
from bayescript.lsp.cursor import STARTERS
from bayescript.lsp.resolve import BUILT_IN, OPERATORS, SOFT
from tests.lsp.client import ROOT

FOLDER = ROOT / "bayescript" / "editors" / "vscode"


def read(name: str) -> Any:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


COLOURS = read("syntaxes/bayes.tmLanguage.json")
PACKAGE = read("package.json")


def rules(patterns: list[Any]) -> list[Any]:
    """All rules in the order in which they are tried, includes put in."""
    found: list[Any] = []
    for pattern in patterns:
        if "include" in pattern:
            found += rules(COLOURS["repository"][pattern["include"].removeprefix("#")]["patterns"])
        else:
            found.append(pattern)
    return found


RULES = rules(COLOURS["patterns"])
COMPILED = [(re.compile(rule["match"]), rule) for rule in RULES]


def coloured(line: str) -> list[tuple[str, str]]:
    """The pieces of a line that get a scope: at each place the leftmost rule, then the first."""
    found: list[tuple[str, str]] = []
    position = 0
    while position < len(line):
        hits = [(m.start(), n, m) for n, (regex, _) in enumerate(COMPILED)
                if (m := regex.search(line, position)) and m.end() > m.start()]  # fmt: skip
        if not hits:
            break
        _, number, match = min(hits, key=lambda hit: hit[:2])
        rule = COMPILED[number][1]
        if "name" in rule:
            found.append((match.group().strip(), rule["name"].removesuffix(".bayes")))
        for group, scope in rule.get("captures", {}).items():
            if match[int(group)]:
                found.append((match[int(group)], scope["name"].removesuffix(".bayes")))
        position = match.end()
    return found


def test_it_has_only_rules_that_match_within_a_line() -> None:
    """So that the small engine above says what the editor's says."""
    assert all("match" in rule and not {"begin", "while"} & set(rule) for rule in RULES)
    used = {p["include"].removeprefix("#") for p in COLOURS["patterns"]}
    assert used == set(COLOURS["repository"])


SAMPLES = {
    "comment.line.number-sign": [("x = 1  # as said", "# as said")],
    "string.quoted.double": [('model m "a # b"', '"a # b"')],
    "invalid.illegal.unclosed-string": [('b["low]', '"low]')],
    "keyword.control.model": [('model radon "x"', "model")],
    "entity.name.namespace": [("model radon", "radon")],
    "keyword.control.plate": [("plate home within county", "plate")],
    "entity.name.type.plate": [
        ("plate home", "home"),
        ("alpha[firm, year'] ~ Normal(0, 1)", "firm, year'"),
        ("  votes[voter] : party", "party"),
    ],
    "keyword.control.block": [("data", "data"), ("infer nuts", "infer"), ("guide", "guide"),
                              ("generate  # y", "generate"), ("ode t, start = 0", "ode")],
    "keyword.control.statement": [("let eta = 1", "let"), ("  let z = 1", "let"),
                                  ("factor -x", "factor"), ("param s : positive", "param"),
                                  ("kernel k = RBF(l = 1)", "kernel"),
                                  ("network f = MLP(a -> b)", "network")],
    "keyword.control.def": [("def hill(x) = x", "def")],
    "entity.name.function": [("def hill(x) = x", "hill")],
    "support.constant.method": [("infer nuts", "nuts")],
    "variable.parameter.time": [("ode t", "t")],
    "variable.other.declaration": [("alpha[p] ~ Normal(0, 1)", "alpha"), ("x = 3", "x"),
                                   ("let eta = 1", "eta"), ("  floor[home] : binary", "floor"),
                                   ("alpha[p], b, c ~ Flat()", "alpha"),
                                   ("alpha[p], b, c ~ Flat()", "b"),
                                   ("alpha[p], b[q, r], c ~ Flat()", "c")],
    "storage.type": [("  x[p] : positive", "positive"), ("s : unit ~ Beta(1, 1)", "unit")],
    "keyword.operator.optional": [("  x[p] : real?", "?")],
    "keyword.other.plate": [("plate visit within (a, b) ordered by t", "within"),
                            ("plate day ordered  # c", "ordered"),
                            ("plate day ordered by time", "by")],
    "keyword.other.axes": [("sum(x, over p)", "over"), ("mean(x by (g))", "by"), ("f(on x)", "on")],
    "keyword.other.clause": [("y ~ D(1), where c", "where"), ("x = 1, initially 0", "initially"),
                             ("y ~ D(1), initially given", "given"),
                             ("x = 1, initially 0 for 6", "for")],
    "keyword.operator.logical": [("x = not a and b or c", w) for w in ("not", "and", "or")],
    "constant.language.boolean": [("  dense_mass = true", "true")],
    "support.function": [("x = exp(y)", "exp"), ("z = where(a, b, c)", "where")],
    "support.class.distribution": [("x ~ LogNormal(0, 1)", "LogNormal")],
    "entity.name.function.call": [("x = hill(1)", "hill")],
    "variable.parameter.argument": [("x ~ Beta(1, loc = 2)", "loc"),
                                    ("prev(x, initially = 0)", "initially")],
    "constant.numeric": [("x = 20_000", "20_000"), ("x = .5e-3", ".5e-3"), ("x = 1..12", "12")],
    "keyword.operator.distributed": [("x ~ Flat()", "~")],
    "keyword.operator.range": [("plate m = 1..12", "..")],
    "keyword.operator.comparison": [("x = a != b", "!="), ("x = a <= b", "<=")],
    "keyword.operator.assignment": [("x = 1", "=")],
    "keyword.operator.arrow": [("network f = MLP(a -> b)", "->")],
    "keyword.operator.arithmetic": [("x = a @ b", "@"), ("x = a ^ b", "^")],
    "variable.other": [("x = beta_1 + μ'", "μ'")],
    "punctuation.separator.type": [("x : real ~ D(1)", ":")],
    "punctuation.separator": [("f(a, b)", ",")],
    "punctuation.section.brackets": [("f(a)", "(")],
    "punctuation.section.brackets.begin": [("x[p] = 1", "[")],
    "punctuation.section.brackets.end": [("x[p] = 1", "]")],
}  # fmt: skip


@pytest.mark.parametrize("scope", SAMPLES)
def test_a_scope_falls_on_its_words(scope: str) -> None:
    for line, piece in SAMPLES[scope]:
        assert (piece, scope) in coloured(line), (line, coloured(line))


def test_every_scope_has_a_sample() -> None:
    scopes = {r["name"] for r in RULES if "name" in r}
    scopes |= {c["name"] for r in RULES for c in r.get("captures", {}).values()}
    assert {s.removesuffix(".bayes") for s in scopes} == set(SAMPLES)


@pytest.mark.parametrize(
    ("line", "piece"),
    [
        ("data = 3", "data"),
        ("model = 3", "model"),
        ("x = data + ordered", "ordered"),
        ("  over[p] : real", "over"),
        ("y = by", "by"),
        ("# let it be", "let"),
        ("x = letter", "let"),
        ("factor = 2", "factor"),
        ("y = where + 1", "where"),
    ],
)
def test_a_keyword_is_one_only_where_it_can_be(line: str, piece: str) -> None:
    assert not [s for text, s in coloured(line) if text == piece and s.startswith("keyword")]


@pytest.mark.parametrize("word", [*STARTERS, *SOFT, *OPERATORS])
def test_every_keyword_is_coloured_somewhere(word: str) -> None:
    hits = [
        piece
        for scope, lines in SAMPLES.items()
        if scope.startswith("keyword")
        for _, piece in lines
    ]
    assert word in hits


def test_every_type_and_function_is_known() -> None:
    for name in DATA_TYPES:
        assert (name, "storage.type") in coloured(f"  x[p] : {name}")
    for name in BUILT_IN:
        assert (name, "support.function") in coloured(f"x = {name}(1)")


def test_the_starters_are_those_of_the_grammar() -> None:
    grammar = (ROOT / "grammar" / "model.lark").read_text(encoding="utf-8")
    declared = re.findall(r"^%declare (MODEL.*)$", grammar, re.MULTILINE)[0].split()
    assert {w.lower() for w in declared} == set(STARTERS)
    soft = re.findall(r"^%declare (WITHIN.*)$", grammar, re.MULTILINE)[0].split()
    assert {w.lower() for w in soft} == set(SOFT)


# --- the extension --------------------------------------------------------------------------


def test_the_files_that_the_package_names_exist() -> None:
    given = PACKAGE["contributes"]
    named = [PACKAGE["main"], *(g["path"] for g in given["grammars"]),
             *(x["configuration"] for x in given["languages"]),
             *(x["url"] for x in given["yamlValidation"])]  # fmt: skip
    assert [n for n in named if not (FOLDER / n).is_file()] == []


def test_the_schema_is_that_of_the_grammar() -> None:
    """Where it is not: `bayescript schema > bayescript/editors/vscode/bayescript.schema.json`."""
    assert read("bayescript.schema.json") == json_schema()


def test_languages_grammars_and_commands_fit_together() -> None:
    given = PACKAGE["contributes"]
    languages = {x["id"]: x for x in given["languages"]}
    assert languages["bayes"]["extensions"] == [".bayes"]
    for grammar in given["grammars"]:
        assert grammar["language"] in languages
        assert grammar["scopeName"] == COLOURS["scopeName"]
    script = (FOLDER / "extension.js").read_text(encoding="utf-8")
    for command in given["commands"]:
        assert f'"{command["command"]}"' in script
    assert PACKAGE["name"] == "bayescript" and set(PACKAGE["dependencies"]) == {
        "vscode-languageclient"
    }
    settings = given["configuration"]["properties"]
    assert settings["bayescript.command"]["default"] == ["bayescript", "lsp"]


def test_the_version_is_that_of_the_project() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{PACKAGE["version"]}"' in project


def test_words_and_indentation_of_the_language() -> None:
    language = read("language-configuration.json")
    assert language["comments"]["lineComment"] == "#"
    deeper = re.compile(language["indentationRules"]["increaseIndentPattern"])
    for line in ("data", "infer nuts", "generate", "ode t, start = 0"):
        assert deeper.match(line)
    for line in ("data = 3", "x = 1", "inference = 2", "plate p"):
        assert not deeper.match(line)


_STUBS = """
const Module = require("module");
const told = [];
const stubs = {
  vscode: {
    workspace: {
      getConfiguration: () => ({ get: (_, fallback) => fallback }),
      onDidChangeConfiguration: (f) => ({ changed: f }),
    },
    commands: { registerCommand: (name, run) => ({ name, run }) },
    window: { showErrorMessage: (text) => told.push(text) },
  },
  "vscode-languageclient/node": {
    LanguageClient: class {
      constructor(id, name, server, options) { told.push([id, server, options]); }
      async start() { told.push("start"); if (FAILS) throw new Error("no such command"); }
      async stop() { told.push("stop"); }
    },
  },
};
const load = Module._load;
Module._load = (name, ...rest) => stubs[name] ?? load(name, ...rest);
const extension = require(PATH);
(async () => {
  const context = { subscriptions: [] };
  await extension.activate(context);
  await context.subscriptions[0].run();
  await extension.deactivate();
  console.log(JSON.stringify(told));
})();
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")
@pytest.mark.parametrize("fails", [False, True])
def test_the_extension_starts_the_server_and_says_where_it_cannot(
    fails: bool, tmp_path: Path
) -> None:
    script = tmp_path / "run.js"
    path = json.dumps(str(FOLDER / "extension.js"))
    script.write_text(f"const FAILS = {str(fails).lower()}, PATH = {path};\n{_STUBS}")
    done = subprocess.run(["node", script], capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    name, command, options = told[0]
    assert (name, command) == ("bayescript", {"command": "bayescript", "args": ["lsp"]})
    assert {"language": "bayes"} in options["documentSelector"]
    if fails:
        assert "pip install" in told[2] and "stop" not in told
    else:
        assert [t for t in told if isinstance(t, str)] == ["start", "stop", "start", "stop"]
