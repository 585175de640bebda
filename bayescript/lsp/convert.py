"""What we know, in the words of the protocol."""

from __future__ import annotations

from typing import get_args

from lsprotocol import types as lsp

from ..grammar.diagnostics import Diagnostic, Fix
from ..grammar.source import NOWHERE, Span
from .analysis import Analysis
from .completion import Item
from .outline import Entry
from .places import Position, Text, Units

_ITEM_KINDS = {
    "keyword": lsp.CompletionItemKind.Keyword,
    "distribution": lsp.CompletionItemKind.Class,
    "argument": lsp.CompletionItemKind.Property,
    "function": lsp.CompletionItemKind.Function,
    "plate": lsp.CompletionItemKind.Enum,
    "label": lsp.CompletionItemKind.EnumMember,
    "quantity": lsp.CompletionItemKind.Variable,
    "data": lsp.CompletionItemKind.Field,
    "type": lsp.CompletionItemKind.TypeParameter,
    "method": lsp.CompletionItemKind.Module,
    "setting": lsp.CompletionItemKind.Property,
    "section": lsp.CompletionItemKind.Struct,
    "value": lsp.CompletionItemKind.Value,
}

_SYMBOL_KINDS = {
    "model": lsp.SymbolKind.Module,
    "plate": lsp.SymbolKind.Enum,
    "data": lsp.SymbolKind.Field,
    "function": lsp.SymbolKind.Function,
    "kernel": lsp.SymbolKind.Function,
    "network": lsp.SymbolKind.Class,
    "param": lsp.SymbolKind.Constant,
    "factor": lsp.SymbolKind.Operator,
    "outcome": lsp.SymbolKind.Event,
    "block": lsp.SymbolKind.Namespace,
    "setting": lsp.SymbolKind.Property,
}


def units(encoding: lsp.PositionEncodingKind | str | None) -> Units:
    """What the columns count."""
    name = encoding.value if isinstance(encoding, lsp.PositionEncodingKind) else encoding
    return next((u for u in get_args(Units) if u == name), "utf-16")


def point(position: lsp.Position) -> Position:
    return position.line, position.character


def pair(range_: lsp.Range) -> tuple[Position, Position]:
    return point(range_.start), point(range_.end)


def range_of(text: Text, span: Span) -> lsp.Range:
    begin, end = text.range(span)
    return lsp.Range(lsp.Position(*begin), lsp.Position(*end))


_NEEDLESS = frozenset({"W209", "W210", "W220"})
"""The codes of what could as well not be there: an editor shows it faded."""


def diagnostic(found: Diagnostic, analysis: Analysis, uri: str) -> lsp.Diagnostic:
    """A diagnostic with its notes as related places, and its help below the message."""
    said = [found.message]
    if found.label:
        said[0] += f" ({found.label})"
    if found.help:
        said.append(f"help: {found.help}")
    related = [
        lsp.DiagnosticRelatedInformation(
            lsp.Location(uri, range_of(analysis.text, note.span)), note.text
        )
        for note in found.notes
    ]
    needless = found.code in _NEEDLESS
    return lsp.Diagnostic(
        range=range_of(analysis.text, found.span or NOWHERE),
        message="\n".join(said),
        severity=_severity(found, analysis, needless),
        code=found.code,
        source="bayescript",
        tags=[lsp.DiagnosticTag.Unnecessary] if needless else None,
        related_information=related or None,
    )


def _severity(found: Diagnostic, analysis: Analysis, needless: bool) -> lsp.DiagnosticSeverity:
    if needless:
        return lsp.DiagnosticSeverity.Hint
    if found in analysis.lints:
        return lsp.DiagnosticSeverity.Information
    return lsp.DiagnosticSeverity.Warning if found.is_warning else lsp.DiagnosticSeverity.Error


def action(
    fix: Fix, cause: Diagnostic, analysis: Analysis, uri: str, *, preferred: bool
) -> lsp.CodeAction:
    """A fix that an editor can make."""
    old = analysis.source.excerpt(fix.span)
    if not fix.text:
        title = f"remove `{old}`"
    elif not old:
        title = f"insert `{fix.text}`"
    else:
        title = f"replace by `{fix.text}`"
    edit = lsp.TextEdit(range_of(analysis.text, fix.span), fix.text)
    return lsp.CodeAction(
        title=title,
        kind=lsp.CodeActionKind.QuickFix,
        diagnostics=[diagnostic(cause, analysis, uri)],
        is_preferred=preferred,
        edit=lsp.WorkspaceEdit(changes={uri: [edit]}),
    )


def completion(item: Item, span: lsp.Range, after: str, snippets: bool) -> lsp.CompletionItem:
    """An item that replaces `span`; `after` is what follows there already."""
    new, form = item.insert or item.label, lsp.InsertTextFormat.PlainText
    if new.endswith("("):
        if snippets and not after.startswith("("):
            new, form = f"{item.label}($0)", lsp.InsertTextFormat.Snippet
        else:
            new = item.label
    elif new.rstrip()[-1:] in "=:" and after[:1] == new.rstrip()[-1]:
        new = item.label
    text = lsp.MarkupContent(lsp.MarkupKind.Markdown, item.text) if item.text else None
    return lsp.CompletionItem(
        label=item.label,
        kind=_ITEM_KINDS[item.kind],
        detail=item.detail or None,
        documentation=text,
        sort_text=f"{item.rank}{item.label}",
        filter_text=item.label,
        insert_text_format=form,
        text_edit=lsp.TextEdit(span, new),
    )


def symbol(entry: Entry, text: Text) -> lsp.DocumentSymbol:
    return lsp.DocumentSymbol(
        name=entry.name,
        kind=_SYMBOL_KINDS.get(entry.what, lsp.SymbolKind.Variable),
        range=range_of(text, entry.whole),
        selection_range=range_of(text, entry.span),
        detail=entry.detail or None,
        children=[symbol(inner, text) for inner in entry.inside] or None,
    )
