from tests.access import CLOSED, NO, OK, SEE_OTHER, SIGN_IN, Row, public

CLAUSE = {"slug": "{slug}", "code": "{code}"}
OBJECTION = {"slug": "{slug}", "number": "{objection}"}
READ = {"read_language": "en", "seen": "{seen}"}

ROWS = {
    "positions.position": Row(SIGN_IN, NO, but={"contact": OK}, args=CLAUSE),
    "positions.state": Row(
        SIGN_IN,
        NO,
        but={"contact": SEE_OTHER},
        args=CLAUSE,
        form={"stakeholder": "{stakeholder}", "stance": "abstain", **READ, "language": "en"},
    ),
    "positions.reaffirm": Row(
        SIGN_IN,
        NO,
        but={"contact": CLOSED},  # the wording is not the one that was seen
        args=CLAUSE,
        form={"stakeholder": "{stakeholder}", "read_language": "en", "seen": "0" * 64},
    ),
    "positions.reserve": Row(
        SIGN_IN,
        NO,
        but={"contact": SEE_OTHER},
        args=CLAUSE,
        form={"stakeholder": "{stakeholder}", "text": "We read it as voluntary.", "language": "en", **READ},
        stage="consensus-call",
    ),
    "positions.take_back": Row(
        SIGN_IN,
        NO,
        but={"contact": SEE_OTHER},
        args={"slug": "{slug}", "number": "{reservation}"},
        stage="consensus-call",
    ),
    "positions.objections": public(slug="{slug}"),
    "positions.answer": Row(
        SIGN_IN,
        NO,
        but={"chair": SEE_OTHER, "editor": SEE_OTHER},
        args=OBJECTION,
        form={"text": "The annex says so.", "language": "en", "position": "{position}", "state": "open"},
    ),
    "positions.answer_together": Row(
        SIGN_IN,
        NO,
        but={"chair": SEE_OTHER, "editor": SEE_OTHER},
        args={"slug": "{slug}"},
        form={"text": "The annex says so.", "language": "en", "objection": "{stood}"},
    ),
    "positions.settle": Row(
        SIGN_IN,
        NO,
        but={"contact": CLOSED},  # it has not been answered
        args=OBJECTION,
        form={"state": "maintained", "answer": "0"},
    ),
}
