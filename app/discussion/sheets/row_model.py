"""One row of a commenting sheet, whatever file it came in (pure)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.discussion.models import CommentKind
from app.discussion.sheets.columns import FILLED_IN, Column, heading
from app.foundation.errors import N_, BadInput
from app.norms.service import LANGUAGE

#: ISO's letters, and two of our own for each kind ISO does not have.
LETTERS: Mapping[CommentKind, str] = {
    CommentKind.GENERAL: "ge",
    CommentKind.TECHNICAL: "te",
    CommentKind.EDITORIAL: "ed",
    CommentKind.SUBSTANTIVE: "su",
    CommentKind.TRANSLATION: "tr",
    CommentKind.QUESTION: "qu",
}
_KINDS = {letters: kind for kind, letters in LETTERS.items()} | {kind.value: kind for kind in CommentKind}
#: What stands in the place of a clause where the draft as a whole is meant.
WHOLE: Mapping[str, str] = {
    "en": "Whole draft",
    "ar": "المسودة بأكملها",
    "es": "Todo el borrador",
    "fr": "Ensemble du projet",
    "ru": "Весь проект",
    "zh": "整个草案",
}
_WHOLE = {words.casefold() for words in WHOLE.values()} | {"whole document", "document entier", "all"}


class KindUnknown(BadInput):
    code = "comment-kind-unknown"
    message = N_("“%(value)s” is not a type of comment. Write one of %(allowed)s.")


class SheetLanguageUnknown(BadInput):
    code = "tag-unknown"
    message = N_("“%(value)s” is not the tag of a language, such as en or pt-BR.")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """``place``: its number in the file, after that of the table from the second table on. ``fault``: why it
    cannot be taken at all, or "". ``numbers``: the columns whose cells are numbers, which show 1.10 as 1.1.
    """

    place: str
    cells: Mapping[Column, str] = field(default_factory=dict)
    fault: str = ""
    numbers: frozenset[Column] = frozenset()

    def text(self, column: Column) -> str:
        return self.cells.get(column, "").strip()

    @property
    def is_filled(self) -> bool:
        """Whether anybody has written into it."""
        return bool(self.fault) or any(self.text(column) for column in FILLED_IN)

    @property
    def has_words(self) -> bool:
        return bool(self.text(Column.COMMENT) or self.text(Column.CHANGE))

    @property
    def names_whole_draft(self) -> bool:
        label = self.text(Column.CLAUSE).casefold()
        return not self.text(Column.PROVISION) and (not label or label in _WHOLE)

    @property
    def kind(self) -> CommentKind:
        """By its letters in any case; general where the cell is empty, the first where it names several.

        :raises KindUnknown: other letters.
        """
        named = [part.strip() for part in re.split(r"[/,;&+]", self.text(Column.KIND).casefold())]
        for letters in filter(None, named):
            if letters not in _KINDS:
                allowed = ", ".join(LETTERS.values())
                raise KindUnknown(field=Column.KIND, value=letters[:40], allowed=allowed)
        return _KINDS.get(named[0], CommentKind.GENERAL)

    def language(self, otherwise: str) -> str:
        """:raises LanguageUnknown: the cell holds something else than the tag of a language."""
        tag = self.text(Column.LANGUAGE)
        if tag and not LANGUAGE.fullmatch(tag):
            raise SheetLanguageUnknown(field=Column.LANGUAGE, value=tag[:40])
        return tag or otherwise


ABOVE = (Column.NUMBER, Column.CLAUSE, Column.LINE, Column.PARAGRAPH)  #: in this order


def together(cells: Mapping[Column, str], language: str) -> str:
    """The cells as the words of one comment: what has no field of its own is named by its heading.

    >>> together({Column.PARAGRAPH: "Table 2", Column.COMMENT: "Vague.", Column.CHANGE: "Delete."}, "en")
    'Paragraph/Figure/Table: Table 2\\n\\nVague.\\n\\nProposed change: Delete.'
    """
    above = "\n".join(
        f"{heading(column, language)}: {' '.join(cells[column].split())}"
        for column in ABOVE
        if cells.get(column, "").strip()
    )
    change = cells.get(Column.CHANGE, "").strip()
    below = f"{heading(Column.CHANGE, language)}: {change}" if change else ""
    return "\n\n".join(part for part in (above, cells.get(Column.COMMENT, "").strip(), below) if part)


def parted(body: str, language: str) -> dict[Column, str]:
    """The cells that ``together`` made the words of; any other words are a comment as they are."""
    cells: dict[Column, str] = {}
    head, _, rest = body.partition("\n\n")
    names = {heading(column, language): column for column in ABOVE}
    lines = [line.partition(": ") for line in head.split("\n")]
    if all(name in names for name, _, _ in lines):
        cells |= {names[name]: value for name, _, value in lines}
    else:
        rest = body
    before, mark, change = f"\n\n{rest}".rpartition(f"\n\n{heading(Column.CHANGE, language)}: ")
    cells |= {Column.CHANGE: change} if mark else {}
    cells[Column.COMMENT] = before.removeprefix("\n\n") if mark else rest
    return cells if together(cells, language) == body else {Column.COMMENT: body}
