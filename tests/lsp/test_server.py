"""The language server as an editor meets it: a process that answers over its protocol."""

import time

import pytest

from tests.lsp.client import Client, at, ends, open_, span
from tests.lsp.radon import SPEC

# --- greeting and farewell ----------------------------------------------------------------


def test_the_greeting_says_what_the_server_can_do(server: Client) -> None:
    able = server.greeting["capabilities"]
    assert server.greeting["serverInfo"]["name"] == "bayescript"
    assert able["textDocumentSync"]["openClose"] and able["textDocumentSync"]["change"] == 2
    assert {"~", "(", "["} <= set(able["completionProvider"]["triggerCharacters"])
    for what in ("hover", "definition", "documentSymbol", "documentFormatting", "codeAction"):
        assert able[f"{what}Provider"], what


def test_shutdown_and_exit_end_the_process_with_0() -> None:
    with Client() as client:
        assert client.ask("shutdown", None) is None
        client.tell("exit", None)
        assert client.process.wait(timeout=10) == 0


def test_an_editor_that_vanishes_ends_the_process() -> None:
    with Client() as client:
        assert client.process.stdin is not None
        client.process.stdin.close()
        client.process.wait(timeout=10)


# --- diagnostics --------------------------------------------------------------------------


def test_a_whole_spec_has_no_problems(server: Client) -> None:
    (hint,) = open_(server, SPEC).problems()
    assert (hint["code"], hint["severity"]) == ("W210", 4)  # the plate `game` is for show


def test_every_error_of_a_broken_spec_is_told_at_once(server: Client) -> None:
    text = "mu ~ Normal(0, 1\ntau ~ Nromal(0, 1)\nx = = 3\n"
    problems = open_(server, text).problems()
    assert [(p["code"], p["severity"], p["source"]) for p in problems] == [
        ("B102", 1, "bayescript"),
        ("B211", 1, "bayescript"),
        ("B101", 1, "bayescript"),
    ]
    assert ends(problems[1]["range"]) == ((1, 6), (1, 12))
    assert "did you mean `Normal`?" in problems[1]["message"]


def test_columns_count_utf_16_units(server: Client) -> None:
    text = '# 𝛼𝛽\nplate p = ["😀", b]  # 😀\nx[p] ~ Normal(0, 1)\ny = x["😀"] + nothing\n'
    (problem,) = open_(server, text).problems()
    assert problem["code"] == "B201"
    assert ends(problem["range"]) == ((3, 14), (3, 21))  # 13 characters before it, one of them two


def test_columns_count_what_the_editor_prefers() -> None:
    with Client(capabilities={"general": {"positionEncodings": ["utf-8"]}}) as client:
        assert client.greeting["capabilities"]["positionEncoding"] == "utf-8"
        (problem,) = open_(client, "μ ~ Normal(0, 1)\nx = μ + 2 + nothing\n").problems()
        assert ends(problem["range"]) == ((1, 13), (1, 20))


def test_letters_in_pieces_do_not_move_what_follows(server: Client) -> None:
    """`é` as two characters is read as one, and the editor still counts two."""
    (problem,) = open_(server, "caf\u0065\u0301 ~ Normal(0, 1)\nx = cafe\u0301 + y\n").problems()
    assert problem["code"] == "B201" and ends(problem["range"]) == ((1, 12), (1, 13))


def test_carriage_returns_and_odd_separators_keep_the_lines(server: Client) -> None:
    text = "# a\u2028b\x0c\u0085\r\nx ~ Normal(0, 1)\r\ny = x + nothing\r\n"
    file = open_(server, text)
    (problem,) = [p for p in file.problems() if p["code"] == "B201"]
    assert ends(problem["range"]) == ((2, 8), (2, 15))
    file.change(((2, 8), (2, 15), "1"))
    assert "B201" not in [p["code"] for p in file.problems()]


def test_notes_are_related_places(server: Client) -> None:
    file = open_(server, "x ~ Normal(0, 1)\nx = 3\n")
    (problem,) = [p for p in file.problems() if p["code"] == "B202"]
    (related,) = problem["relatedInformation"]
    assert related["location"]["uri"] == file.uri
    assert ends(related["location"]["range"])[0] == (0, 0)
    assert related["message"] == "first used here"


def test_warnings_are_warnings(server: Client) -> None:
    (problem,) = open_(server, "x ~ Normal(0, 1)\n").problems()
    assert (problem["code"], problem["severity"]) == ("W202", 2)


def test_an_empty_file_is_no_error(server: Client) -> None:
    assert open_(server, "").problems() == []


# --- typing -------------------------------------------------------------------------------


def test_edits_change_the_text_where_they_say(server: Client) -> None:
    file = open_(server, "x ~ Normal(0, 1)\ny ~ Normal(x, 1)\n")
    assert [p["code"] for p in file.problems()] == ["W202"]
    file.change(((1, 11), (1, 12), "z"), ((0, 0), (0, 0), "# 😀\n"), ((0, 2), (0, 4), "hm"))
    unknown = [p for p in file.problems() if p["code"] == "B201"]
    assert [ends(p["range"]) for p in unknown] == [((2, 11), (2, 12))]
    file.change("x = 1\n")
    assert not [p for p in file.problems() if p["severity"] == 1]


def test_an_edit_past_the_end_of_a_line_stops_there(server: Client) -> None:
    file = open_(server, "x = 1\ny = 2\n")
    file.problems()
    file.change(((0, 4), (0, 99999), "nothing"))
    assert [ends(p["range"]) for p in file.problems()] == [((0, 4), (0, 11))]


def test_quick_typing_is_checked_once(server: Client) -> None:
    file = open_(server, "x = 1\n")
    file.problems()
    for place, letter in enumerate("2345"):
        file.change(((0, 5 + place), (0, 5 + place), letter))
    assert file.published()["version"] == 5  # `published` skips versions before the newest,
    server.ask("textDocument/hover", {"textDocument": {"uri": file.uri}, "position": span(
        (0, 0), (0, 0))["start"]})  # fmt: skip
    assert server.told["textDocument/publishDiagnostics"].empty()


def test_a_closed_file_has_no_problems(server: Client) -> None:
    file = open_(server, "x = nothing\n")
    assert file.problems()
    file.close()
    while (found := server.heard("textDocument/publishDiagnostics"))["uri"] != file.uri:
        pass
    assert found["diagnostics"] == []
    assert server.ask("textDocument/documentSymbol", {"textDocument": {"uri": file.uri}}) is None


# --- hover --------------------------------------------------------------------------------

HOVERS = {
    "a latent": ("alpha", 0, ["alpha[county] ~ Normal(gamma_0 + uranium, tau)", "**latent**",
                              "over `county`", "any number"]),
    "a latent above 0": ("tau", 0, ["**latent**", "a single value", "above 0"]),
    "an outcome": ("log_radon", 1, ["log_radon[home] : real", "log_radon[home] ~ Normal(eta",
                                    "**data** · an outcome"]),
    "data that holds elements": ("given", 1, ["**data**", "an element of `dose`"]),
    "a let, whose axes follow": ("eta", 1, ["let eta = alpha + b[given]", "over `home`"]),
    "a plate": ("home", 1, ["plate home within county", "within `county`", "from the data"]),
    "a plate with labels": ("dose", 0, ["3 elements: `low`, `mid`, `very high`"]),
    "a role": ("away", 0, ["**role**", "`game`"]),
    "a distribution": ("Normal", 0, ["Normal(loc : real, scale : positive)", "bell curve",
                                     "any number", "numpyro (`Normal`)"]),
    "a function of the spec": ("standard", 1, ["def standard(x, s)", "**function**"]),
    "an argument of it": ("s)", 0, ["**argument** of `standard`"]),
    "a built-in function": ("mean", 0, ["mean(x, over plate)", "mean(x, by group)"]),
    "a type": ("binary", 0, ["0 or 1"]),
    "a method": ("nuts", 0, ["No-U-Turn", "`target_accept`"]),
    "a setting": ("chains", 0, ["chains = 4", "independent chains", "a setting of `nuts`"]),
    "a keyword": ("plate", 1, ["A set of things"]),
    "a soft keyword": ("within", 0, ["one parent"]),
}  # fmt: skip


@pytest.mark.parametrize("name", HOVERS)
def test_hover(server: Client, name: str) -> None:
    word, nth, parts = HOVERS[name]
    text = open_(server, SPEC).hover(at(SPEC, word, nth))
    for part in parts:
        assert part in text


def test_hover_says_nothing_of_numbers_comments_and_strings(server: Client) -> None:
    text = 'model m "tau is said"\ntau = 10  # tau\n'
    file = open_(server, text)
    assert file.hover(at(text, "10")) == file.hover((1, 13)) == file.hover((0, 11)) == ""
    assert "**defined**" in file.hover((1, 1))


def test_hover_on_a_named_argument(server: Client) -> None:
    text = "loc = 1\nx ~ NegativeBinomial(mean = loc, concentration = 2)\n"
    file = open_(server, text)
    assert "mean : positive" in file.hover(at(text, "mean"))
    assert "**defined**" in file.hover(at(text, "loc", 1))


def test_hover_marks_the_word(server: Client) -> None:
    found = open_(server, SPEC).ask("hover", at(SPEC, "gamma_0", 1))
    assert ends(found["range"]) == (at(SPEC, "gamma_0", 1), at(SPEC, " + uranium"))


def test_hover_in_a_spec_with_errors_elsewhere(server: Client) -> None:
    text = SPEC + "broken = (1 +\n"
    assert "over `county`" in open_(server, text).hover(at(text, "alpha", 1))


# --- definition, outline ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "nth", "target"),
    [("alpha", 1, 0), ("county", 4, 0), ("log_radon", 1, 0), ("standard", 1, 0), ("given", 1, 0),
     ("dose", 2, 0), ("x", 2, 1), ("home", 4, 0)],
)  # fmt: skip
def test_definition(server: Client, word: str, nth: int, target: int) -> None:
    text = SPEC.replace("model radon", "model r").replace('"Radon in homes"', "")
    begin, end = open_(server, text).definition(at(text, word, nth))
    text_line = text.split("\n")[begin[0]]
    assert text_line[begin[1] : end[1]] == word
    assert begin == at(text, word, target) if word != "x" else "def" in text_line


def test_what_is_built_in_is_defined_nowhere(server: Client) -> None:
    file = open_(server, SPEC)
    assert file.definition(at(SPEC, "Normal")) is None
    assert file.definition(at(SPEC, "mean")) is None


def test_the_outline_has_the_blocks_and_what_is_in_them(server: Client) -> None:
    symbols = open_(server, SPEC).symbols()
    names = [s["name"] for s in symbols]
    assert names[:4] == ["radon", "county", "home", "dose"]
    assert {"data", "standard", "alpha", "eta", "infer nuts"} <= set(names)
    data = symbols[names.index("data")]
    assert [s["name"] for s in data["children"]] == ["uranium", "floor", "log_radon", "given"]
    for symbol in [*symbols, *data["children"]]:
        (begin, end), (first, last) = ends(symbol["range"]), ends(symbol["selectionRange"])
        assert begin <= first <= last <= end, symbol["name"]


# --- fixes, formatting --------------------------------------------------------------------


def test_a_suggested_word_can_be_put_in(server: Client) -> None:
    text = "# 😀\ntau = 2\nx ~ Nromal(tua, 1)\n"
    file = open_(server, text)
    (action,) = file.actions((2, 5), (2, 5))
    assert action["title"] == "replace by `Normal`" and action["kind"] == "quickfix"
    assert action["diagnostics"][0]["code"] == "B211"
    (edit,) = action["edit"]["changes"][file.uri]
    assert ends(edit["range"]) == ((2, 4), (2, 10)) and edit["newText"] == "Normal"
    file.problems()
    file.change((*ends(edit["range"]), edit["newText"]))
    assert [p["code"] for p in file.problems() if p["severity"] == 1] == ["B201"]


def test_where_nothing_is_wrong_there_is_nothing_to_fix(server: Client) -> None:
    file = open_(server, "x ~ Nromal(0, 1)\ny = 2\n")
    assert file.actions((1, 0), (1, 3)) == []
    assert len(file.actions((0, 0), (1, 3))) == 1


def test_formatting_changes_the_lines_that_need_it(server: Client) -> None:
    text = "x   ~   Normal( 0,1 )\n\ny ~ Normal(x, 1)\n"
    file = open_(server, text)
    (edit,) = file.format()
    (first, _), (last, _) = ends(edit["range"])
    lines = text.splitlines(keepends=True)
    result = "".join(lines[:first]) + edit["newText"] + "".join(lines[last:])
    assert "x ~ Normal(0, 1)\n" in result and result.endswith("y ~ Normal(x, 1)\n")
    file.change(result)
    assert file.format() is None


def test_formatting_keeps_the_ends_of_lines(server: Client) -> None:
    assert open_(server, "x = 1\r\ny = x\r\n").format() is None
    (edit,) = open_(server, "x = 1\r\ny   = x\r\n").format()
    assert ends(edit["range"]) == ((1, 0), (2, 0)) and edit["newText"] == "y = x\r\n"


def test_what_cannot_be_read_is_not_laid_out(server: Client) -> None:
    assert open_(server, "x   ~ Normal(0,1)\ny = (\n").format() is None


# --- what must not happen -----------------------------------------------------------------


def test_every_place_of_a_text_cut_anywhere_is_answered(server: Client) -> None:
    for cut in range(0, len(SPEC), 29):
        text = SPEC[:cut]
        file = open_(server, text)
        place = at(text + "$", "$")
        assert file.ask("completion", place) is not None
        for question in ("hover", "definition"):
            file.ask(question, place)
        assert isinstance(file.symbols(), list)
    assert "window/logMessage" not in server.told


def test_a_bug_is_told_and_does_not_end_the_server() -> None:
    broken = (
        "import bayescript.lsp.server as s\n"
        "def hover(*_):\n    raise KeyError('a bug')\n"
        "s.hover = hover\nfrom bayescript.lsp import main\nmain()"
    )
    with Client(("-c", broken)) as client:
        file = open_(client, "x = 1\n")
        assert file.ask("hover", (0, 0)) is None
        assert "KeyError" in client.heard("window/logMessage")["message"]
        assert [s["name"] for s in file.symbols()] == ["x"]
        assert any(b"Traceback" in line for line in client.errors)


def test_an_unknown_question_gets_an_error_not_silence(server: Client) -> None:
    assert server.ask_whole("textDocument/nonsense", {})["error"]["code"] == -32601


def test_without_the_library_it_says_what_to_install() -> None:
    import subprocess
    import sys

    from tests.lsp.client import ROOT

    code = (
        "import sys, runpy\nsys.modules['pygls'] = None\n"
        "runpy.run_module('bayescript.lsp', run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 4 and "B408" in done.stderr and "bayescript[lsp]" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_long_spec_is_checked_in_time(server: Client) -> None:
    lines = ["plate p", "data", "  y[p] : real", "x0 ~ Normal(0, 1)"]
    lines += [f"x{i} ~ Normal(x{i - 1} * 0.5 + exp(-x{i - 1}), 1)" for i in range(1, 500)]
    text = "\n".join([*lines, "y[p] ~ Normal(x499, 1)", ""])
    open_(server, text).problems()  # once, so that all modules are loaded
    begin = time.perf_counter()
    assert open_(server, text).problems() == []
    assert time.perf_counter() - begin < 2.0  # a third of a second where nothing else runs
