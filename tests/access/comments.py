from tests.access import CLOSED, NO, OK, SEE_OTHER, SIGN_IN, UNCLEAR, Row, public

CLAUSE = {"slug": "{slug}", "code": "{code}"}
COMMENT = {"slug": "{slug}", "number": "{comment}"}
WORDS = {
    "stakeholder": "{stakeholder}",
    "body": "Say who decides.",
    "language": "en",
    "read_language": "en",
    "seen": "{seen}",
    "form_key": "k",
}

ROWS = {
    "discussion.form": Row(SIGN_IN, NO, but={"contact": OK}, args=CLAUSE),
    "discussion.draft_form": Row(SIGN_IN, NO, but={"contact": OK}, args={"slug": "{slug}"}),
    "discussion.propose_form": Row(SIGN_IN, NO, but={"contact": OK}, args=CLAUSE),
    "discussion.send": Row(SIGN_IN, NO, but={"contact": SEE_OTHER}, args=CLAUSE, form=WORDS),
    "discussion.send_on_draft": Row(
        SIGN_IN,
        NO,
        but={"contact": SEE_OTHER},
        args={"slug": "{slug}"},
        form={**WORDS, "seen": "{draft_seen}"},
    ),
    "discussion.propose": Row(
        SIGN_IN,
        NO,
        but={"contact": SEE_OTHER},
        args=CLAUSE,
        form={**WORDS, "operation": "insert-after", "wording": "People are heard first."},
    ),
    "discussion.comment": public(**COMMENT),
    "discussion.dispositions": public(slug="{slug}"),
    "carried_changes.page": public(slug="{slug}", number="{change}", draft="1"),
    "discussion.back": Row(
        SIGN_IN,
        NO,
        but={"contact": SEE_OTHER},
        args={"slug": "{slug}", "number": "{change}"},
        form={"stakeholder": "{stakeholder}", "side": "", "seen": "1"},  # it is their own
    ),
    "discussion.withdraw": Row(SIGN_IN, NO, but={"contact": SEE_OTHER}, args=COMMENT),
    "editing.form": Row(SIGN_IN, NO, but={"contact": OK}, args=COMMENT),
    "editing.edit": Row(
        SIGN_IN,
        NO,
        but={"contact": SEE_OTHER},
        args=COMMENT,
        form={"body": "Why so?", "language": "en", "version": "1"},
    ),
    "editing.history": public(**COMMENT),
    "editing.named": public(slug="{slug}"),
    "discussion.release": Row(
        SIGN_IN, NO, but={"moderator": CLOSED}, args=COMMENT, form={"seen": "1"}
    ),  # it is shown already
    "discussion.hide": Row(
        SIGN_IN, NO, but={"moderator": SEE_OTHER}, args=COMMENT, form={"reason": "off-topic"}
    ),
    "discussion.dispose": Row(
        SIGN_IN,
        NO,
        but={"editor": SEE_OTHER, "moderator": SEE_OTHER},
        args=COMMENT,
        form={
            "decision": "noted",
            "reason": "Taken into account.",
            "language": "en",
            "seen": "1",
            "version": "0",
        },
    ),
    "discussion.find": Row(
        SIGN_IN, NO, {"chair": UNCLEAR}, args=COMMENT, form={"finding": "upheld", "language": "en"}
    ),
    "discussion.reply": Row(
        SIGN_IN,
        NO,
        but={"contact": UNCLEAR},  # there is no decision to reply to
        args=COMMENT,
        form={"satisfaction": "satisfied", "seen": "1"},
    ),
}
