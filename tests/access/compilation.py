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
    "restructuring.split": page(),
    "restructuring.join": page(),
    "compilation_operations.merge": act(version="1", language="en", changes="{change}"),
    "compilation_operations.edit": act(version="1", language="en", text="All.", motive="Shorter."),
    "compilation_operations.note": act(version="1", language="en", text="All"),
    "compilation_operations.working": act(),
    "compilation_operations.delete": act(version="1", motive="Said elsewhere."),
    "compilation_operations.keep": act(version="1"),
    "compilation_operations.undo": Row(
        SIGN_IN, NO, {"editor": 422}, args=ENTRY, form={"version": "1"}, stage="compilation"
    ),
    "compilation_operations.move": act(version="1", motive="It is the end."),
    "compilation_operations.split": act(
        version="1", motive="Two duties.", **{"text.en.0": "All have a say.", "text.en.1": "So be it."}
    ),
    "compilation_operations.join": act(
        version="1", into="{other_entry}", into_version="1", motive="One duty.", **{"text.en": "All."}
    ),
    "compilation_operations.add": Row(
        SIGN_IN,
        NO,
        {"editor": SEE_OTHER},
        args=NORM,
        form={"language": "en", "text": "New.", "motive": "Missing.", "form_key": "k"},
        stage="compilation",
    ),
}
