"""Markdown and plain text as a row of headings, paragraphs and list items (pure)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from markdown_it import MarkdownIt

from app.norms.readers.numbering import markers


class Format(StrEnum):
    MARKDOWN = "markdown"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Block:
    """A run of lines that belong together. ``level`` is a heading's, 0 for anything else."""

    text: str
    line: int
    level: int = 0
    is_bullet: bool = False


_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*\s*$")
_BULLET = re.compile(r"[-*+•‣–]\s+")
_UNDERLINE = re.compile(r"(?:={3,}|-{3,})\s*$")
_RULE = re.compile(r"\s*(?:[-*_]\s*){3,}$")
_INLINE = MarkdownIt("commonmark", {"html": False})
_MARKS = re.compile(r"[\\`*_\[\]<>&!]")
MOST_MARKS = 2000  #: in one paragraph; beyond this it is not prose, and looking for pairs takes too long
_CJK = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")


def blocks(text: str, form: Format) -> Iterator[Block]:
    """The text's blocks in order; a line that begins with a number begins a block of its own."""
    lines: list[str] = []
    start = 1
    for number, line in enumerate([*text.split("\n"), ""], 1):
        stripped = line.strip()
        heading = _HEADING.match(stripped) if form is Format.MARKDOWN else None
        if lines and _UNDERLINE.match(stripped) and len(lines) == 1:
            yield Block(_plain(lines[0], form), start, 1 if stripped.startswith("=") else 2)
            lines = []
            continue
        begins = (
            not stripped or heading or _RULE.match(line) or _BULLET.match(stripped) or markers(stripped)[0]
        )
        if begins and lines:
            yield _paragraph(lines, start, form)
            lines = []
        if heading:
            yield Block(_plain(heading[2], form), number, len(heading[1]))
        elif stripped and not _RULE.match(line):
            start = start if lines else number
            lines.append(stripped)


def _paragraph(lines: list[str], start: int, form: Format) -> Block:
    text = lines[0]
    for line in lines[1:]:
        text += line if _CJK.match(text[-1]) and _CJK.match(line) else " " + line
    bullet = _BULLET.match(text)
    if bullet:
        text = text[bullet.end() :]
    return Block(_plain(text, form), start, is_bullet=bullet is not None)


def _plain(text: str, form: Format) -> str:
    """The words without Markdown's marks of emphasis, links and escapes."""
    if form is Format.PLAIN or not 0 < len(_MARKS.findall(text)) <= MOST_MARKS:
        return text
    inline = _INLINE.parseInline(text)[0].children or []
    breaks = {"hardbreak": "\n", "softbreak": " "}
    return "".join(breaks.get(token.type, token.content) for token in inline)
