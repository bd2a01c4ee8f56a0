from tests.access import NO, OK, SEE_OTHER, SIGN_IN, Row

ROWS = {
    "moderation.index": Row(SIGN_IN, NO, {"moderator": OK, "administrator": OK}),
    "moderation.verify": Row(
        SIGN_IN,
        NO,
        {"moderator": SEE_OTHER, "administrator": SEE_OTHER},
        args={"number": "{stakeholder}"},
        form={"verdict": "verified", "reason": "Looked it up."},
    ),
}
