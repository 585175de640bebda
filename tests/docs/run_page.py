"""Run the code blocks of a page, in order, in one process: `python -m tests.docs.run_page PAGE`."""

import contextlib
import doctest
import io
import re
import subprocess
import sys
import traceback
from pathlib import Path

from tests.docs.markdown import Block, MarkdownError, Page, read_page

# What readers look at and nobody runs.
INERT = frozenset(
    {"", "text", "toml", "json", "csv", "ini", "diff", "stan", "mermaid", "html", "make"}
)
RUN = frozenset({"python", "bash", "console"})


class BlockError(Exception):
    """A block that does not do what the page promises."""


def run_page(page: Page) -> list[str]:
    """Run every block; the failures, each with its place, of which the first ends the run."""
    namespace: dict[str, object] = {"__name__": "__main__"}
    printed: str | None = None
    for block in page.blocks:
        try:
            printed = _run_block(page, block, namespace, printed)
        except (BlockError, MarkdownError) as error:
            return [f"{page.path}:{block.line}: {error}"]
    return []


def _run_block(
    page: Page, block: Block, namespace: dict[str, object], printed: str | None
) -> str | None:
    """Run one block; what it printed, for a block of expected output that may follow."""
    if block.no_run_reason is not None:
        return None
    if block.is_expected_output and block.language not in RUN:
        if printed is None:
            raise BlockError("expected output, but the block before it was not run")
        compare(block.text, printed)
        return None
    match block.language:
        case "python":
            return _run_python(page, block, namespace)
        case "bash":
            return run_bash(block.text, block.exit_status)
        case "console":
            return _run_console(block)
        case "bayes" | "yaml":
            if not block.is_fragment:
                _check_spec(block)
            return None
        case language if language in INERT:
            return None
        case language:
            raise BlockError(f"`{language}` blocks are neither run nor known to be inert")


def _run_python(page: Page, block: Block, namespace: dict[str, object]) -> str:
    # Blank lines in front give tracebacks the line numbers of the page.
    source = "\n" * block.line + block.text
    out = io.StringIO()
    try:
        code = compile(source, str(page.path), "exec")
        with contextlib.redirect_stdout(out):
            exec(code, namespace)
    except (Exception, SystemExit):
        raise BlockError(
            f"the python block failed\n{traceback.format_exc()}\n{out.getvalue()}"
        ) from None
    return out.getvalue()


def run_bash(script: str, status: int) -> str:
    """Run a script in bash, where the first command that fails fails all; what it printed."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != status:
        raise BlockError(f"bash ended with status {done.returncode}\n{script}\n{done.stdout}")
    return done.stdout


def _run_console(block: Block) -> str:
    """Run the `$ ` lines of a session; hold each output against the page where it asks for it."""
    everything: list[str] = []
    for command, shown in console_steps(block.text):
        printed = run_bash(command, block.exit_status)
        if block.is_expected_output:
            compare(shown, printed)
        everything.append(printed)
    return "".join(everything)


def console_steps(text: str) -> list[tuple[str, str]]:
    """The commands of a console session, each with the output shown below it."""
    steps: list[tuple[str, str]] = []
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        lines = part.splitlines(keepends=True)
        size = 1
        while lines[size - 1].rstrip("\n").endswith("\\") and size < len(lines):
            size += 1
        command = [lines[0], *(line.removeprefix("> ") for line in lines[1:size])]
        steps.append(("".join(command), "".join(lines[size:])))
    return steps


def compare(expected: str, printed: str) -> None:
    """Hold printed text against the page's, up to trailing blanks; `...` stands for anything."""
    want, got = _trim(expected), _trim(printed)
    if not doctest.OutputChecker().check_output(want, got, doctest.ELLIPSIS):
        raise BlockError(f"the page shows\n{want}\nbut the code prints\n{got}")


def _trim(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines()) + "\n"


def _check_spec(block: Block) -> None:
    import bayescript

    try:
        bayescript.loads(block.text, surface="yaml" if block.language == "yaml" else "text")
    except Exception as error:
        raise BlockError(f"the spec does not check\n{error}") from None


if __name__ == "__main__":
    failures = run_page(read_page(Path(sys.argv[1])))
    print("\n".join(failures), file=sys.stderr)
    sys.exit(1 if failures else 0)
