"""A draft as Markdown that can be imported again, and as plain data (pure)."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from app.norms.models import Clause, ClauseKind, Draft, Norm

_LAST_PART = re.compile(r".*(\([^)]+\))$")
_MARKS = re.compile(r"([\\`*_\[\]<>&#])")


def markdown(norm: Norm, clauses: Sequence[Clause], language: str) -> str:
    """The draft in one language; clauses without a text in it are left out."""
    title = norm.titles.get(language) or next(iter(norm.titles.values()))
    return "\n\n".join([f"# {_escaped(title)}", *_paragraphs(clauses, language)]) + "\n"


def _paragraphs(clauses: Sequence[Clause], language: str) -> Iterable[str]:
    for clause in clauses:
        text = next((text.text for text in clause.texts if text.language == language), None)
        if text is None:
            continue
        text = _escaped(text).replace("\n", "\\\n")
        if clause.kind is ClauseKind.HEADING:
            yield f"## {clause.label} {text}".replace("  ", " ")
        else:
            yield "   " * clause.depth + _marker(clause) + text


def _marker(clause: Clause) -> str:
    """The number as the paragraph shows it; running labels are not part of the text."""
    if not clause.label[:1].isdigit():
        return ""
    lettered = _LAST_PART.match(clause.label)
    if lettered:
        return f"{lettered[1]} "
    return f"{clause.label} " if "." in clause.label else f"{clause.label}. "


def _escaped(text: str) -> str:
    return _MARKS.sub(r"\\\1", text)


def content(norm: Norm, draft: Draft, clauses: Sequence[Clause]) -> dict[str, Any]:
    """The draft as JSON values, with every language and its status."""
    return {
        "norm": norm.slug,
        "titles": norm.titles,
        "draft": draft.number,
        "stage": norm.stage.value,
        "languages": norm.languages,
        "authentic_languages": norm.authentic_languages,
        "clauses": [
            {
                "provision": clause.provision.code,
                "label": clause.label,
                "kind": clause.kind.value,
                "depth": clause.depth,
                "text_digest": "sha256:" + clause.text_digest.hex(),
                "texts": {
                    text.language: {"text": text.text, "status": text.status.value} for text in clause.texts
                },
            }
            for clause in clauses
        ],
    }
