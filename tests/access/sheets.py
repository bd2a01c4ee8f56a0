from tests.access import NO, OK, SIGN_IN, UNCLEAR, Row, public

NORM = {"slug": "{slug}"}

ROWS = {
    "sheets.index": Row(SIGN_IN, NO, but={"contact": OK}, args=NORM),
    "sheets.own": Row(SIGN_IN, NO, but={"contact": OK}, args={**NORM, "form": "csv"}),
    "sheets.export": public(slug="{slug}", form="csv"),
    # without a file, and without a preview
    "sheets.preview": Row(
        SIGN_IN, NO, but={"contact": UNCLEAR}, args=NORM, form={"stakeholder": "{stakeholder}"}
    ),
    "sheets.confirm": Row(SIGN_IN, NO, but={"contact": UNCLEAR}, args=NORM, form={"parcel": "none"}),
}
