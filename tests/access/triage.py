from tests.access import CLOSED, NO, OK, SEE_OTHER, SIGN_IN, UNCLEAR, Row, public

NORM = {"slug": "{slug}"}
GROUP = {"slug": "{slug}", "number": "{group}"}
KEPT = {"slug": "{slug}", "number": "{template}"}
LOOK = {"editor": OK, "moderator": OK}
ACT = {"editor": SEE_OTHER, "moderator": SEE_OTHER}
VAGUE = {"editor": UNCLEAR, "moderator": UNCLEAR}
WORDS = {"decision": "noted", "reason": "Taken into account.", "language": "en"}
UNCHANGED = {"version": "{template_version}"}
TICKED = {"comment": "{comment}"}

ROWS = {
    "triage.index": Row(SIGN_IN, NO, LOOK, args=NORM),
    "triage.answer": Row(SIGN_IN, NO, VAGUE, args=NORM, form=WORDS),
    "triage.answer_all": Row(SIGN_IN, NO, VAGUE, args=NORM, form=WORDS),
    "triage.prefill": Row(SIGN_IN, NO, LOOK, args=NORM, form={**TICKED, "template": "{template}"}),
    "triage.assign": Row(SIGN_IN, NO, ACT, args=NORM, form={**TICKED, "to": "{moderator}"}),
    "triage.assign_all": Row(SIGN_IN, NO, ACT, args=NORM, form={"to": "{moderator}"}),
    "triage.unassign": Row(SIGN_IN, NO, ACT, args=NORM, form=TICKED),
    "triage.release": Row(SIGN_IN, NO, {"moderator": CLOSED}, args=NORM, form=TICKED),  # it is shown already
    "groups.index": public(**NORM),
    "groups.group": public(**GROUP),
    "groups.form": Row(SIGN_IN, NO, {"editor": CLOSED, "moderator": CLOSED}, args=NORM, form=TICKED),
    "groups.answer": Row(SIGN_IN, NO, ACT, args=GROUP, form=WORDS),
    "groups.join": Row(SIGN_IN, NO, ACT, args=GROUP, form=TICKED),
    "groups.unite": Row(SIGN_IN, NO, VAGUE, args=GROUP, form={"other": "{group}"}),
    "groups.split": Row(SIGN_IN, NO, ACT, args=GROUP, form=TICKED),
    "groups.dissolve": Row(SIGN_IN, NO, ACT, args=GROUP),
    "groups.alike": Row(SIGN_IN, NO, LOOK, args={"slug": "{slug}", "number": "{comment}"}),
    "groups.copies": Row(SIGN_IN, NO, LOOK, args=NORM),
    "groups.look": Row(SIGN_IN, NO, ACT, args=NORM),
    "answer_templates.index": Row(SIGN_IN, NO, LOOK, args=NORM),
    "answer_templates.add": Row(SIGN_IN, NO, ACT, args=NORM, form={**WORDS, "title": "Taken"}),
    "answer_templates.edit": Row(SIGN_IN, NO, ACT, args=KEPT, form={**WORDS, "title": "Taken", **UNCHANGED}),
    "answer_templates.remove": Row(SIGN_IN, NO, ACT, args=KEPT),
}
