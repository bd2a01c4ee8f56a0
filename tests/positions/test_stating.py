"""Rules 1 to 5 where a position is stated, changed and reaffirmed."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit.chain import first_break
from app.audit.models import AuditEntry
from app.audit.queries import links
from app.authority.actor import VISITOR, Actor, MandateRole
from app.authority.grants import NotTaken
from app.foundation.errors import BadInput, Conflict, NotAllowed, SignInNeeded
from app.foundation.jobs import Job
from app.foundation.text import UnsafeText
from app.norms.models import Clause, ClauseKind, Norm
from app.norms.seen import Seen
from app.norms.stages import Stage
from app.positions import service
from app.positions.models import Position, Stance
from app.stakeholders.models import Stakeholder
from tests.factories import Make
from tests.moments import at_once, statements
from tests.positions.saying import clause_of, next_draft, reaffirm, say


@pytest.fixture
def norm(make: Make) -> Norm:
    return make.norm("Machines serve people.", "Risks are assessed.")


@pytest.fixture
def clause(session: Session, norm: Norm) -> Clause:
    return clause_of(session, norm, 1)


@pytest.fixture
def kenya(make: Make) -> tuple[Actor, Stakeholder]:
    return make.speaker(name="Kenya")


Speaker = tuple[Actor, Stakeholder]


def rows(session: Session) -> list[Position]:
    return list(session.scalars(sa.select(Position).order_by(Position.id)))


def test_a_changed_position_is_a_new_row_and_the_old_one_stays_as_it_was(
    session: Session, norm: Norm, clause: Clause, kenya: Speaker, now: dt.datetime
) -> None:
    first = say(session, norm, clause, kenya, Stance.SUPPORT, reason="It is clear.", now=now)
    later = now + dt.timedelta(hours=1)
    second = say(session, norm, clause, kenya, Stance.ABSTAIN, now=later)
    session.expire_all()
    assert rows(session) == [first, second]
    assert (first.stance, first.reason, first.superseded_at) == (Stance.SUPPORT, "It is clear.", later)
    assert second.superseded_at is None and second.text_digest == clause.text_digest


def test_the_database_holds_one_current_position_each(
    session: Session, norm: Norm, clause: Clause, kenya: Speaker, now: dt.datetime
) -> None:
    first = say(session, norm, clause, kenya, Stance.SUPPORT, now=now)
    same = {
        column.key: getattr(first, column.key)
        for column in sa.inspect(Position).column_attrs
        if column.key != "id"
    }
    session.add(Position(**same))
    with pytest.raises(IntegrityError):
        session.flush()


def test_an_objection_needs_a_reason(
    session: Session, norm: Norm, clause: Clause, kenya: Speaker, now: dt.datetime
) -> None:
    for unseen in (" \n ", "\u2060", "\u200b"):
        with pytest.raises(service.ReasonMissing) as refusal:
            say(session, norm, clause, kenya, Stance.OBJECT, reason=unseen, now=now)
        assert refusal.value.field == "reason"
    assert rows(session) == []


def test_the_database_too_wants_the_reason(
    session: Session, norm: Norm, clause: Clause, kenya: Speaker, now: dt.datetime
) -> None:
    position = say(session, norm, clause, kenya, Stance.OBJECT, reason="Too vague.", now=now)
    with pytest.raises(IntegrityError):
        session.execute(sa.update(Position).where(Position.id == position.id).values(reason="  "))


def test_the_same_sent_twice_is_one_position_one_entry_and_one_job(
    session: Session, norm: Norm, clause: Clause, kenya: Speaker, now: dt.datetime
) -> None:
    first = say(session, norm, clause, kenya, Stance.OBJECT, reason="Too vague.", now=now)
    assert say(session, norm, clause, kenya, Stance.OBJECT, reason=" Too vague.\r\n", now=now) is first
    assert len(rows(session)) == 1
    assert session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) == 1
    (job,) = session.scalars(sa.select(Job))
    assert (job.kind, job.payload, job.due_at) == (
        "assess",
        {"norm": norm.slug},
        now + dt.timedelta(seconds=10),
    )


def test_the_entry_names_stance_clause_and_text_but_no_reason(
    session: Session, norm: Norm, clause: Clause, kenya: Speaker, now: dt.datetime
) -> None:
    say(session, norm, clause, kenya, Stance.OBJECT, reason="Words of a person.", now=now)
    (entry,) = session.scalars(sa.select(AuditEntry))
    assert entry.act == "position-stated"
    assert {name: value for name, value in entry.details.items() if name != "salt"} == {
        "stakeholder": kenya[1].id,
        "clause": clause.id,
        "stance": "object",
        "text": clause.text_digest.hex(),
    }
    assert first_break(links(session)) is None


def test_what_would_resolve_an_objection_is_kept_with_objections_only(
    session: Session, norm: Norm, clause: Clause, kenya: Speaker, now: dt.datetime
) -> None:
    words = {"reason": "Too vague.", "remedy": "Name the machines."}
    assert say(session, norm, clause, kenya, Stance.OBJECT, now=now, **words).remedy == "Name the machines."
    assert say(session, norm, clause, kenya, Stance.ACCEPT, now=now, **words).remedy == ""


@pytest.mark.parametrize("role", [MandateRole.REVIEWER, MandateRole.OBSERVER])
def test_who_does_not_speak_for_an_entity_states_nothing(
    session: Session, make: Make, norm: Norm, clause: Clause, role: MandateRole, now: dt.datetime
) -> None:
    user, entity = make.user(), make.stakeholder()
    make.mandate(user, entity, role)
    with pytest.raises(NotAllowed):
        say(session, norm, clause, (make.actor(user), entity), Stance.SUPPORT, now=now)


@pytest.mark.parametrize("role", [MandateRole.CONTACT_POINT, MandateRole.DEPUTY])
def test_contact_point_and_deputy_speak_for_their_entity_and_for_no_other(
    session: Session, make: Make, norm: Norm, clause: Clause, role: MandateRole, now: dt.datetime
) -> None:
    user, entity = make.user(), make.stakeholder()
    make.mandate(user, entity, role)
    actor = make.actor(user)
    assert say(session, norm, clause, (actor, entity), Stance.SUPPORT, now=now).stated_by == user.id
    with pytest.raises(NotAllowed):
        say(session, norm, clause, (actor, make.stakeholder()), Stance.SUPPORT, now=now)


def test_a_mandate_that_has_ended_gives_no_voice(
    session: Session, make: Make, norm: Norm, clause: Clause, now: dt.datetime
) -> None:
    user, entity = make.user(), make.stakeholder()
    make.mandate(user, entity, ends_at=now - dt.timedelta(hours=1))
    with pytest.raises(NotAllowed):
        say(session, norm, clause, (make.actor(user), entity), Stance.SUPPORT, now=now)


def test_a_visitor_is_asked_to_sign_in(
    session: Session, norm: Norm, clause: Clause, kenya: Speaker, now: dt.datetime
) -> None:
    with pytest.raises(SignInNeeded):
        say(session, norm, clause, (VISITOR, kenya[1]), Stance.SUPPORT, now=now)


@pytest.mark.parametrize(
    "stage", sorted(set(Stage) - {Stage.CONSULTATION, Stage.LAST_CALL, Stage.CONSENSUS_CALL})
)
def test_outside_a_round_no_position_is_taken(
    session: Session, norm: Norm, clause: Clause, kenya: Speaker, stage: Stage, now: dt.datetime
) -> None:
    norm.stage = stage
    norm.suspended_from = Stage.CONSULTATION if stage is Stage.SUSPENDED else None
    session.flush()
    with pytest.raises(NotTaken):
        say(session, norm, clause, kenya, Stance.SUPPORT, now=now)


def test_after_the_closing_minute_no_position_is_taken(
    session: Session, norm: Norm, clause: Clause, kenya: Speaker
) -> None:
    assert norm.closes_at is not None
    say(session, norm, clause, kenya, Stance.SUPPORT, now=norm.closes_at - dt.timedelta(seconds=1))
    with pytest.raises(NotTaken):
        say(session, norm, clause, kenya, Stance.ABSTAIN, now=norm.closes_at)


def test_a_clause_of_an_earlier_draft_or_another_norm_takes_none(
    session: Session, make: Make, norm: Norm, clause: Clause, kenya: Speaker, now: dt.datetime
) -> None:
    next_draft(make, norm, "Machines serve all people.", "Risks are assessed.")
    with pytest.raises(service.PositionOnEarlierDraft):
        say(session, norm, clause, kenya, Stance.SUPPORT, now=now)
    elsewhere = clause_of(session, make.norm("Another norm."), 1)
    with pytest.raises(service.PositionOnEarlierDraft):
        say(session, norm, elsewhere, kenya, Stance.SUPPORT, now=now)


def test_a_heading_takes_no_position(
    session: Session, norm: Norm, clause: Clause, kenya: Speaker, now: dt.datetime
) -> None:
    clause.kind = ClauseKind.HEADING
    with pytest.raises(service.NotForPositions):
        say(session, norm, clause, kenya, Stance.SUPPORT, now=now)


@pytest.mark.parametrize(
    ("reason", "refusal"),
    [("x" * 100_000, service.TooLong), ("good \u202e doog", UnsafeText), ("tag \U000e0041", UnsafeText)],
)
def test_hostile_reasons_are_refused_with_the_field(
    session: Session,
    norm: Norm,
    clause: Clause,
    kenya: Speaker,
    reason: str,
    refusal: type[BadInput],
    now: dt.datetime,
) -> None:
    with pytest.raises(refusal):
        say(session, norm, clause, kenya, Stance.OBJECT, reason=reason, now=now)
    assert rows(session) == []


@pytest.mark.parametrize("language", ["", "english", "en" * 40, "x<y"])
def test_a_language_no_database_takes_is_refused_in_words(
    session: Session, norm: Norm, clause: Clause, kenya: Speaker, language: str, now: dt.datetime
) -> None:
    with pytest.raises(BadInput):
        say(session, norm, clause, kenya, Stance.SUPPORT, language=language, now=now)


def test_a_position_is_kept_through_a_new_draft_and_reaffirmed_in_one_act(
    session: Session, make: Make, norm: Norm, clause: Clause, kenya: Speaker, now: dt.datetime
) -> None:
    before = say(session, norm, clause, kenya, Stance.OBJECT, reason="Vague.", remedy="Be clear.", now=now)
    new = next_draft(make, norm, "Machines serve all people.", "Risks are assessed.")
    first = clause_of(session, norm, 1)
    with pytest.raises(service.WordingChanged):
        reaffirm(session, norm, first, kenya, seen=Seen(b"another"), read_language="fr", now=now)
    said = reaffirm(session, norm, first, kenya, read_language="fr", now=now)
    assert (said.reaffirms_id, said.stance, said.reason, said.remedy) == (
        before.id,
        Stance.OBJECT,
        "Vague.",
        "Be clear.",
    )
    assert (said.text_digest, said.read_language, said.clause_id) == (first.text_digest, "fr", first.id)
    again = reaffirm(session, norm, first, kenya, read_language="fr", now=now)
    assert again is said
    assert new.number == 2 and len(rows(session)) == 2


def test_without_an_earlier_position_there_is_nothing_to_reaffirm(
    session: Session, norm: Norm, clause: Clause, kenya: Speaker, now: dt.datetime
) -> None:
    with pytest.raises(service.NothingToReaffirm):
        reaffirm(session, norm, clause, kenya, now=now)


def test_stating_takes_few_statements(
    session: Session, make: Make, norm: Norm, clause: Clause, kenya: Speaker, now: dt.datetime
) -> None:
    say(session, norm, clause, make.speaker(), Stance.ACCEPT, now=now)  # the norm's record has begun
    locks = 2 if session.get_bind().dialect.name == "postgresql" else 1  # on the norm, and on the record
    assert clause.texts  # as a page has read them
    with statements(session) as first:
        say(session, norm, clause, kenya, Stance.SUPPORT, now=now)
    assert len(first) <= 6 + locks
    with statements(session) as change:
        say(session, norm, clause, kenya, Stance.ABSTAIN, now=now)
    assert len(change) <= 7 + locks
    with statements(session) as same:
        say(session, norm, clause, kenya, Stance.ABSTAIN, now=now)
    assert len(same) == 2


@pytest.mark.parametrize("reason", ["", "Our reason."])
def test_two_who_speak_for_one_stakeholder_at_once_leave_one_current_position(
    engine: sa.Engine, session: Session, make: Make, norm: Norm, clause: Clause, reason: str, now: dt.datetime
) -> None:
    holder = make.stakeholder()
    people = [make.user() for _ in range(4)]
    for person in people:
        make.mandate(person, holder, MandateRole.DEPUTY)
    speakers = [(make.actor(person), holder) for person in people]
    if reason:
        say(session, norm, clause, speakers[0], Stance.SUPPORT, now=now)
    session.commit()

    def stating(number: int, stance: Stance):  # type: ignore[no-untyped-def]
        def act(own: Session) -> int:
            its_norm, its_clause = own.get_one(Norm, norm.id), own.get_one(Clause, clause.id)
            return say(own, its_norm, its_clause, speakers[number], stance, reason=f"r{number}", now=now).id

        return act

    outcomes = at_once(engine, *(stating(number, stance) for number, stance in enumerate(Stance)))
    assert all(isinstance(one, int | Conflict) for one in outcomes)
    stated = [one for one in outcomes if isinstance(one, int)]
    session.rollback()
    current = [one for one in rows(session) if one.superseded_at is None]
    assert len(current) == 1 and current[0].id in stated
    assert len(rows(session)) == len(stated) + bool(reason)
    assert first_break(links(session)) is None


def test_many_stakeholders_state_at_once_and_each_is_heard(
    engine: sa.Engine, session: Session, make: Make, norm: Norm, clause: Clause, now: dt.datetime
) -> None:
    speakers = [make.speaker() for _ in range(8)]
    session.commit()

    def stating(speaker: Speaker):  # type: ignore[no-untyped-def]
        def act(own: Session) -> int:
            its_norm, its_clause = own.get_one(Norm, norm.id), own.get_one(Clause, clause.id)
            return say(own, its_norm, its_clause, speaker, Stance.OBJECT, reason="No.", now=now).id

        return act

    outcomes = at_once(engine, *(stating(speaker) for speaker in speakers))
    assert all(isinstance(one, int) for one in outcomes)
    session.rollback()
    assert len(rows(session)) == 8
    assert session.scalar(sa.select(sa.func.count()).select_from(Job)) == 1
    assert first_break(links(session)) is None
