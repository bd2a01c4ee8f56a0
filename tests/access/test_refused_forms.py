"""Every form of the site, with each field left out, empty and wrong."""

from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from flask import url_for

from tests.access import PEOPLE, Row
from tests.access.test_matrix import ROWS
from tests.access.world import World

TAKEN = (303, 409)  #: what the matrix says of the person whose form this is
SECRET = frozenset({"password", "new_password", "current_password"})
WRONG = "\u00a1none of these!"
ENDS = frozenset({"select", "textarea", "form"})

Attributes = dict[str, str | None]


class PageFound(HTMLParser):
    """What a person finds on a page: words, labels, ids, links within it, and the fields of each form."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words, self.labels, self.title, self.written = "", [""], "", ""
        self.ids: list[str] = []
        self.links: list[str] = []
        self.invalid: list[Attributes] = []
        self.forms: list[tuple[str, list[Attributes]]] = []
        self.inside: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given: Attributes = dict(attrs)
        self.ids += [given["id"]] if given.get("id") else []
        if tag == "form":
            self.forms.append((given.get("action") or "", []))
        if tag in ("input", "select", "textarea"):
            self.written += f"{given.get('value')}\n"
            is_hidden = given.get("type") == "hidden" or "hidden" in given
            if self.forms and not is_hidden:
                self.forms[-1][1].append(given)
        if given.get("aria-invalid") == "true":
            self.invalid.append(given)
        if tag == "a" and (given.get("href") or "").startswith("#"):
            self.links.append((given["href"] or "")[1:])
        if tag in ("label", "legend", "title", "textarea"):
            self.inside.append(tag)
            self.labels.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.inside:
            self.inside.remove(tag)

    def handle_data(self, data: str) -> None:
        self.words += data
        if "title" in self.inside:
            self.title += data
        if "textarea" in self.inside:
            self.written += data
        elif self.inside:
            self.labels[-1] += data


def whose(row: Row) -> str | None:
    return next((one for one in PEOPLE if row.expected(one) in TAKEN), None)


def sent(world: World, endpoint: str, form: dict[str, str]) -> tuple[str, int, str]:
    """The address, the status and the page for the person whose form it is."""
    row, client = ROWS[endpoint], world.app.test_client()
    world.lay(row.stage)
    with client.session_transaction() as cookie:
        cookie["_user_id"] = world.tokens.get(whose(row) or "", "")
    with world.app.test_request_context("/en/"):
        address = url_for(endpoint, **{name: world.named(value) for name, value in row.args.items()})
    answer = client.post(address, data={name: world.named(value) for name, value in form.items()})
    return address, answer.status_code, answer.text


def forms() -> Iterator[tuple[str, str]]:
    for endpoint, row in sorted(ROWS.items()):
        if row.form and whose(row):
            yield from ((endpoint, name) for name in row.form)


@pytest.mark.parametrize("wrong", [None, "", WRONG], ids=["left-out", "empty", "wrong"])
@pytest.mark.parametrize(("endpoint", "name"), list(forms()))
def test_a_form_with_a_wrong_field_says_so_at_the_field(
    endpoint: str, name: str, wrong: str | None, world: World
) -> None:
    row = ROWS[endpoint]
    form = {key: value for key, value in row.form.items() if key != name}
    form |= {} if wrong is None else {name: wrong}
    address, status, text = sent(world, endpoint, form)
    if status in (200, 303, 404):
        return  # the field may be so, or names a thing that is not there
    page = PageFound(text)
    assert status in (409, 422)
    assert page.title.startswith("Error: ")
    assert "refusal" in page.ids
    assert len(page.ids) == len(set(page.ids)), "an id is given twice"
    assert not [one for one in row.form if "_" in one and one in page.words], "an internal name"
    assert name not in [label.strip(" :.“”") for label in page.labels], "an internal name"
    assert f"“{name}”" not in page.words
    assert set(page.links) <= set(page.ids)
    for one in page.invalid:
        assert one["id"] in page.links
        assert set((one["aria-describedby"] or "").split()) <= set(page.ids)
    there = [{one.get("name") for one in fields} for action, fields in page.forms if action == address]
    if status == 422 and there and all(name in names for names in there):
        assert page.invalid, "the field is on the page, and the fault is not at it"
    for key, value in form.items():
        if " " in value and value != WRONG and key not in SECRET:
            assert world.named(value) in page.written, "what was typed is gone"
