"""Every kind of page in a real browser: nothing sticks out, nothing breaks the accessibility rules."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.xdist_group("face")  #: one demonstration, one browser

PASSWORD = "demonstration only"
SLUG = "ai-principles"
PUBLIC = (
    "",
    "norms/",
    f"norms/{SLUG}/",
    f"norms/{SLUG}/?beside=fr",
    f"norms/{SLUG}/drafts/2/compare/1/",
    f"norms/{SLUG}/drafts/2/changes/",
    f"norms/{SLUG}/comments/20/drafts/2/",
    f"norms/{SLUG}/provisions/p7/",
    f"norms/{SLUG}/consensus/",
    f"norms/{SLUG}/consensus/p2/",
    f"norms/{SLUG}/influence/",
    f"norms/{SLUG}/representation/",
    f"norms/{SLUG}/objections/",
    f"norms/{SLUG}/dispositions/",
    f"norms/{SLUG}/comments/1/",
    f"norms/{SLUG}/comments/1/history/",
    f"norms/{SLUG}/named/?name=Nobody",
    f"norms/{SLUG}/compilation/",
    f"norms/{SLUG}/rules/",
    f"norms/{SLUG}/steps/",
    f"norms/{SLUG}/record/",
    "norms/open-data-ai/publications/",
    "norms/open-data-ai/publications/1/",
    "norms/open-data-ai/determination/",
    "record/",
    "method/",
    "method/formulas/",
    "privacy/",
    "accessibility/",
    "countries/",
    "stakeholders/",
    "sign-in/",
    "sign-up/",
    "reset/",
)
PERSONAL = {
    "contact-point": (
        "my/",
        "account/",
        "account/tokens/",
        f"norms/{SLUG}/",
        f"norms/{SLUG}/provisions/p7/position/",
        f"norms/{SLUG}/provisions/p7/comment/",
        f"norms/{SLUG}/provisions/p7/propose/",
        f"norms/{SLUG}/sheet/",
        "stakeholders/register/",
    ),
    "moderator": (
        "moderation/",
        f"norms/{SLUG}/triage/",
        f"norms/{SLUG}/triage/answer-templates/",
        f"norms/{SLUG}/groups/",
        f"norms/{SLUG}/groups/copies/",
        f"norms/{SLUG}/comments/1/",
    ),
    "chair": (f"norms/{SLUG}/what-if/", f"norms/{SLUG}/conduct/", f"norms/{SLUG}/set-aside/"),
}
REFUSED = (
    ("contact-point", f"norms/{SLUG}/provisions/p7/comment/"),
    ("contact-point", f"norms/{SLUG}/provisions/p7/propose/"),
    ("contact-point", "account/tokens/"),
    ("contact-point", "stakeholders/register/"),
    ("moderator", f"norms/{SLUG}/triage/answer-templates/"),
)
NARROW, WIDE = 360, 1280
CUT = """() => [...document.querySelectorAll("select:not([multiple])")].filter(one => {
  if (!one.checkVisibility() || !one.selectedOptions.length) return false
  const style = getComputedStyle(one), pen = document.createElement("canvas").getContext("2d")
  pen.font = style.font
  const room = one.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight)
  return pen.measureText(one.selectedOptions[0].text.trim()).width > room + 1
}).map(one => one.name + ": " + one.selectedOptions[0].text)"""  # what a list shows of its choice is cut
LOOKS = (("en", WIDE, "light"), ("ar", NARROW, "dark"))


def check(page: Page, address: str) -> None:
    open_at(page, address)
    check_shown(page)


def open_at(page: Page, address: str) -> None:
    answer = page.goto(address)
    assert answer is not None and answer.status == 200, address


def check_fits(page: Page) -> None:
    """No sideways scrolling, no cut choice, one main heading."""
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert page.evaluate(CUT) == []
    assert page.locator("h1").count() == 1


def check_shown(page: Page) -> None:
    """It fits, and no rule of WCAG 2.2 AA is broken."""
    check_fits(page)
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    broken = [
        (rule["id"], [node["html"] for node in rule["nodes"]][:2]) for rule in found.response["violations"]
    ]
    assert broken == []


@pytest.mark.parametrize(("language", "width", "scheme"), LOOKS)
@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page(
    chromium: Browser, address: str, path: str, language: str, width: int, scheme: str
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    context.set_default_timeout(20_000)
    check(context.new_page(), f"{address}/{language}/{path}")
    context.close()


def test_words_without_blanks_fit_a_narrow_window(
    chromium: Browser, address: str, subtests: pytest.Subtests
) -> None:
    """In Chinese; the rules ask nothing of it that they do not ask of the other looks."""
    context = chromium.new_context(viewport={"width": NARROW, "height": 900})
    context.set_default_timeout(20_000)
    page = context.new_page()
    for path in PUBLIC:
        with subtests.test(path):
            open_at(page, f"{address}/zh/{path}")
            check_fits(page)
    context.close()


def signed_in(page: Page, address: str, email: str) -> None:
    page.goto(f"{address}/en/sign-in/")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button.button")
    page.wait_for_load_state()
    assert page.get_by_role("button", name="Sign out").count() == 1


@pytest.mark.parametrize("person", PERSONAL)
def test_the_pages_of_a_person_who_is_signed_in(chromium: Browser, address: str, person: str) -> None:
    context = chromium.new_context(viewport={"width": NARROW, "height": 900})
    context.set_default_timeout(20_000)
    page = context.new_page()
    signed_in(page, address, f"{person}@concord.example")
    for path in PERSONAL[person]:
        check(page, f"{address}/en/{path}")
        check(page, f"{address}/ar/{path}")
    context.close()


@pytest.mark.parametrize(("person", "path"), REFUSED)
@pytest.mark.parametrize(("language", "word", "scheme"), [("en", "Error", "light"), ("ar", "خطأ", "dark")])
def test_a_refused_form(
    chromium: Browser, address: str, person: str, path: str, language: str, word: str, scheme: str
) -> None:
    context = chromium.new_context(viewport={"width": NARROW, "height": 900}, color_scheme=scheme)
    context.set_default_timeout(20_000)
    page = context.new_page()
    signed_in(page, address, f"{person}@concord.example")
    page.goto(f"{address}/{language}/{path}")
    form = page.locator("main form[method=post].form").last
    form.evaluate("form => { form.noValidate = true; form.closest('details')?.setAttribute('open', '') }")
    form.locator("button").first.click()
    page.wait_for_load_state()
    assert page.title().startswith(f"{word}: ")
    assert page.evaluate("document.activeElement.id") == "refusal"
    link, field = page.locator("#refusal a").first, page.locator("[aria-invalid=true]").first
    assert link.get_attribute("href") == f"#{field.get_attribute('id')}"
    assert (
        link.inner_text()
        in page.locator(f"#{field.get_attribute('aria-describedby').split()[-1]}").inner_text()
    )
    check_shown(page)
    link.click()
    assert field.is_visible()
    context.close()


def test_a_position_is_stated_without_javascript(chromium: Browser, address: str) -> None:
    context = chromium.new_context(viewport={"width": NARROW, "height": 900}, java_script_enabled=False)
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.goto(f"{address}/en/norms/{SLUG}/")
    page.locator("section#p5").get_by_role("link", name="State your position").click()
    page.fill("input[name=email]", "individual@concord.example")
    page.fill("input[name=password]", PASSWORD)
    page.locator("main button.button").first.click()
    page.wait_for_load_state()
    page.get_by_label("Object", exact=True).check()
    page.locator("main form button.button").first.click()
    assert page.get_by_text("Enter the reason for your objection, so that others can answer it.").count() == 2
    assert page.get_by_label("Object", exact=True).is_checked()
    page.fill("textarea[name=reason]", "It leaves out people without a network.")
    page.locator("main form button.button").first.click()
    page.wait_for_load_state()
    assert "Your position: Object." in page.locator("section#p5").inner_text()
    context.close()
