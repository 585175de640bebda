"""The test of the documentation notices pages that do not keep their word."""

from pathlib import Path

import pytest

from tests.docs.markdown import MarkdownError, read_page
from tests.docs.run_page import console_steps, run_page


def _failures(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "page.md"
    path.write_text(text, encoding="utf-8")
    return run_page(read_page(path))


GOOD = {
    "blocks share a namespace": "```python\nx = 1\n```\n\n```python\nassert x == 1\n```\n",
    "output is compared": "```python\nprint(3)\n```\n\n<!-- output -->\n```text\n3\n```\n",
    "dots stand for anything": "```bash\necho a 3 b\n```\n<!-- output -->\n```text\na ... b\n```\n",
    "no-run": "<!-- no-run: it needs a network -->\n```bash\nfalse\n```\n",
    "fragment": "<!-- fragment -->\n```bayes\nnot a whole model\n```\n",
    "indented": "1. first\n\n    ```python\n    y = 2\n    ```\n",
    "console output": "<!-- output -->\n```console\n$ echo a\na\n$ echo b \\\n>   c\nb c\n```\n",
    "an error that is meant": "<!-- exits 3 -->\n```console\n$ exit 3\n```\n",
    "stderr is shown too": (
        "<!-- exits 1 -->\n<!-- output -->\n```console\n$ echo no >&2; exit 1\nno\n```\n"
    ),
    "plain text": "```text\nanything\n```\n",
}
BAD = {
    "python": ("text\n\n```python\n1 / 0\n```\n", "page.md:3: the python block failed"),
    "traceback": ("```python\n\n1 / 0\n```\n", 'page.md", line 3, in <module>'),
    "bash": ("```bash\nfalse\ntrue\n```\n", "bash ended with status 1"),
    "console": ("```console\n$ exit 3\n```\n", "bash ended with status 3"),
    "output": ("```python\nprint(3)\n```\n<!-- output -->\n```text\n4\n```\n", "the page shows\n4"),
    "lone output": ("<!-- output -->\n```text\n4\n```\n", "was not run"),
    "language": ("```pyhton\n1\n```\n", "neither run nor known to be inert"),
    "no reason": ("<!-- no-run: -->\n```bash\nfalse\n```\n", "needs a reason"),
}


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD.keys())
def test_a_good_page_passes(text: str, tmp_path: Path) -> None:
    assert _failures(tmp_path, text) == []


@pytest.mark.parametrize(("text", "message"), BAD.values(), ids=BAD.keys())
def test_a_bad_page_fails(text: str, message: str, tmp_path: Path) -> None:
    (failure,) = _failures(tmp_path, text)
    assert message in failure


def test_a_block_that_is_never_closed_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MarkdownError, match="line 2: the code block is never closed"):
        _failures(tmp_path, "text\n```python\nx = 1\n")


def test_a_comment_steers_only_the_block_it_stands_above(tmp_path: Path) -> None:
    text = "<!-- no-run: reason -->\nSome prose.\n\n```bash\nfalse\n```\n"
    assert len(_failures(tmp_path, text)) == 1


def test_console_steps_pair_commands_with_their_output() -> None:
    text = "$ one \\\n    two\nout\n$ three\n"
    assert console_steps(text) == [("one \\\n    two\n", "out\n"), ("three\n", "")]
