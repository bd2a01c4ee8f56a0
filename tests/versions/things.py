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

TRANSLATION, ADOPTED = (f"/en/norms/{norm}/provisions/p1/translation/" for norm in ("s", "adopted"))

THINGS: Mapping[str, Thing] = {
    "library.edit": Thing(f"{NORM}triage/answers/", f"{NORM}triage/answers/1/", "moderator", KEPT, "reason"),
    "naming.rename": Thing(f"{BODY}name/", f"{BODY}name/", "contact", {}, "name", "Bureau A", "Bureau B"),
    "stakeholders.give_evidence": Thing(BODY, f"{BODY}evidence/", "contact", {}, "evidence"),
    "editing.edit": Thing(
        f"{NORM}comments/1/edit/",
        f"{NORM}comments/1/edit/",
        "contact",
        {"language": "en", "quote": ""},
        "body",
    ),
    "explaining.word": Thing(f"{NORM}provisions/p1/explaining/", f"{NORM}aids/1/", "editor", WRITTEN, "text"),
    "explaining.add": Thing(
        f"{NORM}provisions/p2/explaining/",
        f"{NORM}provisions/p2/explaining/",
        "editor",
        {"kind": "note", "language": "en"},
        "text",
    ),
    "preparation.save_rules": Thing(
        "/en/norms/new-one/rules/",
        "/en/norms/new-one/rules/",
        "editor",
        RULES,
        "minimum_days",
        "21",
        "28",
    ),
    "comments.dispose": Thing(
        f"{NORM}comments/1/", f"{NORM}comments/1/disposition/", "editor", ANSWER, "reason"
    ),
    "preparation.save_translation": Thing(
        f"{TRANSLATION}fr/", f"{TRANSLATION}fr/", "editor", {"status": "draft"}, "text"
    ),
    "preparation.save_translation of a language without one": Thing(
        f"{TRANSLATION}es/", f"{TRANSLATION}es/", "editor", {"status": "draft"}, "text"
    ),
    "preparation.make_corrigendum": Thing(
        f"{ADOPTED}fr/",
        f"{ADOPTED}fr/corrigendum/",
        "editor",
        {"reason": "A slip.", "language": "en"},
        "text",
    ),
}

#: What is saved over with a version of its own: the tests that show it.
OTHERWISE: Mapping[str, str] = {
    "preparation.verify": "tests/translation/test_under_positions.py",
    "bench.merge": "tests/merging/test_bench_versions.py",
    "bench.edit": "tests/merging/test_bench_versions.py",
    "bench.delete": "tests/merging/test_bench_versions.py",
    "bench.keep": "tests/merging/test_bench_versions.py",
    "bench.undo": "tests/merging/test_undoing.py",
    "bench.move": "tests/merging/test_shaping.py",
    "bench.split": "tests/merging/test_shaping.py",
    "bench.join": "tests/merging/test_shaping.py",
    "inside.edit": "tests/endorsement/test_verbs.py",
    "positions.answer": "tests/positions/test_ledger.py",
    "positions.answer_together": "tests/positions/test_answering_together.py",
    "comments.reply": "tests/discussion/test_reviewing.py",
    "triage.answer": "tests/triage/test_answering_many.py",
    "groups.answer": "tests/triage/test_answering_many.py",
    "what_if.take_over": "tests/procedure/test_what_if.py",
}

#: Routes that add something, take a step that is taken once, end something, or change what is one person's.
REPLACES_NOTHING = (
    # adds
    *("preparation.store", "determination.state", "determination.explain", "comments.send_on_draft"),
    *("comments.send", "comments.propose", "explaining.add_term", "explaining.choose", "sheets.confirm"),
    *("bench.add", "conduct.put_aside", "publications.issue", "stakeholders.register_individual"),
    *("stakeholders.register_entity", "stakeholders.give_mandate", "stakeholders.vouch", "people.give_seat"),
    *("inside.draft", "library.add", "groups.form", "api.add_comment"),
    # a step, or an end
    *("preparation.set_readers", "preparation.take_step", "positions.take_back", "positions.settle"),
    *("comments.withdraw", "comments.release", "comments.hide", "comments.find", "explaining.remove"),
    *(
        "explaining.drop",
        "conduct.lift",
        "conduct.confirm_proposal",
        "stakeholders.end_mandate",
        "stakeholders.hand_over",
    ),
    *("stakeholders.withdraw_offer", "stakeholders.answer_offer", "stakeholders.revoke_vouch"),
    *("people.end_seat", "people.set_administrator", "delegation.endorse", "delegation.hide"),
    *("delegation.decline", "delegation.withdraw", "delegation.claim", "delegation.release"),
    *("triage.assign", "triage.assign_all", "triage.unassign", "triage.release", "groups.join"),
    *("groups.unite", "groups.split", "groups.dissolve", "library.remove"),
    # nothing is written
    *("sheets.preview", "compilation.preview", "triage.prefill", "groups.look"),
    # one person's own
    *("accounts.enter", "accounts.sign_out", "accounts.register", "accounts.confirmed"),
    *("accounts.request_reset", "accounts.password_chosen", "accounts.change_profile"),
    *("accounts.change_password", "accounts.erase", "tokens.make", "tokens.revoke", "my.throw_away"),
    *("notices.choose", "notices.follow", "notices.stopped", "bench.note", "bench.working", "comments.back"),
    # a position, a reservation, a verdict or a fact in the place of an earlier one, which the record keeps
    *("positions.state", "positions.reaffirm", "positions.reserve", "api.put_position"),
    *("moderation.verify", "consensus.correct_country"),
)
