from tests.access import NO, NOTHING, OK, SEE_OTHER, SIGN_IN, UNCLEAR, Row

ENTITY = {"number": "{stakeholder}"}
DRAFTED = {**ENTITY, "contribution": "{contribution}"}
PLACE = {"slug": "{slug}", "code": "{code}"}
MEMBERS = {"contact": OK, "reviewer": OK}
WRITERS = {"contact": SEE_OTHER, "reviewer": SEE_OTHER}  # the reviewer drafted it
LANGUAGES = {"language": "en", "read_language": "en", "seen": "{seen}"}
WORDS = {**LANGUAGES, "stakeholder": "{stakeholder}", "what": "comment", "body": "Why?"}
CHOSEN = {"contribution": "{drafted}"}

ROWS = {
    "delegation.index": Row(NOTHING, NOTHING, MEMBERS, args=ENTITY),
    "delegation.endorse": Row(
        NOTHING, NOTHING, {"contact": SEE_OTHER, "reviewer": NO}, args=ENTITY, form=CHOSEN
    ),
    "delegation.decline": Row(
        NOTHING, NOTHING, {"contact": SEE_OTHER, "reviewer": NO}, args=DRAFTED, form={"note": "No."}
    ),
    "delegation.hide": Row(
        SIGN_IN,
        NO,
        {"moderator": SEE_OTHER},
        args={"slug": "{slug}", "number": "{contribution}"},
        form={"reason": "spam"},
    ),
    "delegation.withdraw": Row(NOTHING, NOTHING, WRITERS, args=DRAFTED),
    "delegation.claim": Row(NOTHING, NOTHING, WRITERS, args=DRAFTED),
    "delegation.release": Row(NOTHING, NOTHING, WRITERS, args=DRAFTED),
    "inside.edit_form": Row(NOTHING, NOTHING, MEMBERS, args=DRAFTED),
    "inside.edit": Row(
        NOTHING, NOTHING, WRITERS, args=DRAFTED, form={**LANGUAGES, "body": "Why now?", "version": "1"}
    ),
    "inside.form": Row(NOTHING, NOTHING, MEMBERS, args=PLACE),
    "inside.draft": Row(SIGN_IN, NO, WRITERS, args=PLACE, form=WORDS),
    "stakeholders.hand_over": Row(
        SIGN_IN,
        NO,
        {"contact": UNCLEAR, "administrator": UNCLEAR},
        args={**ENTITY, "mandate": "{mandate}"},
        form={"email": "no address"},
    ),
    "stakeholders.record": Row(SIGN_IN, NO, {"contact": OK, "administrator": OK}, args=ENTITY),
}
