from tests.access import NO, NOTHING, OK, SEE_OTHER, SIGN_IN, UNCLEAR, Row

ENTITY = {"number": "{stakeholder}"}
DRAFTED = {**ENTITY, "contribution": "{contribution}"}
PLACE = {"slug": "{slug}", "code": "{code}"}
MEMBERS = {"contact": OK, "reviewer": OK}
MOVED = 301
WRITERS = {"contact": SEE_OTHER, "reviewer": SEE_OTHER}  # the reviewer drafted it
LANGUAGES = {"language": "en", "read_language": "en", "seen": "{seen}"}
WORDS = {**LANGUAGES, "stakeholder": "{stakeholder}", "what": "comment", "body": "Why?"}
CHOSEN = {"contribution": "{drafted}"}

ROWS = {
    "internal_drafts.index": Row(NOTHING, NOTHING, MEMBERS, args=ENTITY),
    "internal_drafts.formerly": Row(MOVED, MOVED, args=ENTITY),
    "internal_drafts.endorse": Row(
        NOTHING, NOTHING, {"contact": SEE_OTHER, "reviewer": NO}, args=ENTITY, form=CHOSEN
    ),
    "internal_drafts.decline": Row(
        NOTHING, NOTHING, {"contact": SEE_OTHER, "reviewer": NO}, args=DRAFTED, form={"note": "No."}
    ),
    "internal_drafts.hide": Row(
        SIGN_IN,
        NO,
        {"moderator": SEE_OTHER},
        args={"slug": "{slug}", "number": "{contribution}"},
        form={"reason": "spam"},
    ),
    "internal_drafts.withdraw": Row(NOTHING, NOTHING, WRITERS, args=DRAFTED),
    "internal_drafts.claim": Row(NOTHING, NOTHING, WRITERS, args=DRAFTED),
    "internal_drafts.release": Row(NOTHING, NOTHING, WRITERS, args=DRAFTED),
    "internal_drafting.edit_form": Row(NOTHING, NOTHING, MEMBERS, args=DRAFTED),
    "internal_drafting.edit": Row(
        NOTHING, NOTHING, WRITERS, args=DRAFTED, form={**LANGUAGES, "body": "Why now?", "version": "1"}
    ),
    "internal_drafting.form": Row(NOTHING, NOTHING, MEMBERS, args=PLACE),
    "internal_drafting.draft": Row(SIGN_IN, NO, WRITERS, args=PLACE, form=WORDS),
    "stakeholders.hand_over": Row(
        SIGN_IN,
        NO,
        {"contact": UNCLEAR, "administrator": UNCLEAR},
        args={**ENTITY, "mandate": "{mandate}"},
        form={"email": "no address"},
    ),
    "stakeholders.record": Row(SIGN_IN, NO, {"contact": OK, "administrator": OK}, args=ENTITY),
}
