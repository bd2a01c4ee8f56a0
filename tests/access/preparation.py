from tests.access import CLOSED, NO, NOTHING, OK, SEE_OTHER, SIGN_IN, UNCLEAR, Row, public

LANGUAGE = {"slug": "{slug}", "code": "{code}", "language": "sw"}

ROWS = {
    "new_norm.new": Row(SIGN_IN, NO, but={"administrator": OK}),
    "new_norm.store": Row(SIGN_IN, NO, but={"administrator": UNCLEAR}),
    "lifecycle.rules": public(slug="{slug}"),
    "lifecycle.save_rules": Row(
        SIGN_IN,
        NO,
        but={"editor": CLOSED, "chair": CLOSED, "administrator": CLOSED},
        args={"slug": "{slug}"},
        form={"version": "1", "minimum_days": "7", "screening": "at-once", "measurement": "{}"},
    ),
    "simulation.show": Row(
        SIGN_IN, NO, but={"editor": OK, "chair": OK, "administrator": OK}, args={"slug": "{slug}"}
    ),
    "simulation.take_over": Row(
        SIGN_IN,
        NO,
        but={"editor": CLOSED, "chair": CLOSED, "administrator": CLOSED},
        args={"slug": "{slug}"},
        form={"version": "1"},
    ),
    "lifecycle.steps": public(slug="{slug}"),
    "lifecycle.set_readers": Row(
        SIGN_IN,
        NO,
        but={"editor": CLOSED, "chair": CLOSED, "administrator": CLOSED},
        args={"slug": "{slug}"},
        form={"is_public": "false"},
    ),
    "lifecycle.take_step": Row(
        SIGN_IN, NO, but={"chair": SEE_OTHER}, args={"slug": "{slug}"}, form={"to": "suspended"}
    ),
    "lifecycle.under_way": Row(SIGN_IN, NO, but={"chair": OK}, args={"slug": "{slug}", "number": "{asked}"}),
    "determination.show": public(slug="{slug}"),
    "determination.explain": Row(
        SIGN_IN,
        NO,
        {"contact": SEE_OTHER},
        args={"slug": "{slug}"},
        form={
            "stakeholder": "{stakeholder}",
            "text": "We read it so.",
            "language": "en",
            "seen": "{draft_seen}",
        },
        stage="consensus-call",
    ),
    "determination.state": Row(
        SIGN_IN,
        NO,
        but={"chair": UNCLEAR},  # the call runs
        args={"slug": "{slug}"},
        form={"outcome": "not-adopted", "language": "en", "text": "Not yet."},
        stage="consensus-call",
    ),
    "translation.translations": public(slug="{slug}"),
    "translation.translation": Row(SIGN_IN, NO, but={"editor": OK, "translator": OK}, args=LANGUAGE),
    "translation.save_translation": Row(
        SIGN_IN,
        NO,
        but={"editor": SEE_OTHER, "translator": SEE_OTHER},
        args=LANGUAGE,
        form={"text": "Maneno.", "status": "draft", "seen": "{seen}", "version": ""},
    ),
    "translation.verify": Row(
        SIGN_IN,
        NO,
        but={"editor": NOTHING, "translator": NOTHING},  # there is no translation yet
        args=LANGUAGE,
        form={"seen": "00"},
    ),
    "translation.make_corrigendum": Row(
        SIGN_IN,
        NO,
        but={"editor": NOTHING, "translator": NOTHING},
        args=LANGUAGE,
        form={
            "text": "Maneno.",
            "reason": "A slip.",
            "language": "en",
            "seen": "{seen}",
            "version": "",
        },
        stage="consensus-call",
    ),
}
