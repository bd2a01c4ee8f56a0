import sys

sys.path.insert(0, "/work/main")
import pytest
from tests.face.test_pages_in_a_browser import SLUG, signed_in, check


def test_shots(chromium, address):
    for lang, w, scheme in (("en", 1280, "light"), ("ar", 360, "dark")):
        c = chromium.new_context(viewport={"width": w, "height": 900}, color_scheme=scheme)
        c.set_default_timeout(20000)
        p = c.new_page()
        signed_in(p, address, "contact-point@concord.example")
        p.goto(f"{address}/{lang}/norms/{SLUG}/provisions/p7/comment/")
        p.locator("textarea[name=body]").fill('As @c1 says, and @"Atlantis": assessments must be published.')
        p.locator("form#say button[value=preview]").click()
        p.wait_for_load_state()
        p.screenshot(path=f"/tmp/w/d-preview-{lang}.png", full_page=True)
        assert p.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(p, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
        print([(r["id"], [n["html"] for n in r["nodes"]][:2]) for r in found.response["violations"]])
        p.locator("form#say button[value=keep]").click()
        p.wait_for_load_state()
        p.screenshot(path=f"/tmp/w/d-kept-{lang}.png", full_page=True)
        check(p, f"{address}/{lang}/my/")
        p.screenshot(path=f"/tmp/w/d-my-{lang}.png", full_page=True)
        p.goto(f"{address}/{lang}/norms/{SLUG}/provisions/p6/comment/")
        p.locator("textarea[name=body]").fill("A thought of mine, to be edited.")
        p.locator("form#say button").first.click()
        p.wait_for_load_state()
        if p.locator("form#say").count():
            p.locator("form#say button").first.click()
            p.wait_for_load_state()
        url = p.url
        print(url)
        check(p, url + "edit/")
        p.screenshot(path=f"/tmp/w/d-edit-{lang}.png", full_page=True)
        p.locator("textarea[name=body]").fill("Edited words.")
        p.locator("main form button").last.click()
        p.wait_for_load_state()
        check(p, p.url.split("?")[0])
        p.screenshot(path=f"/tmp/w/d-comment-{lang}.png", full_page=True)
        check(p, url + "history/")
        p.screenshot(path=f"/tmp/w/d-history-{lang}.png", full_page=True)
        p.goto(f"{address}/{lang}/norms/{SLUG}/")
        p.screenshot(path=f"/tmp/w/d-draft-{lang}.png")
        c.close()
