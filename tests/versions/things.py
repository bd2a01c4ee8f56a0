"""What two people can save over each other, by the route that saves it, and what else writes.

A new route that writes finds its place here: in ``THINGS``, which shows that nothing is overwritten, or among
those that replace nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass

NORM = "/en/norms/s/"
BODY = "/en/stakeholders/{stakeholder}/"


@dataclass(frozen=True)
class Thing:
    """A form, and what two who opened it at the same time write into it."""

    page: str  #: where the form is
    action: str  #: where it is sent
    who: str
    shared: Mapping[str, str]  #: fields that both fill alike
    field: str  #: the one that each fills otherwise
    theirs: str = "Saved first, by the other."
    mine: str = "Typed at the same time, at length."


KEPT = {"title": "Military use", "decision": "noted", "language": "en"}
RULES = {"review_days": "14", "screening": "at-once", "measurement": "{}"}
WRITTEN = {"language": "en"}
ANSWER = {"decision": "noted", "language": "en", "duplicate_of": ""}

SPEAKS = {"language": "en"}
CLAUSE, CALL = (f"/en/norms/{norm}/provisions/p1/" for norm in ("s", "called"))

TRANSLATION, ADOPTED = (f"/en/norms/{norm}/provisions/p1/translation/" for norm in ("s", "adopted"))

THINGS: Mapping[str, Thing] = {
    "answer_templates.edit": Thing(
        f"{NORM}triage/answer-templates/", f"{NORM}triage/answer-templates/1/", "moderator", KEPT, "reason"
    ),
    "renaming.rename": Thing(f"{BODY}name/", f"{BODY}name/", "contact", {}, "name", "Bureau A", "Bureau B"),
    "stakeholders.give_evidence": Thing(BODY, f"{BODY}evidence/", "contact", {}, "evidence"),
    "editing.edit": Thing(
        f"{NORM}comments/1/edit/",
        f"{NORM}comments/1/edit/",
        "contact",
        {"language": "en", "quote": ""},
        "body",
    ),
    "reading_aids.word": Thing(
        f"{NORM}provisions/p1/explaining/", f"{NORM}aids/1/", "editor", WRITTEN, "text"
    ),
    "reading_aids.add": Thing(
        f"{NORM}provisions/p2/explaining/",
        f"{NORM}provisions/p2/explaining/",
        "editor",
        {"kind": "note", "language": "en"},
        "text",
    ),
    "lifecycle.save_rules": Thing(
        "/en/norms/new-one/rules/",
        "/en/norms/new-one/rules/",
        "editor",
        RULES,
        "minimum_days",
        "21",
        "28",
    ),
    "moderation.verify": Thing(
        BODY, "/en/moderation/stakeholders/{stakeholder}/", "moderator", {"verdict": "refused"}, "reason"
    ),
    "moderation.verify with the other verdict": Thing(
        BODY,
        "/en/moderation/stakeholders/{stakeholder}/",
        "moderator",
        {"verdict": "verified"},
        "reason",
        "Seen the letter, first.",
    ),
    "consensus.correct_country": Thing(
        "/en/countries/NP/",
        "/en/countries/NP/",
        "administrator",
        {"ldc": "true", "developing": "true"},
        "reason",
    ),
    "positions.state": Thing(
        f"{CLAUSE}position/", f"{CLAUSE}position/", "contact", SPEAKS | {"stance": "object"}, "reason"
    ),
    "positions.reserve": Thing(f"{CALL}position/", f"{CALL}reservation/", "contact", SPEAKS, "text"),
    "discussion.dispose": Thing(
        f"{NORM}comments/1/", f"{NORM}comments/1/disposition/", "editor", ANSWER, "reason"
    ),
    "translation.save_translation": Thing(
        f"{TRANSLATION}fr/", f"{TRANSLATION}fr/", "editor", {"status": "draft"}, "text"
    ),
    "translation.save_translation of a language without one": Thing(
        f"{TRANSLATION}es/", f"{TRANSLATION}es/", "editor", {"status": "draft"}, "text"
    ),
    "translation.make_corrigendum": Thing(
        f"{ADOPTED}fr/",
        f"{ADOPTED}fr/corrigendum/",
        "editor",
        {"reason": "A slip.", "language": "en"},
        "text",
    ),
}

#: What is saved over with a version of its own: the tests that show it, and what they call the refusal.
OTHERWISE: Mapping[str, tuple[str, str]] = {
    "translation.verify": ("tests/translation/test_under_positions.py", "TranslationChanged"),
    "compilation_operations.merge": ("tests/compilation/test_bench_versions.py", "409"),
    "compilation_operations.edit": ("tests/compilation/test_bench_versions.py", "409"),
    "compilation_operations.delete": ("tests/compilation/test_bench_versions.py", "409"),
    "compilation_operations.keep": ("tests/compilation/test_bench_versions.py", "409"),
    "compilation_operations.undo": ("tests/compilation/test_undoing.py", "EntryChanged"),
    "compilation_operations.move": ("tests/compilation/test_shaping.py", "EntryChanged"),
    "compilation_operations.split": ("tests/compilation/test_shaping.py", "EntryChanged"),
    "compilation_operations.join": ("tests/compilation/test_shaping.py", "EntryChanged"),
    "internal_drafting.edit": ("tests/internal_drafts/test_verbs.py", "EditedMeanwhile"),
    "positions.reaffirm": ("tests/positions/test_two_deputies.py", "StatedAtOnce"),
    "positions.settle": ("tests/positions/test_two_deputies.py", "RestatedSince"),
    "api.put_position": ("tests/api/test_api.py", "changed-meanwhile"),
    "positions.answer": ("tests/positions/test_ledger.py", "AnsweredSince"),
    "positions.answer_together": ("tests/positions/test_answering_together.py", "409"),
    "discussion.reply": ("tests/discussion/test_reviewing.py", "DecidedSince"),
    "triage.answer": (
        "tests/triage/test_answering_many.py",
        "what_a_colleague_answered_meanwhile",
    ),
    "triage.answer_all": ("tests/triage/test_answering_results.py", "ResultsChanged"),
    "groups.answer": (
        "tests/triage/test_answering_many.py",
        "what_a_colleague_answered_meanwhile",
    ),
    "simulation.take_over": ("tests/lifecycle/test_what_if.py", "409"),
}

#: Routes that add something, take a step that is taken once, end something, or change what is one person's.
REPLACES_NOTHING = (
    # adds
    *("new_norm.store", "determination.state", "determination.explain", "discussion.send_on_draft"),
    *("discussion.send", "discussion.propose", "discussion.choose", "reading_aids.add_term"),
    "sheets.confirm",
    *(
        "compilation_operations.add",
        "conduct.put_aside",
        "publications.issue",
        "stakeholders.register_individual",
    ),
    *(
        "stakeholders.register_entity",
        "stakeholders.give_mandate",
        "stakeholders.vouch",
        "administration.give_seat",
    ),
    *("internal_drafting.draft", "answer_templates.add", "groups.form", "api.add_comment"),
    # a step, or an end
    *("lifecycle.set_readers", "lifecycle.take_step", "positions.take_back"),
    *(
        "discussion.withdraw",
        "discussion.release",
        "discussion.hide",
        "discussion.find",
        "reading_aids.remove",
    ),
    *(
        "reading_aids.drop",
        "conduct.lift",
        "conduct.confirm_proposal",
        "stakeholders.end_mandate",
        "stakeholders.hand_over",
    ),
    *("stakeholders.withdraw_offer", "stakeholders.answer_offer", "stakeholders.revoke_vouch"),
    *(
        "administration.end_seat",
        "administration.set_administrator",
        "operation.try_again",
        "operation.try_all_again",
        "operation.discard",
        "operation.discard_all",
        "internal_drafts.endorse",
        "internal_drafts.hide",
    ),
    *(
        "internal_drafts.decline",
        "internal_drafts.withdraw",
        "internal_drafts.claim",
        "internal_drafts.release",
    ),
    *("triage.assign", "triage.assign_all", "triage.unassign", "triage.release", "groups.join"),
    *("groups.unite", "groups.split", "groups.dissolve", "answer_templates.remove"),
    # nothing is written
    *("sheets.preview", "compilation.preview", "triage.prefill", "groups.look"),
    # one person's own
    *("accounts.enter", "accounts.sign_out", "accounts.register", "accounts.confirmed"),
    *("accounts.request_reset", "accounts.password_chosen", "accounts.change_profile"),
    *("accounts.change_password", "accounts.erase", "api_tokens.make", "api_tokens.revoke", "my.throw_away"),
    *(
        "notices.choose",
        "notices.follow",
        "notices.stopped",
        "compilation_operations.note",
        "compilation_operations.working",
        "discussion.back",
    ),
)
