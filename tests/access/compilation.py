from tests.access import NO, OK, SEE_OTHER, SIGN_IN, Row, public

NORM = {"slug": "{slug}"}
ENTRY = {"slug": "{slug}", "number": "{entry}"}
SEATED = ("editor", "moderator", "translator", "chair", "publisher", "administrator")


def page(**form: str) -> Row:
    return Row(SIGN_IN, NO, {"editor": OK}, args=ENTRY, form=form, stage="compilation")


def act(**form: str) -> Row:
    return Row(SIGN_IN, NO, {"editor": SEE_OTHER}, args=ENTRY, form=form, stage="compilation")


ROWS = {
    "compilation.bench": public(**NORM),
    "compilation.reading": Row(SIGN_IN, NO, dict.fromkeys(SEATED, OK), args=NORM, stage="compilation"),
    "compilation.entry": page(),
    "compilation.preview": page(language="en", changes="{change}"),
    "reshaping.split": page(),
    "reshaping.join": page(),
    "bench.merge": act(version="1", language="en", changes="{change}"),
    "bench.edit": act(version="1", language="en", text="All.", motive="Shorter."),
    "bench.note": act(version="1", language="en", text="All"),
    "bench.working": act(),
    "bench.delete": act(version="1", motive="Said elsewhere."),
    "bench.keep": act(version="1"),
    "bench.undo": Row(SIGN_IN, NO, {"editor": 422}, args=ENTRY, form={"version": "1"}, stage="compilation"),
    "bench.move": act(version="1", motive="It is the end."),
    "bench.split": act(
        version="1", motive="Two duties.", **{"text.en.0": "All have a say.", "text.en.1": "So be it."}
    ),
    "bench.join": act(
        version="1", into="{other_entry}", into_version="1", motive="One duty.", **{"text.en": "All."}
    ),
    "bench.add": Row(
        SIGN_IN,
        NO,
        {"editor": SEE_OTHER},
        args=NORM,
        form={"language": "en", "text": "New.", "motive": "Missing.", "form_key": "k"},
        stage="compilation",
    ),
}
