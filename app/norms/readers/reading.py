"""A text as clauses: title, preamble, headings, numbered and lettered paragraphs (pure)."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.foundation.errors import N_, BadInput
from app.foundation.text import check_clean, normalise
from app.norms.models import ClauseKind
from app.norms.readers.blocks import Block, Format, blocks
from app.norms.readers.decoding import LARGEST_NORM, decode
from app.norms.readers.numbering import Outline, Rank, markers

LONGEST_TITLE = 200
MOST_CLAUSES = 10_000
MARKUP = re.compile(r"\s*(?:<\?xml|<!doctype|<html|<akomantoso|\{\\rtf)", re.IGNORECASE)


class NothingToRead(BadInput):
    code = "nothing-to-read"
    message = N_("The text has no paragraph that can become a clause.")


class NotPlainText(BadInput):
    code = "not-plain-text"
    message = N_(
        "The file contains markup (XML, HTML or RTF). Save it as plain text or Markdown and try again."
    )


class TooManyClauses(BadInput):
    code = "too-many-clauses"
    message = N_("The text has more than %(limit)s clauses. Import it in parts.")


@dataclass(frozen=True, slots=True)
class ParsedClause:
    """One clause as it stands in one language; ``line`` is where it begins in the file."""

    label: str
    kind: ClauseKind
    depth: int
    text: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class ParsedText:
    """What a file says. ``title`` is empty where the text has none."""

    title: str
    clauses: tuple[ParsedClause, ...]


def format_of(name: str) -> Format:
    """By the file's name: Markdown unless it ends in ``.txt``."""
    return Format.PLAIN if name.lower().endswith(".txt") else Format.MARKDOWN


def read_file(data: bytes, name: str, *, limit: int = LARGEST_NORM) -> ParsedText:
    """Read a file's bytes.

    :raises BadInput: too long, in an unknown encoding, with hidden characters, or without a clause.
    :raises NotPlainText: its tags would become the words of clauses.
    """
    text = decode(data, limit=limit)
    if MARKUP.match(text):
        raise NotPlainText
    return read_text(text, format_of(name))


def read_text(text: str, form: Format) -> ParsedText:
    """Read a text that is already clean.

    Where nothing is numbered, every paragraph is a clause and is numbered here. Otherwise what comes
    before the first number is the preamble (PP1, PP2 …) and later paragraphs without a number are §1, §2 …
    An article's number alone on its line belongs to the paragraphs under it.
    """
    title, body = _split_title(list(blocks(text, form)), form)
    clauses = _clauses(body)
    if not any(clause.kind is not ClauseKind.HEADING for clause in clauses):
        raise NothingToRead
    if len(clauses) > MOST_CLAUSES:
        raise TooManyClauses(limit=MOST_CLAUSES)
    for clause in clauses:  # a character reference may have hidden what the file did not show
        check_clean(clause.text)
    return ParsedText(title, tuple(replace(clause, text=normalise(clause.text)) for clause in clauses))


def _split_title(row: list[Block], form: Format) -> tuple[str, list[Block]]:
    if not row or markers(row[0].text)[0] or row[0].is_bullet:
        return "", row
    first, rest = row[0], row[1:]
    is_only_top = first.level == 1 and all(block.level != 1 for block in rest)
    is_first_line = (
        form is Format.PLAIN
        and first.level == 0
        and len(first.text) <= LONGEST_TITLE
        and first.text[-1] not in ".;:,。；：،؛।"
        and bool(rest)
    )
    return (first.text[:LONGEST_TITLE], rest) if is_only_top or is_first_line else ("", row)


def _clauses(row: Sequence[Block]) -> list[ParsedClause]:
    numbered = [bool(markers(block.text, is_heading=block.level > 0)[0]) for block in row]
    first = numbered.index(True) if any(numbered) else -1
    outline = Outline()
    runs: Counter[str] = Counter()
    found: list[ParsedClause] = []
    shared: list[tuple[int, str]] = []  #: places of an article's unnumbered paragraphs
    bare = ""  #: the article whose number stood alone on its line

    def running(prefix: str) -> str:
        runs[prefix] += 1
        return f"{prefix}{runs[prefix]}"

    for place, block in enumerate(row):
        readings, text = markers(block.text, is_heading=block.level > 0)
        if readings:
            depth = outline.enter(readings)
            bare = outline.label if readings[0].rank == Rank.ARTICLE and not text else ""
            if text:
                kind = ClauseKind.HEADING if block.level else ClauseKind.OPERATIVE
                found.append(ParsedClause(outline.label, kind, 0 if block.level else depth, text, block.line))
        elif block.level:
            outline.close()
            bare = ""
            found.append(ParsedClause("", ClauseKind.HEADING, 0, block.text, block.line))
        elif block.is_bullet:
            parent = outline.label or (found[-1].label.partition(".")[0] if found else "")
            kind = ClauseKind.PREAMBULAR if place < first else ClauseKind.OPERATIVE
            found.append(ParsedClause(running(parent + "."), kind, outline.depth + 1, block.text, block.line))
        elif place < first:
            found.append(ParsedClause(running("PP"), ClauseKind.PREAMBULAR, 0, block.text, block.line))
        elif bare:
            shared.append((len(found), bare))
            found.append(ParsedClause(bare, ClauseKind.OPERATIVE, 0, block.text, block.line))
        else:
            label = running("" if first < 0 else "§")
            found.append(ParsedClause(label, ClauseKind.OPERATIVE, 0, block.text, block.line))
    sizes = Counter(article for _, article in shared)
    for at, article in shared:
        if sizes[article] > 1:
            found[at] = replace(found[at], label=running(article + "."))
    return found
