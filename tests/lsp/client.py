"""A small client of the language server: a process, and messages over its standard streams."""

from __future__ import annotations

import itertools
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 15.0  # seconds that an answer may take on a busy machine

Json = Any


class Client:
    """One server process, started and greeted."""

    def __init__(
        self,
        command: Sequence[str] = ("-m", "bayescript.lsp"),
        capabilities: dict[str, Json] | None = None,
    ) -> None:
        self.process = subprocess.Popen(
            [sys.executable, *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        self.answers: dict[int, queue.Queue[Json]] = {}
        self.told: dict[str, queue.Queue[Json]] = {}
        self.errors: list[bytes] = []
        self.number = 0
        self.lock = threading.Lock()
        for target in (self._read, self._read_errors):
            threading.Thread(target=target, daemon=True).start()
        self.greeting = self.ask(
            "initialize",
            {"processId": os.getpid(), "rootUri": None, "capabilities": capabilities or {}},
        )
        self.tell("initialized", {})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()

    # --- messages -----------------------------------------------------------------------

    def send(self, body: bytes) -> None:
        assert self.process.stdin is not None
        with self.lock:
            self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
            self.process.stdin.flush()

    def tell(self, method: str, params: Json) -> None:
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        self.send(json.dumps(message).encode())

    def ask_whole(self, method: str, params: Json) -> Json:
        """The whole answer, result or error."""
        self.number += 1
        answer = self.answers[self.number] = queue.Queue()
        message = {"jsonrpc": "2.0", "id": self.number, "method": method, "params": params}
        self.send(json.dumps(message).encode())
        return answer.get(timeout=PATIENCE)

    def ask(self, method: str, params: Json) -> Json:
        answer = self.ask_whole(method, params)
        assert "error" not in answer, answer
        return answer["result"]

    def heard(self, method: str) -> Json:
        """The next notification of a kind."""
        return self._told(method).get(timeout=PATIENCE)["params"]

    def _told(self, method: str) -> queue.Queue[Json]:
        with self.lock:
            return self.told.setdefault(method, queue.Queue())

    def _read(self) -> None:
        assert self.process.stdout is not None
        while header := self.process.stdout.readline():
            length = int(header.split(b":")[1])
            while self.process.stdout.readline().strip():
                pass
            message = json.loads(self.process.stdout.read(length))
            if "id" in message:
                self.answers[message["id"]].put(message)
            else:
                self._told(message["method"]).put(message)

    def _read_errors(self) -> None:
        assert self.process.stderr is not None
        self.errors += iter(self.process.stderr.readline, b"")

    # --- documents ----------------------------------------------------------------------

    def open(self, text: str, name: str = "a.bayes", language: str = "bayes") -> File:
        return File(self, text, f"file:///specs/{name}", language)


class File:
    """A document that is open; `problems` waits for what is wrong with its newest version."""

    def __init__(self, client: Client, text: str, uri: str, language: str) -> None:
        self.client = client
        self.text = text
        self.uri = uri
        self.version = 1
        item = {"uri": uri, "languageId": language, "version": 1, "text": text}
        client.tell("textDocument/didOpen", {"textDocument": item})

    def published(self) -> Json:
        while True:
            found = self.client.heard("textDocument/publishDiagnostics")
            if found["uri"] == self.uri and found.get("version") == self.version:
                return found

    def problems(self) -> list[Json]:
        found: list[Json] = self.published()["diagnostics"]
        return found

    def change(self, *edits: tuple[tuple[int, int], tuple[int, int], str] | str) -> None:
        """Edits, each of a range of lines and columns, or of the whole text."""
        self.version += 1
        changes: list[Json] = [
            {"text": edit} if isinstance(edit, str) else {"range": span(*edit[:2]), "text": edit[2]}
            for edit in edits
        ]
        document = {"uri": self.uri, "version": self.version}
        self.client.tell(
            "textDocument/didChange", {"textDocument": document, "contentChanges": changes}
        )

    def close(self) -> None:
        self.client.tell("textDocument/didClose", self._here())

    def _here(self) -> Json:
        return {"textDocument": {"uri": self.uri}}

    def ask(self, question: str, place: tuple[int, int], **more: Json) -> Json:
        position = {"line": place[0], "character": place[1]}
        asked = {**self._here(), "position": position, **more}
        return self.client.ask(f"textDocument/{question}", asked)

    def hover(self, place: tuple[int, int]) -> str:
        found = self.ask("hover", place)
        return "" if found is None else str(found["contents"]["value"])

    def complete(self, place: tuple[int, int], typed: str = "") -> dict[str, Json]:
        """The items by their labels, in the order in which an editor shows them."""
        context = {"triggerKind": 2, "triggerCharacter": typed} if typed else {"triggerKind": 1}
        items = self.ask("completion", place, context=context)["items"]
        return {i["label"]: i for i in sorted(items, key=lambda i: i["sortText"])}

    def definition(self, place: tuple[int, int]) -> Json:
        found = self.ask("definition", place)
        return found and ends(found["range"])

    def symbols(self) -> list[Json]:
        found: list[Json] = self.client.ask("textDocument/documentSymbol", self._here())
        return found

    def format(self) -> Json:
        options = {"tabSize": 2, "insertSpaces": True}
        return self.client.ask("textDocument/formatting", {**self._here(), "options": options})

    def actions(self, begin: tuple[int, int], end: tuple[int, int]) -> list[Json]:
        asked = {**self._here(), "range": span(begin, end), "context": {"diagnostics": []}}
        found: list[Json] = self.client.ask("textDocument/codeAction", asked)
        return found


def span(begin: tuple[int, int], end: tuple[int, int]) -> Json:
    places = ({"line": line, "character": column} for line, column in (begin, end))
    return dict(zip(("start", "end"), places, strict=True))


def ends(found: Json) -> tuple[tuple[int, int], tuple[int, int]]:
    """A range of the protocol as pairs of line and column."""
    begin, end = ((found[k]["line"], found[k]["character"]) for k in ("start", "end"))
    return begin, end


def marked(text: str) -> tuple[str, tuple[int, int]]:
    """A text without its mark `¦`, and the place in UTF-16 units where the mark was."""
    before, after = text.split("¦")
    line = before.rpartition("\n")[2]
    return before + after, (before.count("\n"), len(line.encode("utf-16-le")) // 2)


def at(text: str, word: str, nth: int = 0) -> tuple[int, int]:
    """The place of the nth occurrence of a word."""
    offset = -1
    for _ in range(nth + 1):
        offset = text.index(word, offset + 1)
    before = text[:offset]
    return before.count("\n"), offset - (before.rfind("\n") + 1)


_numbers = itertools.count()


def open_(server: Client, text: str, ending: str = "bayes", language: str = "bayes") -> File:
    """A new document of its own."""
    return server.open(text, f"t{next(_numbers)}.{ending}", language)


def offered(server: Client, text: str, ending: str = "bayes") -> list[str]:
    """The labels that are offered at the mark, as an editor orders them."""
    plain, place = marked(text)
    language = "bayes" if ending == "bayes" else "yaml"
    return list(open_(server, plain, ending, language).complete(place))
