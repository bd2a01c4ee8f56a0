"""What is said of a draft: counted where the wording is the same, and apart where it is not."""

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from app.authority.actor import Actor
from app.foundation.text import text_digest
from app.norms.models import Norm
from app.norms.queries import clauses
from app.norms.stages import Stage
from app.positions import queries, readers
from app.positions import statements as said_of
from app.positions.models import Stance
from app.positions.queries import Continuity
from app.positions.statements import Heard
from app.stakeholders.models import Stakeholder
from tests.factories import Make
from tests.moments import statements
from tests.positions.saying import clause_of, next_draft, reaffirm, say

Speaker = tuple[Actor, Stakeholder]
CAFE = ("Café and machine.", "Cafe\u0301 and machine.")  #: one text, composed and decomposed


@pytest.fixture
def norm(make: Make) -> Norm:
    return make.norm("Machines serve people.", "Risks are assessed.", "Data is protected.")


def heard_of(session: Session, draft_id: int) -> dict[int, Heard]:
    return said_of.heard(session, draft_id, [one.provision_id for one in clauses(session, draft_id)])


def state_all(session: Session, norm: Norm, speakers: list[Speaker], now: dt.datetime) -> None:
    for place in (1, 2, 3):
        for number, speaker in enumerate(speakers):
            stance = list(Stance)[number % 4]
            say(session, norm, clause_of(session, norm, place), speaker, stance, reason="So.", now=now)


def test_what_is_heard_is_counted_per_clause_in_two_statements(
    session: Session, make: Make, norm: Norm, now: dt.datetime
) -> None:
    speakers = [make.speaker() for _ in range(6)]
    state_all(session, norm, speakers, now)
    say(session, norm, clause_of(session, norm, 2), speakers[0], Stance.OBJECT, reason="No.", now=now)
    provisions = [clause_of(session, norm, place).provision_id for place in (1, 2, 3)]
    with statements(session) as sent:
        heard = said_of.heard(session, norm.current_draft_id or 0, provisions)
    assert len(sent) == 2
    first, second, _ = (heard[one] for one in provisions)
    assert first == Heard({Stance.SUPPORT: 2, Stance.ACCEPT: 2, Stance.ABSTAIN: 1, Stance.OBJECT: 1}, 0)
    assert second.counts[Stance.SUPPORT] == 1 and second.counts[Stance.OBJECT] == 2
    assert (second.total, second.unconfirmed) == (6, 0)
    some = said_of.heard(session, norm.current_draft_id or 0, provisions[1:2])
    assert some == {provisions[1]: second}


def test_changed_words_make_positions_unconfirmed_and_the_same_words_carry_them(
    session: Session, make: Make, norm: Norm, now: dt.datetime
) -> None:
    speakers = [make.speaker() for _ in range(4)]
    state_all(session, norm, speakers, now)
    draft = next_draft(make, norm, "Machines serve all people.", "Risks are assessed.", "Data is protected.")
    heard = heard_of(session, draft.id)
    changed, same = clause_of(session, norm, 1), clause_of(session, norm, 2)
    assert heard[changed.provision_id] == Heard({}, 4)
    assert heard[same.provision_id].total == 4
    holder = speakers[1][1]
    everywhere = [one.provision_id for one in clauses(session, draft.id)]
    reaffirm(session, norm, changed, speakers[1], now=now)
    say(session, norm, clause_of(session, norm, 3), speakers[1], Stance.SUPPORT, now=now)
    with statements(session) as sent:
        standing = queries.standing(session, draft.id, [holder.id], everywhere)
    assert len(sent) == 1
    assert [one.continuity for one in standing] == [
        Continuity.REAFFIRMED,
        Continuity.CARRIED,
        Continuity.STATED,
    ]
    waiting = queries.standing(session, draft.id, [speakers[0][1].id], everywhere)
    assert waiting[0].continuity is Continuity.UNCONFIRMED
    assert heard_of(session, draft.id)[changed.provision_id] == Heard({Stance.ACCEPT: 1}, 3)


def test_wording_that_comes_back_counts_again(
    session: Session, make: Make, norm: Norm, now: dt.datetime
) -> None:
    speaker = make.speaker()
    state_all(session, norm, [speaker], now)
    next_draft(make, norm, "Other words.", "Risks are assessed.", "Data is protected.")
    draft = next_draft(make, norm, "Machines serve people.", "Risks are assessed.", "Data is protected.")
    assert all(one.total == 1 for one in heard_of(session, draft.id).values())


def test_letter_for_letter_is_meant_after_nfc_and_in_every_authentic_language() -> None:
    assert CAFE[0] != CAFE[1] and text_digest({"en": CAFE[0]}) == text_digest({"en": CAFE[1]})
    assert text_digest({"en": "A.", "fr": "B."}) != text_digest({"en": "A.", "fr": "B!"})


def test_a_change_in_one_authentic_language_alone_makes_positions_unconfirmed(
    session: Session, make: Make, now: dt.datetime
) -> None:
    norm = make.norm({"en": "Machines serve.", "fr": "Les machines servent."}, languages=("en", "fr"))
    speaker = make.speaker()
    clause = clause_of(session, norm, 1)
    say(session, norm, clause, speaker, Stance.SUPPORT, now=now)
    draft = next_draft(make, norm, {"en": "Machines serve.", "fr": "Les machines nous servent."})
    assert heard_of(session, draft.id)[clause.provision_id] == Heard({}, 1)


def test_who_has_to_confirm_is_told_for_each_norm_in_one_statement(
    session: Session, make: Make, norm: Norm, now: dt.datetime
) -> None:
    speaker, other = make.speaker(), make.speaker()
    state_all(session, norm, [speaker, other], now)
    assert readers.unconfirmed(session, [speaker[1].id]) == []
    next_draft(make, norm, "Other words.", "Other risks.", "Data is protected.")
    with statements(session) as sent:
        waiting = readers.unconfirmed(session, [speaker[1].id])
    assert len(sent) == 1
    assert [(position.provision.code, where.id, label) for position, where, label in waiting] == [
        ("p1", norm.id, "1"),
        ("p2", norm.id, "2"),
    ]
    norm.stage = Stage.COMPILATION
    session.flush()
    assert readers.unconfirmed(session, [speaker[1].id]) == []


def test_a_bar_has_a_stripe_for_each_stance_that_was_taken() -> None:
    heard = Heard({Stance.SUPPORT: 1, Stance.OBJECT: 3}, 2)
    assert heard.stripes() == [(Stance.SUPPORT, 0.0, 25.0), (Stance.OBJECT, 25.0, 75.0)]
    assert Heard({}, 3).stripes() == []
    assert [count for _, count in heard.ordered()] == [1, 0, 0, 3]
