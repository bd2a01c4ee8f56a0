"""A form that was refused, in a page: what is put in, and what is left alone."""

from collections.abc import Mapping, Sequence

from app.kernel.page_forms import Control
from app.kernel.refused_form import Fault, RefusedPage

PAGE = """<!doctype html><title>Clause &amp; position</title>
<main><div class="refusal" id="refusal"><p>No.</p></div>
<form method="get" action="/here"><input name="words" value="sought"></form>
<details><summary>More</summary><form method="post" action="/here?page=2">
<input type="hidden" name="version" value="3"><input type="hidden" name="seen" value="new" data-now>
<input type="password" name="password">
<p><label for="w">Your <b>reason</b></label><span id="h">Briefly.</span>
<textarea id="w" name="words" aria-describedby="h">old &lt;</textarea></p>
<fieldset><legend>Stance</legend><label><input type="radio" name="stance" value="a" checked> A</label>
<label><input type="radio" name="stance" value="b"> B</label></fieldset>
<select name="language" aria-label="Language">
<option value="en" selected>English</option><option>fr</option></select>
<input name="part" value="1"><input name="part" value="2">
</form></details>
<form method="post" action="/elsewhere"><input name="words" value="of another form"></form></main>"""


def page(typed: Mapping[str, Sequence[str]], *faults: Fault) -> str:
    refused = RefusedPage(PAGE, "POST", "/here", typed)
    refused.fill()
    places = refused.mark(faults)
    return refused.shown(f"<nav>{[(one.words, one.id) for one in places]}</nav>", "Error")


def label(control: Control | None, label: str) -> str:
    return f"{control.kind if control else 'nothing'}: {label}"


def test_what_was_typed_is_in_the_form_it_was_sent_with() -> None:
    typed = {"words": ["</textarea><b>"], "stance": ["b"], "language": ["fr"], "part": ["x", "y"]}
    shown = page({**typed, "version": ["2"], "seen": ["old"], "password": ["secret"]})
    assert "\n&lt;/textarea&gt;&lt;b&gt;</textarea>" in shown
    assert '<input type="radio" name="stance" value="a">' in shown
    assert '<input type="radio" name="stance" value="b" checked>' in shown
    assert '<option value="en">' in shown
    assert "<option selected>fr" in shown
    assert '<input name="part" value="x"><input name="part" value="y">' in shown
    assert 'name="version" value="2"' in shown
    assert "<details open>" in shown


def test_what_the_page_knows_better_and_secrets_and_other_forms_stay() -> None:
    shown = page({"words": ["mine"], "seen": ["old"], "password": ["secret"]})
    assert 'name="seen" value="new"' in shown
    assert "secret" not in shown
    assert 'value="sought"' in shown
    assert 'value="of another form"' in shown
    assert 'name="version" value="3"' in shown, "what was not sent is as the page has it"


def test_a_fault_is_at_its_field_and_in_the_summary() -> None:
    shown = page({"words": [""]}, Fault("words", label))
    assert '<span class="error" id="e1-words">textarea: Your reason</span><textarea' in shown
    assert 'id="w" name="words" aria-describedby="h e1-words" aria-invalid="true"' in shown
    assert "<nav>[('textarea: Your reason', 'w')]</nav>" in shown
    assert '<div class="refusal"' not in shown
    assert "<title>Error: Clause &amp; position</title>" in shown


def test_a_choice_is_called_by_its_legend_and_gets_an_id() -> None:
    shown = page({}, Fault("stance", label))
    assert '</legend><span class="error" id="e1-stance">radio: Stance</span>' in shown
    assert 'id="r-stance" aria-invalid="true" aria-describedby="e1-stance"' in shown


def test_what_nobody_fills_has_no_place_and_is_said_once() -> None:
    shown = page({}, Fault("version", label), Fault("form_key", label), Fault("password", label))
    assert "[('nothing: ', None), ('password: ', 'r-password')]" in shown


def test_of_fields_in_several_languages_the_first_is_marked() -> None:
    several = PAGE.replace('name="part" value="1"', 'name="text.fr"').replace('name="part"', 'name="text.en"')
    refused = RefusedPage(several, "POST", "/here", {})
    assert [one.id for one in refused.mark([Fault("text", label)])] == ["r-text.fr"]


def test_of_forms_with_one_address_it_is_the_one_that_was_sent() -> None:
    row = '<form method="post"><input type="hidden" name="country" value="{}"><input name="share"></form>'
    refused = RefusedPage(
        "".join(map(row.format, ("FR", "RU", "CN"))),
        "POST",
        "/here",
        {"country": ["RU"], "share": ["a half"]},
    )
    refused.fill()
    shown = refused.shown("", "Error")
    assert 'value="RU"><input name="share" value="a half">' in shown
    assert shown.count("a half") == 1


def test_a_page_without_the_form_is_as_it_was() -> None:
    refused = RefusedPage("<title>A</title><p>Closed.</p>", "POST", "/here", {"words": ["mine"]})
    refused.fill()
    assert refused.form is None
    assert [one.id for one in refused.mark([Fault("words", label)])] == [None]
    assert refused.shown("", "Error") == "<title>Error: A</title><p>Closed.</p>"
