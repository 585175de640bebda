"""The protocol: what editors say and are told. All that is known of specs lies in other modules."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method

from .. import __version__
from ..grammar.diagnostics import SpecError
from . import convert
from .analysis import Analysis
from .completion import complete
from .definition import definition
from .documents import Documents
from .formatting import formatted
from .hover import hover
from .outline import outline

_PAUSE = 0.12  # seconds without typing after which a document is checked

_log = logging.getLogger(__name__)


class _Protocol(LanguageServerProtocol):
    """The documents are kept by us: a line ends where the protocol says, and only there."""

    @lsp_method(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: lsp.DidChangeTextDocumentParams) -> Any:
        yield self.fm.features[lsp.TEXT_DOCUMENT_DID_CHANGE], (params,), None


class Server(LanguageServer):
    """The server, the documents that are open, and the checks that wait for a pause."""

    def __init__(self) -> None:
        super().__init__("bayescript", __version__, protocol_cls=_Protocol)
        self.documents = Documents()
        self.waiting: dict[str, asyncio.TimerHandle] = {}

    def check(self, uri: str) -> None:
        """Publish what is wrong with a document."""
        self.forget(uri)
        document = self.documents.get(uri)
        if document is None:
            return
        found: Sequence[lsp.Diagnostic] = ()
        analysis = document.analysis
        if analysis is not None:
            told = (*analysis.diagnostics, *analysis.lints)
            found = [convert.diagnostic(d, analysis, uri) for d in told]
        self.text_document_publish_diagnostics(
            lsp.PublishDiagnosticsParams(uri, list(found), document.version)
        )

    def check_soon(self, uri: str) -> None:
        """Check a document when the typing pauses."""
        self.forget(uri)
        loop = asyncio.get_running_loop()
        self.waiting[uri] = loop.call_later(_PAUSE, self.guard, self.check, uri)

    def forget(self, uri: str) -> None:
        waiting = self.waiting.pop(uri, None)
        if waiting is not None:
            waiting.cancel()

    def guard(self, action: Callable[..., Any], *given: Any) -> Any:
        """Do one thing. Where it fails, that is a bug of ours: it is told, and the server lives."""
        try:
            return action(*given)
        except Exception as error:
            _log.exception("a bug in %s", getattr(action, "__name__", action))
            text = f"Bayescript: a bug in {action.__name__}: {type(error).__name__}: {error}"
            self.window_log_message(lsp.LogMessageParams(lsp.MessageType.Error, text))
            return None

    def analysis(self, uri: str) -> Analysis | None:
        """What is known of a document; None where it is no spec."""
        document = self.documents.get(uri)
        return document.analysis if document else None

    def report_server_error(self, error: Exception, source: Any) -> None:
        """What went wrong with a message itself goes to the log, not into the author's face."""
        _log.error("%s: %s", getattr(source, "__name__", source), error)


Params = TypeVar("Params")
Handler = Callable[[Server, Params], Any]


# --- documents ------------------------------------------------------------------------------


def did_open(ls: Server, params: lsp.DidOpenTextDocumentParams) -> None:
    item = params.text_document
    units = convert.units(ls.server_capabilities.position_encoding)
    ls.documents.open(item.uri, item.version, item.language_id, item.text, units)
    ls.check(item.uri)


def did_change(ls: Server, params: lsp.DidChangeTextDocumentParams) -> None:
    uri = params.text_document.uri
    for change in params.content_changes:
        whole = isinstance(change, lsp.TextDocumentContentChangeWholeDocument)
        span = None if whole else convert.pair(change.range)  # type: ignore[union-attr]
        ls.documents.change(uri, params.text_document.version, span, change.text)
    ls.check_soon(uri)


def did_save(ls: Server, params: lsp.DidSaveTextDocumentParams) -> None:
    ls.check(params.text_document.uri)


def did_close(ls: Server, params: lsp.DidCloseTextDocumentParams) -> None:
    uri = params.text_document.uri
    ls.forget(uri)
    ls.documents.close(uri)
    ls.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, []))


# --- questions ------------------------------------------------------------------------------


def on_hover(ls: Server, params: lsp.HoverParams) -> lsp.Hover | None:
    analysis = ls.analysis(params.text_document.uri)
    if analysis is None:
        return None
    found = hover(analysis, analysis.text.offset(convert.point(params.position)))
    if found is None:
        return None
    text = lsp.MarkupContent(lsp.MarkupKind.Markdown, found.text)
    return lsp.Hover(text, convert.range_of(analysis.text, found.span))


def on_completion(ls: Server, params: lsp.CompletionParams) -> lsp.CompletionList | None:
    analysis = ls.analysis(params.text_document.uri)
    if analysis is None:
        return None
    typed = params.context.trigger_character if params.context else None
    offset = analysis.text.offset(convert.point(params.position))
    offer = complete(analysis, offset, typed or "")
    span = convert.range_of(analysis.text, offer.span)
    snippets = _snippets(ls.client_capabilities)
    items = [convert.completion(item, span, offer.after, snippets) for item in offer.items]
    return lsp.CompletionList(is_incomplete=False, items=items)


def _snippets(client: lsp.ClientCapabilities) -> bool:
    """Whether the editor can put the cursor between the brackets of what it inserts."""
    known = client.text_document.completion if client.text_document else None
    return bool(known and known.completion_item and known.completion_item.snippet_support)


def on_definition(ls: Server, params: lsp.DefinitionParams) -> lsp.Location | None:
    uri = params.text_document.uri
    analysis = ls.analysis(uri)
    if analysis is None:
        return None
    span = definition(analysis, analysis.text.offset(convert.point(params.position)))
    return lsp.Location(uri, convert.range_of(analysis.text, span)) if span else None


def on_symbols(ls: Server, params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol] | None:
    analysis = ls.analysis(params.text_document.uri)
    if analysis is None:
        return None
    return [convert.symbol(entry, analysis.text) for entry in outline(analysis)]


def on_formatting(ls: Server, params: lsp.DocumentFormattingParams) -> list[lsp.TextEdit] | None:
    analysis = ls.analysis(params.text_document.uri)
    if analysis is None:
        return None
    try:
        text = formatted(analysis)
    except SpecError as error:
        said = error.diagnostics[0].message
        ls.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Warning, said))
        return None
    edit = analysis.text.replaced_by(text) if text is not None else None
    if edit is None:
        return None
    begin, end, new = edit
    return [lsp.TextEdit(lsp.Range(lsp.Position(*begin), lsp.Position(*end)), new)]


def on_actions(ls: Server, params: lsp.CodeActionParams) -> list[lsp.CodeAction] | None:
    uri = params.text_document.uri
    analysis = ls.analysis(uri)
    if analysis is None:
        return None
    only = params.context.only
    if only is not None and not any("quickfix".startswith(kind) for kind in only):
        return []
    begin = analysis.text.offset(convert.point(params.range.start))
    end = analysis.text.offset(convert.point(params.range.end))
    return [
        convert.action(fix, d, analysis, uri, preferred=len(d.fixes) == 1)
        for d in (*analysis.diagnostics, *analysis.lints)
        for fix in d.fixes
        if d.span is not None and d.span.start <= end and begin <= d.span.end
    ]


_HANDLERS: dict[str, tuple[Handler[Any], Any]] = {
    lsp.TEXT_DOCUMENT_DID_OPEN: (did_open, None),
    lsp.TEXT_DOCUMENT_DID_CHANGE: (did_change, None),
    lsp.TEXT_DOCUMENT_DID_SAVE: (did_save, None),
    lsp.TEXT_DOCUMENT_DID_CLOSE: (did_close, None),
    lsp.TEXT_DOCUMENT_HOVER: (on_hover, None),
    lsp.TEXT_DOCUMENT_COMPLETION: (
        on_completion,
        lsp.CompletionOptions(trigger_characters=list("~[(,:= ")),
    ),
    lsp.TEXT_DOCUMENT_DEFINITION: (on_definition, None),
    lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL: (on_symbols, None),
    lsp.TEXT_DOCUMENT_FORMATTING: (on_formatting, None),
    lsp.TEXT_DOCUMENT_CODE_ACTION: (
        on_actions,
        lsp.CodeActionOptions(code_action_kinds=[lsp.CodeActionKind.QuickFix]),
    ),
}


def _guarded(handler: Handler[Params]) -> Handler[Params]:
    def handle(ls: Server, params: Params) -> Any:
        return ls.guard(handler, ls, params)

    return handle


def server() -> Server:
    """A server with everything that it answers."""
    made = Server()
    for method, (handler, options) in _HANDLERS.items():
        made.feature(method, options)(_guarded(handler))
    return made


def serve() -> None:
    """Speak the protocol over standard input and output."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    wire = sys.stdout.buffer
    sys.stdout = sys.stderr  # what is printed by mistake must not reach the wire
    server().start_io(stdout=wire)
