"""A page whose form was refused: its fields as they were typed, and each fault beside its field (pure).

Pages hold many forms, which are written by hand. What a refused one needs is therefore put in where the page
is whole: labels are read from it, in the reader's language, and no form can be forgotten.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import urlsplit

from app.kernel.page_forms import Control, FormFound, PageReader, Tag

TICKED_TYPES = frozenset({"checkbox", "radio"})
UNWRITTEN_TYPES = frozenset({"submit", "button", "image", "reset", "file", "password"})
BY_THE_PAGE = "data-now"  #: on a hidden input whose value belongs to the page as it is shown now


@dataclass(frozen=True)
class Fault:
    """What is wrong, and with which field; ``words`` are made from the field's control and label."""

    field: str
    words: Callable[[Control | None, str], str]


@dataclass(frozen=True)
class SummaryLine:
    """A line of the summary: the words, and the id of the field they lead to."""

    words: str
    id: str | None


@dataclass
class RefusedPage:
    """A page, the form of it that was sent by ``method`` to ``path``, and what is put in."""

    page: str
    method: str
    path: str
    typed: Mapping[str, Sequence[str]]

    def __post_init__(self) -> None:
        self.read = PageReader(self.page)
        self.edits: list[tuple[int, int, str]] = []
        self.changed: dict[int, tuple[Tag, dict[str, str | bool | None]]] = {}
        sent = [form for form in self.read.forms if self._goes_there(form)]
        self.form = max(sent, key=lambda form: form.alike(self.typed), default=None)

    def _goes_there(self, form: FormFound) -> bool:
        is_same = (form.tag.get("method") or "get").lower() == self.method.lower()
        return is_same and any(urlsplit(one).path in ("", self.path) for one in form.actions)

    def fill(self) -> None:
        """Open the form and give each field what was typed; secrets, and what the page knows better, stay."""
        for around in self.form.around if self.form else ():
            if around.name == "details":
                self._change(around, open=None)
        for one in self.form.controls if self.form else ():
            name, sent = one.get("name"), self.typed.get(one.get("name"), ())
            if name == "csrf_token" or one.kind == "password" or BY_THE_PAGE in one.attributes:
                continue
            if one.kind in TICKED_TYPES:
                self._change(one, checked=None if (one.get("value") or "on") in sent else False)
            elif one.name == "select" and sent:
                for option in one.options:
                    value = option.attributes.get("value", option.inside.strip())
                    self._change(option, selected=None if value in sent else False)
            elif sent and len(self._same(one)) == len(sent):
                self._write(one, sent[self._same(one).index(one)])

    def _same(self, one: Control) -> list[Control]:
        """Written fields of one name, in their order."""
        return (
            [each for each in self.form.controls if each.get("name") == one.get("name")] if self.form else []
        )

    def _write(self, one: Control, words: str) -> None:
        if one.name == "textarea":
            self.edits.append((one.end, one.closes, "\n" + escape(words, quote=False)))
        elif one.kind not in UNWRITTEN_TYPES:
            self._change(one, value=words)

    def mark(self, faults: Sequence[Fault]) -> list[SummaryLine]:
        """Put each fault beside its field; what the summary says of them."""
        places: list[SummaryLine] = []
        for number, fault in enumerate(faults, 1):
            control = self.form.named(fault.field) if self.form else None
            words = fault.words(control, self.label_of(control))
            if words in [place.words for place in places]:
                continue
            places.append(
                SummaryLine(
                    words, self._mark(control, f"e{number}-{fault.field}", words) if control else None
                )
            )
        return places

    def _mark(self, one: Control, error: str, words: str) -> str:
        number = one.get("id") or self._free(f"r-{one.get('name')}")
        described = " ".join([*one.get("aria-describedby").split(), error])
        self._change(one, **{"id": number, "aria-invalid": "true", "aria-describedby": described})
        self.edits.append(
            (self._before(one),) * 2 + (f'<span class="error" id="{error}">{escape(words)}</span>',)
        )
        for around in (*self.form.around, *one.around) if self.form else ():
            if around.name == "details":
                self._change(around, open=None)
        return number

    def _before(self, one: Control) -> int:
        """Where the words stand: in a group after its legend, else before the label that holds it, or it."""
        if one.kind in TICKED_TYPES and one.group is not None and one.group.options:
            return one.group.options[0].closes + len("</legend>")
        return one.label.start if one.label is not None else one.start

    def _free(self, wanted: str) -> str:
        number, tried = wanted, 1
        while number in self.read.ids:
            tried += 1
            number = f"{wanted}-{tried}"
        self.read.ids.add(number)
        return number

    def label_of(self, one: Control | None) -> str:
        """What the page calls a field."""
        if one is None:
            return ""
        if one.kind in TICKED_TYPES and one.group is not None and one.group.options:
            label: Tag | None = one.group.options[0]
        else:
            label = self.read.labels.get(one.get("id")) or one.label
        return " ".join((label.inside if label else one.get("aria-label")).split())

    def _change(self, tag: Tag, **attributes: str | bool | None) -> None:
        self.changed.setdefault(tag.start, (tag, {}))[1].update(attributes)

    def shown(self, summary: str, error: str) -> str:
        """The page with all of this, its summary, and the word for an error before its title."""
        edits = [
            *self.edits,
            *((tag.start, tag.end, tag.with_attributes(**more)) for tag, more in self.changed.values()),
        ]
        if self.read.summary is not None:
            edits.append((self.read.summary.start, self.read.summary.closes + len("</div>"), summary))
        if self.read.title is not None:
            edits.append((self.read.title.end, self.read.title.end, escape(f"{error}: ")))
        page = self.page
        for start, end, words in sorted(edits, key=lambda edit: edit[:2], reverse=True):
            page = page[:start] + words + page[end:]
        return page
