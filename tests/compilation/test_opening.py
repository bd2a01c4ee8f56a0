"""What the opening of a draft refuses, whom it answers, and what it says of translations."""

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from app.authority.actor import Role
from app.compilation import service as compilation
from app.discussion.models import ChangeOperation, Decision, HidingReason, Visibility
from app.lifecycle.overrides import Firm
from app.lifecycle.service import StepRefused, step
from app.norms import queries as norms
from app.norms.models import Clause, ClauseText, Draft, TextStatus
from app.norms.rules import Rules
from app.norms.stages import Stage
from tests.compilation.opened import FIRST, Course
from tests.factories import Make

SHALL = FIRST.replace("should", "shall")
FRENCH = "Les États devraient assurer la sûreté."


def bilingual(session: Session, make: Make, now: dt.datetime, *authentic: str, **texts: str) -> Course:
    norm = make.norm(
        texts, languages=("en", "fr"), authentic_languages=list(authentic), rules=Rules(minimum_days=0)
    )
    return Course(session, make, norm, make.seated(Role.EDITOR, norm), now)


def add(way: Course, **texts: str) -> None:
    language, text = next(iter(texts.items()))
    compilation.add(
        way.session, way.editor, way.norm, after=None, label="0", language=language, text=text,
        motive="It was missing.", now=way.now,
    )  # fmt: skip


def next_round(way: Course, override_reason: str | None = None) -> None:
    chair = way.make.seated(Role.CHAIR, way.norm)
    step(
        way.session, chair, way.norm, Stage.CONSULTATION, closes_at=way.now + dt.timedelta(days=20),
        override_reason=override_reason, now=way.now,
    )  # fmt: skip


def missing(way: Course) -> list[str]:
    with pytest.raises(StepRefused) as refusal:
        next_round(way)
    return [str(line) for line in refusal.value.details]


def first(way: Course, draft: Draft) -> Clause:
    return norms.clauses(way.session, draft.id)[0]


def text_in(clause: Clause, language: str) -> ClauseText:
    return next(one for one in clause.texts if one.language == language)


def test_a_new_clause_without_authentic_text_keeps_the_round_shut(
    session: Session, make: Make, now: dt.datetime
) -> None:
    way = bilingual(session, make, now, "en", en=FIRST)
    way.compile()
    add(way, fr="Ceci est revu.")
    assert missing(way) == ["1 clause has no up-to-date text in en: 0."]
    with pytest.raises(Firm):
        next_round(way, "There is no time.")


def test_a_clause_changed_in_one_authentic_language_is_listed_beforehand(
    session: Session, make: Make, now: dt.datetime
) -> None:
    way = bilingual(session, make, now, "en", "fr", en=FIRST, fr=FRENCH)
    way.compile()
    way.edit(SHALL)
    assert missing(way) == ["1 clause has no up-to-date text in fr: 1."]
    way.edit(FRENCH.replace("devraient", "doivent"), language="fr")
    next_round(way)
    assert way.norm.stage is Stage.CONSULTATION


def test_a_language_that_was_outstanding_before_is_given_first(
    session: Session, make: Make, now: dt.datetime
) -> None:
    way = bilingual(session, make, now, "en", "fr", en=FIRST)
    way.compile()
    assert missing(way) == ["1 clause has no up-to-date text in fr: 1."]
    with pytest.raises(Firm):
        next_round(way, "It comes later.")
    way.edit(FRENCH, language="fr")
    next_round(way)
    assert way.norm.stage is Stage.CONSULTATION


def test_a_decision_against_a_change_comes_before_its_merging(way: Course) -> None:
    said, behind = way.propose(SHALL), way.propose("And so on.", operation=ChangeOperation.INSERT_AFTER)
    for one in (said, behind):
        way.decide(one, Decision.NOT_ACCEPTED)
    way.compile()
    with pytest.raises(compilation.DecidedOtherwise):
        way.merge(said)
    with pytest.raises(compilation.DecidedOtherwise):
        compilation.add(
            way.session, way.editor, way.norm, after=None, label="2", language="en", text="And so on.",
            motive="It was asked for.", source=behind, now=way.now,
        )  # fmt: skip


def test_a_decision_against_a_merged_change_keeps_the_round_shut_and_gets_no_clause(way: Course) -> None:
    said = way.propose(SHALL)
    way.compile()
    way.merge(said)
    way.decide(said, Decision.NOT_ACCEPTED)
    assert missing(way) == [
        "The disposition of 1 comment that the next draft takes up has changed: c1. "
        "Change the disposition, or undo the step."
    ]
    way.open()
    found = way.decision(said)
    assert found is not None
    assert (found.decision, found.clause_id) == (Decision.NOT_ACCEPTED, None)


@pytest.mark.parametrize("decision", [Decision.ACCEPTED, Decision.MODIFIED])
def test_a_decision_for_a_merged_change_stays_and_gets_its_clause(way: Course, decision: Decision) -> None:
    said = way.propose(SHALL)
    way.decide(said, decision)
    way.compile()
    way.merge(said)
    clause = first(way, way.open())
    found = way.decision(said)
    assert found is not None
    assert (found.decision, found.reason, found.clause_id) == (decision, "Later.", clause.id)


@pytest.mark.parametrize("visibility", [Visibility.HIDDEN, Visibility.WITHDRAWN, Visibility.HELD])
def test_a_merged_change_that_is_not_shown_any_more_gets_no_decision(
    way: Course, visibility: Visibility
) -> None:
    said = way.propose(SHALL)
    way.compile()
    way.merge(said)
    said.visibility = visibility
    said.hiding_reason = HidingReason.SPAM if visibility is Visibility.HIDDEN else None
    way.open()
    assert way.decision(said) is None


def test_a_translation_the_editor_rewrote_is_a_draft_again(
    session: Session, make: Make, now: dt.datetime
) -> None:
    way = bilingual(session, make, now, "en", en=FIRST, fr=FRENCH)
    text_in(norms.clauses(session, way.norm.current_draft_id or 0)[0], "fr").status = TextStatus.VERIFIED
    way.compile()
    way.edit(FRENCH.replace("devraient", "doivent"), language="fr")
    clause = first(way, way.open())
    french = text_in(clause, "fr")
    assert (french.status, french.source_digest) == (TextStatus.DRAFT, clause.text_digest)


def test_a_translation_that_was_looked_at_and_left_is_as_it_was(
    session: Session, make: Make, now: dt.datetime
) -> None:
    way = bilingual(session, make, now, "en", en=FIRST, fr=FRENCH)
    base = norms.clauses(session, way.norm.current_draft_id or 0)[0]
    text_in(base, "fr").status = TextStatus.VERIFIED
    way.compile()
    way.edit(SHALL)
    way.edit(FRENCH, language="fr")
    french = text_in(first(way, way.open()), "fr")
    assert (french.status, french.source_digest) == (TextStatus.VERIFIED, base.text_digest)
