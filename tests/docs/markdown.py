"""Fenced code blocks of a Markdown page, with the HTML comments that stand directly above them."""

import re
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"^(?P<indent>\s*)(?P<mark>`{3,}|~{3,})\s*(?P<language>[\w+-]*)")
EXITS = re.compile(r"^exits (\d+)$")
COMMENT = re.compile(r"^\s*<!--\s*(?P<text>.*?)\s*-->\s*$")


class MarkdownError(ValueError):
    """A page that the test of its code blocks cannot read."""


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block; `line` is the line of its opening fence, counted from 1."""

    language: str
    text: str
    line: int
    comments: tuple[str, ...]

    @property
    def is_fragment(self) -> bool:
        return "fragment" in self.comments

    @property
    def is_expected_output(self) -> bool:
        return "output" in self.comments

    @property
    def no_run_reason(self) -> str | None:
        """Why the block is not run; None where it is."""
        for comment in self.comments:
            name, _, reason = comment.partition(":")
            if name.strip() == "no-run":
                if not reason.strip():
                    raise MarkdownError(f"line {self.line}: `no-run` needs a reason")
                return reason.strip()
        return None

    @property
    def exit_status(self) -> int:
        """The status with which the block's commands end: 0 but where the page says otherwise."""
        stated = [match[1] for text in self.comments if (match := EXITS.match(text))]
        return int(stated[0]) if stated else 0


@dataclass(frozen=True, slots=True)
class Page:
    """The blocks of a page, in order, and what the page says of itself in `page:` comments."""

    path: Path
    blocks: tuple[Block, ...]
    marks: frozenset[str]


def read_page(path: Path) -> Page:
    """Read the blocks and the `<!-- page: ... -->` marks of a Markdown file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    blocks: list[Block] = []
    marks: set[str] = set()
    comments: list[str] = []
    at = 0
    while at < len(lines):
        if fence := FENCE.match(lines[at]):
            end = _closing_fence(lines, at, fence["mark"])
            text = "\n".join(_dedent(lines[at + 1 : end], len(fence["indent"]))) + "\n"
            blocks.append(Block(fence["language"], text, at + 1, tuple(comments)))
            comments.clear()
            at = end
        elif comment := COMMENT.match(lines[at]):
            comments.append(comment["text"])
            if comment["text"].startswith("page:"):
                marks.add(comment["text"].removeprefix("page:").strip())
        elif lines[at].strip():
            comments.clear()
        at += 1
    return Page(path, tuple(blocks), frozenset(marks))


def _closing_fence(lines: list[str], start: int, mark: str) -> int:
    for at in range(start + 1, len(lines)):
        line = lines[at].strip()
        if len(line) >= len(mark) and set(line) == {mark[0]}:
            return at
    raise MarkdownError(f"line {start + 1}: the code block is never closed")


def _dedent(lines: list[str], indent: int) -> list[str]:
    return [line[indent:] if not line[:indent].strip() else line for line in lines]
