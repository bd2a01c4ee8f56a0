"""The script: words stay on the device until they are received, for nobody but who typed them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.face.test_pages_in_a_browser import SLUG, signed_in

pytestmark = pytest.mark.xdist_group("face")  #: one demonstration, one browser

CONTACT, OTHER = "contact-point@concord.example", "individual@concord.example"
OFFER = "Your text of"


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    """A person is signed in; a broken script or policy fails the test."""
    context = chromium.new_context(viewport={"width": 360, "height": 900})
    context.set_default_timeout(20_000)
    page = context.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("console", lambda line: broken.append(line.text) if "Content Security" in line.text else None)
    signed_in(page, address, CONTACT)
    yield page
    assert broken == []
    context.close()


def form(address: str, language: str = "en") -> str:
    return f"{address}/{language}/norms/{SLUG}/provisions/p4/comment/"


def kept(page: Page) -> int:
    count: int = page.evaluate("Object.keys(localStorage).length")
    return count


def test_words_are_offered_again_after_the_page_was_left(page: Page, address: str) -> None:
    page.goto(form(address))
    page.get_by_label("Your comment", exact=True).fill("Half a thought")
    page.goto(f"{address}/en/norms/")
    page.goto(form(address))
    assert page.get_by_label("Your comment", exact=True).input_value() == ""
    assert page.get_by_text(OFFER).count() == 1
    page.get_by_role("button", name="Restore").click()
    assert page.get_by_label("Your comment", exact=True).input_value() == "Half a thought"
    assert page.get_by_text(OFFER).count() == 0
    page.goto(form(address))
    page.get_by_role("button", name="Discard").click()
    page.goto(form(address))
    assert page.get_by_text(OFFER).count() == 0 and kept(page) == 0


def test_they_are_kept_through_a_refusal_and_gone_once_received(page: Page, address: str) -> None:
    page.goto(form(address))
    page.get_by_label("Your comment", exact=True).fill("What of small states?")
    page.get_by_label("Text to which it refers").fill("words that do not stand there")
    page.get_by_role("button", name="Submit the comment").click()
    assert page.get_by_text("This text does not appear in the clause").count() == 2  # on top, at the field
    assert kept(page) == 1
    page.get_by_role("button", name="Preview").click()
    assert kept(page) == 1
    page.get_by_label("Text to which it refers").fill("")
    page.locator("form#say button").first.click()
    page.wait_for_load_state()
    if page.get_by_role("button", name="Submit anyway").count():
        page.get_by_role("button", name="Submit anyway").click()
        page.wait_for_load_state()
    assert page.get_by_text("What of small states?").count() >= 1
    assert page.get_by_role("heading", level=1).inner_text().startswith("Comment c")
    assert kept(page) == 0


def test_another_person_on_the_device_sees_nothing(page: Page, address: str) -> None:
    page.goto(form(address))
    page.get_by_label("Your comment", exact=True).fill("For my eyes only")
    page.context.clear_cookies()  # the sign-in ran out; nobody signed out
    signed_in(page, address, OTHER)
    page.goto(form(address))
    assert page.get_by_text(OFFER).count() == 0
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_load_state()
    assert kept(page) == 0


def test_the_offer_is_made_in_the_pages_language_and_fits(page: Page, address: str) -> None:
    page.goto(form(address, "ar"))
    page.locator("textarea[name=body]").fill("نصف فكرة")
    page.goto(form(address, "ar"))
    assert page.locator("form#say").get_attribute("data-kept") is not None
    assert page.locator(".tip button").count() == 2
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    page.evaluate("localStorage.clear()")


def test_where_storage_is_blocked_the_script_does_the_rest(page: Page, address: str) -> None:
    blocked = "{ get() { throw new DOMException('blocked', 'SecurityError') } }"
    page.add_init_script(f"Object.defineProperty(window, 'localStorage', {blocked})")
    faults: list[object] = []
    page.on("pageerror", lambda fault: faults.append(fault))
    page.goto(form(address))
    page.get_by_label("Your comment", exact=True).fill("Not kept")
    page.get_by_role("button", name="Preview").click()
    assert page.get_by_label("Your comment", exact=True).input_value() == "Not kept" and faults == []


FIELDS = """<details><form data-draft="d" data-person="1" data-kept="Kept {}" data-back="Restore"
data-away="Discard"><input type="hidden" name="version" value="%s"><input type="hidden" name="key"
value="%s"><input name="words.0"><input type="checkbox" name="changes" value="1"><input type="checkbox"
name="changes" value="2" checked><input type="radio" name="choice.0" value="c1"><input type="radio"
name="choice.0" value="editor"><input type="password" name="secret">%s</form></details>"""


def drawn(page: Page, version: str, more: str = "") -> None:
    """A form of all kinds of fields stands on the page, and the script has seen it."""
    page.evaluate(
        """async ([fields, turn]) => {
          document.querySelector("main").innerHTML = fields;
          await import(document.querySelector("script[src*=concord]").src + "?" + turn);
        }""",
        [FIELDS % (version, version, more), version],
    )


def sent(page: Page) -> list[list[str]]:
    found: list[list[str]] = page.evaluate("[...new FormData(document.querySelector('main form'))]")
    return found


def test_every_field_comes_back_with_the_version_that_was_seen(page: Page, address: str) -> None:
    page.goto(form(address))
    drawn(page, "1", '<textarea name="text.2">Part two</textarea>')
    page.locator("details").evaluate("(one) => { one.open = true }")
    page.locator("[name='words.0']").fill("in my own words")
    page.locator("[name=changes]").first.check()
    page.locator("[name=changes]").last.uncheck()
    page.locator("[value=editor]").check()
    page.locator("[name=secret]").fill("a secret")
    page.locator("textarea").fill("Half of part two")
    assert "a secret" not in page.evaluate("JSON.stringify(localStorage)")
    drawn(page, "2")
    page.get_by_role("button", name="Restore").click()
    assert sent(page) == [
        *(["version", "1"], ["key", "2"], ["words.0", "in my own words"]),
        *(["changes", "1"], ["choice.0", "editor"], ["secret", ""]),
    ]
    page.locator("[name='words.0']").fill("in other words")
    drawn(page, "3", '<textarea name="text.2">Part two</textarea>')
    page.get_by_role("button", name="Restore").click()
    assert page.locator("textarea").input_value() == "Half of part two"
    assert page.locator("[name='words.0']").input_value() == "in other words"
    page.evaluate("localStorage.clear()")


def test_nothing_is_offered_where_only_the_version_is_another(page: Page, address: str) -> None:
    page.goto(form(address))
    drawn(page, "1")
    page.locator("details").evaluate("(one) => { one.open = true }")
    page.locator("[name=changes]").first.check()
    page.locator("[name=changes]").first.uncheck()
    assert kept(page) == 1
    drawn(page, "2")
    assert page.get_by_role("button", name="Restore").count() == 0
    page.evaluate("localStorage.clear()")


def test_the_keys_go_through_a_list_that_has_the_focus(page: Page, address: str) -> None:
    page.goto(form(address))
    page.evaluate(
        """async () => {
          const item = (n) => `<li data-item><input type="checkbox" value="${n}"></li>`;
          document.querySelector("main").innerHTML = `<div data-keys><label data-all hidden><input
            type="checkbox">All</label><ul>${[1, 2, 3].map(item).join("")}</ul><textarea></textarea></div>`;
          const script = document.querySelector("script[src*=concord]").src;
          await import(script + "?again");
        }"""
    )
    chosen = "[...document.querySelectorAll('[data-item] :checked')].map((one) => one.value).join()"
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.evaluate(chosen) == ""  # the list has not the focus yet
    page.locator("[data-keys]").focus()
    for key in "jjxkx":
        page.keyboard.press(key)
    assert page.evaluate(chosen) == "1,2"
    page.locator("[data-keys] textarea").focus()
    page.keyboard.type("jxk")
    assert page.evaluate(chosen) == "1,2"
    assert page.locator("[data-keys] textarea").input_value() == "jxk"
    page.get_by_text("All").click()
    assert page.evaluate(chosen) == "1,2,3"
