"""The forms that a page holds, with what is filled in them and their labels (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

UNMARKED_TYPES = frozenset({"hidden", "submit", "button", "image", "reset"})
KEPT_OPEN = frozenset(
    {"form", "label", "legend", "fieldset", "details", "select", "option", "textarea", "div", "title"}
)

Attributes = dict[str, str | None]


@dataclass
class Tag:
    """A start tag of the page and where it is; ``inside``: the text between it and its end."""

    name: str
    attributes: Attributes
    start: int
    end: int
    closes: int = 0  #: where its end tag begins
    inside: str = ""
    options: list["Tag"] = field(default_factory=list)

    def get(self, name: str) -> str:
        return self.attributes.get(name) or ""

    @property
    def kind(self) -> str:
        """The type of an input, or the name of the tag."""
        return (self.get("type") or "text").lower() if self.name == "input" else self.name

    def with_attributes(self, **more: str | bool | None) -> str:
        """The start tag with these attributes; False takes one away, None gives one without a value."""
        given = {**self.attributes, **more}
        kept = {name: value for name, value in given.items() if not isinstance(value, bool)}
        said = [name if value is None else f'{name}="{escape(value)}"' for name, value in kept.items()]
        return f"<{' '.join([self.name, *said])}>"


@dataclass
class Control(Tag):
    """Something in a form that is filled; ``around``: the label or group that holds it."""

    label: Tag | None = None
    group: Tag | None = None
    around: tuple[Tag, ...] = ()


@dataclass
class FormFound:
    """A form of the page, what is filled in it, and where it can be sent."""

    tag: Tag
    around: tuple[Tag, ...]
    actions: list[str] = field(default_factory=list)
    controls: list[Control] = field(default_factory=list)

    def alike(self, typed: Mapping[str, Sequence[str]]) -> int:
        """How many of its hidden fields hold what was sent, less those that do not."""
        hidden = [one for one in self.controls if one.kind == "hidden" and one.get("name") != "csrf_token"]
        return sum(1 if one.get("value") in typed.get(one.get("name"), ()) else -1 for one in hidden)

    def named(self, name: str) -> Control | None:
        """What is filled for this field; of fields in several languages or parts, the first."""
        there = [
            one for one in self.controls if one.kind not in UNMARKED_TYPES and "hidden" not in one.attributes
        ]
        exact = [one for one in there if one.get("name") == name]
        parts = [one for one in there if one.get("name").startswith(f"{name}.")]
        return next(iter(exact + parts), None)


class PageReader(HTMLParser):
    """Finds forms, their controls, and labels."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.lines = [0]
        for line in page.split("\n"):
            self.lines.append(self.lines[-1] + len(line) + 1)
        self.forms: list[FormFound] = []
        self.open: list[Tag] = []
        self.controls: list[Control] = []
        self.labels: dict[str, Tag] = {}
        self.ids: set[str] = set()
        self.title: Tag | None = None
        self.summary: Tag | None = None
        self.feed(page)
        self.close()

    @property
    def reached(self) -> int:
        line, column = self.getpos()
        return self.lines[line - 1] + column

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        start, attributes = self.reached, dict(attrs)
        end = start + len(self.get_starttag_text() or "")
        one = Tag(tag, attributes, start, end)
        self.ids.add(one.get("id"))
        if tag in ("input", "select", "textarea"):
            one = self._control(one)
        if tag == "form":
            self.forms.append(FormFound(one, tuple(self.open), [one.get("action")]))
        if tag == "button" and "formaction" in attributes and (form := self._form(one)) is not None:
            form.actions.append(one.get("formaction"))
        if tag == "option" and (select := self._innermost("select")) is not None:
            select.options.append(one)
        if tag == "label" and one.get("for"):
            self.labels[one.get("for")] = one
        if tag == "legend" and (group := self._innermost("fieldset")) is not None:
            group.options.append(one)
        if tag == "title":
            self.title = self.title or one
        if one.get("id") == "refusal":
            self.summary = one
        if tag in KEPT_OPEN:
            self.open.append(one)

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self.open) - 1, -1, -1):
            if self.open[place].name == tag:
                for ended in self.open[place:]:
                    ended.closes = self.reached
                del self.open[place:]
                return

    def handle_data(self, data: str) -> None:
        if self._innermost("select") is not None and self.open[-1].name != "option":
            return
        for one in self.open:
            if one.name in ("label", "legend", "option", "textarea"):
                one.inside += data

    def _control(self, tag: Tag) -> Control:
        group = self._innermost("fieldset")
        one = Control(**vars(tag), label=self._innermost("label"), group=group, around=tuple(self.open))
        self.controls.append(one)
        form = self._form(one)
        if form is not None:
            form.controls.append(one)
        return one

    def _form(self, tag: Tag) -> FormFound | None:
        asked, around = tag.get("form"), self._innermost("form")
        if asked:
            return next((form for form in self.forms if form.tag.get("id") == asked), None)
        return next((form for form in self.forms if form.tag is around), None)

    def _innermost(self, name: str) -> Tag | None:
        return next((one for one in reversed(self.open) if one.name == name), None)
