"""Comments, replies and proposed changes: what is taken, what is refused, and what counts once."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.chain import first_break
from app.audit.models import Entry
from app.audit.queries import links
from app.authority.actor import VISITOR, MandateRole
from app.authority.grants import NotTaken
from app.discussion import service
from app.discussion.models import Backing, Comment, Operation, ProposedChange, Side, Visibility
from app.foundation.errors import BadInput, NotAllowed, NotFound, SignInNeeded
from app.foundation.text import UnsafeText
from app.norms.lifecycle import Stage
from app.norms.models import Clause, Norm
from app.norms.wording import ClauseTooLong
from app.positions.models import Stance
from tests.discussion.saying import Speaker, proposal, remark
from tests.factories import Make
from tests.moments import at_once
from tests.positions.saying import clause_of, next_draft, say


@pytest.fixture
def norm(make: Make) -> Norm:
    texts = {"en": "Machines serve people.", "fr": "Les machines servent les gens."}
    return make.norm(texts, languages=("en", "fr"))


@pytest.fixture
def clause(session: Session, norm: Norm) -> Clause:
    return clause_of(session, norm, 1)


@pytest.fixture
def ghana(make: Make) -> Speaker:
    return make.speaker(name="Ghana", country="GH")


def rows(session: Session) -> list[Comment]:
    return list(session.scalars(sa.select(Comment).order_by(Comment.number)))


def test_a_comment_points_at_provision_draft_and_language_read(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    said = remark(session, norm, clause, ghana, "قل من يقرر.", language="ar", now=now)
    assert (said.provision_id, said.draft_id, said.clause_id) == (
        clause.provision_id,
        norm.current_draft_id,
        clause.id,
    )
    assert (said.language, said.read_language, said.number) == ("ar", "en", 1)
    assert said.visibility is Visibility.SHOWN


def test_a_comment_on_the_whole_draft_has_no_clause(
    session: Session, norm: Norm, ghana: Speaker, now: dt.datetime
) -> None:
    said = remark(session, norm, None, ghana, now=now)
    assert (said.clause_id, said.draft_id) == (None, norm.current_draft_id)


def test_comments_are_numbered_in_each_norm(
    session: Session, make: Make, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    other = make.norm()
    numbers = [remark(session, norm, clause, ghana, f"{n}", now=now).number for n in range(3)]
    assert numbers == [1, 2, 3]
    assert remark(session, other, None, ghana, now=now).number == 1


def test_the_record_has_an_entry_for_each_comment_without_its_words(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    remark(session, norm, clause, ghana, "My own words.", now=now)
    (entry,) = session.scalars(sa.select(Entry))
    assert (entry.act, entry.subject) == ("comment-made", "comment:c1")
    assert "My own words." not in str(entry.details)


def test_a_reply_to_a_reply_belongs_to_the_same_thread(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    root = remark(session, norm, clause, ghana, now=now)
    reply = remark(session, norm, None, ghana, "The board.", parent=root, now=now)
    second = remark(session, norm, None, ghana, "Which board?", parent=reply, now=now)
    assert (reply.parent_id, second.parent_id) == (root.id, root.id)
    assert second.provision_id == clause.provision_id


def test_a_reply_after_the_next_draft_stays_with_its_thread(
    session: Session, make: Make, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    root = remark(session, norm, clause, ghana, now=now)
    next_draft(make, norm, {"en": "Machines help.", "fr": "Les machines aident."})
    reply = remark(session, norm, None, ghana, "The board.", parent=root, now=now)
    assert (reply.draft_id, reply.clause_id) == (root.draft_id, clause.id)
    with pytest.raises(service.NotTheDraft):
        remark(session, norm, clause, ghana, now=now)


def test_nobody_answers_what_is_not_shown_or_of_another_norm(
    session: Session, make: Make, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    root = remark(session, norm, clause, ghana, now=now)
    with pytest.raises(service.NoThread):
        remark(session, make.norm(), None, ghana, parent=root, now=now)
    service.withdraw(session, ghana[0], norm, root, now=now)
    with pytest.raises(service.NoThread):
        remark(session, norm, None, ghana, parent=root, now=now)


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ("", service.CommentEmpty),
        (" \n\t \u00a0", service.CommentEmpty),
        ("x" * 100_000, service.CommentTooLong),
        ("safe \u202egnp.exe", UnsafeText),
        ("open \u2067isolate", UnsafeText),
        ("\x07bell", UnsafeText),
    ],
)
def test_hostile_comments_are_refused_in_words(
    session: Session,
    norm: Norm,
    clause: Clause,
    ghana: Speaker,
    body: str,
    refusal: type[BadInput],
    now: dt.datetime,
) -> None:
    with pytest.raises(refusal):
        remark(session, norm, clause, ghana, body, now=now)
    assert rows(session) == []


def test_a_refusal_for_length_names_both_lengths(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    with pytest.raises(service.CommentTooLong) as refusal:
        remark(session, norm, clause, ghana, "x" * 100_000, now=now)
    assert "50000" in str(refusal.value) and "100000" in str(refusal.value)


@pytest.mark.parametrize(
    "body", ["مرحبا \u2067left\u2069 بكم", "न्\u200dय", "👩\u200d🚒", "<script>alert(1)</script>"]
)
def test_words_of_every_script_are_kept_as_they_are(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, body: str, now: dt.datetime
) -> None:
    assert remark(session, norm, clause, ghana, body, now=now).body == body


@pytest.mark.parametrize("value", ["", "x", "no language", "en-" + "x" * 30])
def test_a_language_must_be_a_tag(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, value: str, now: dt.datetime
) -> None:
    with pytest.raises(BadInput):
        remark(session, norm, clause, ghana, language=value, now=now)


@pytest.mark.parametrize("stage", sorted(set(Stage) - {Stage.CONSULTATION, Stage.LAST_CALL}))
def test_outside_a_round_no_comment_is_taken(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, stage: Stage, now: dt.datetime
) -> None:
    norm.stage = stage
    session.flush()
    with pytest.raises(NotTaken):
        remark(session, norm, clause, ghana, now=now)


def test_a_round_that_closed_while_the_page_was_open_takes_no_comment(
    engine: sa.Engine, session: Session, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    session.commit()
    with Session(engine) as chair, chair.begin():
        chair.get_one(Norm, norm.id).stage = Stage.COMPILATION
    assert norm.stage is Stage.CONSULTATION
    with pytest.raises(NotTaken):
        remark(session, norm, clause, ghana, now=now)


def test_only_who_speaks_for_the_stakeholder_comments(
    session: Session, make: Make, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    reviewer, entity = make.user(), make.stakeholder()
    make.mandate(reviewer, entity, MandateRole.REVIEWER)
    for speaker in ((make.actor(reviewer), entity), (ghana[0], entity)):
        with pytest.raises(NotAllowed):
            remark(session, norm, clause, speaker, now=now)
    with pytest.raises(SignInNeeded):
        remark(session, norm, clause, (VISITOR, entity), now=now)


def test_a_form_sent_twice_is_one_comment(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    first = remark(session, norm, clause, ghana, form_key="k1", now=now)
    assert remark(session, norm, clause, ghana, form_key="k1", now=now) is first
    assert len(rows(session)) == 1


def test_a_form_come_back_to_and_changed_is_not_lost(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    remark(session, norm, clause, ghana, form_key="k1", now=now)
    with pytest.raises(service.AlreadySent) as refusal:
        remark(session, norm, clause, ghana, "Other words.", form_key="k1", now=now)
    assert "c1" in str(refusal.value)
    remark(session, norm, clause, ghana, "Other words.", form_key="k2", now=now)
    assert len(rows(session)) == 2


def test_two_people_may_happen_to_have_the_same_form_key(
    session: Session, make: Make, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    remark(session, norm, clause, ghana, form_key="k1", now=now)
    remark(session, norm, clause, make.speaker(), "Other words.", form_key="k1", now=now)
    assert len(rows(session)) == 2


def test_a_double_click_in_one_moment_is_one_comment(
    engine: sa.Engine, session: Session, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    session.commit()

    def send(own: Session) -> int:
        its_norm, its_clause = own.get_one(Norm, norm.id), own.get_one(Clause, clause.id)
        return remark(own, its_norm, its_clause, ghana, form_key="k1", now=now).number

    assert at_once(engine, *[send] * 5) == [1] * 5
    session.rollback()
    assert len(rows(session)) == 1


def test_comments_of_one_moment_get_numbers_of_their_own(
    engine: sa.Engine, session: Session, make: Make, norm: Norm, clause: Clause, now: dt.datetime
) -> None:
    speakers = [make.speaker() for _ in range(8)]
    session.commit()

    def sending(speaker: Speaker):  # type: ignore[no-untyped-def]
        def send(own: Session) -> int:
            its_norm, its_clause = own.get_one(Norm, norm.id), own.get_one(Clause, clause.id)
            return remark(own, its_norm, its_clause, speaker, now=now).number

        return send

    numbers = at_once(engine, *(sending(speaker) for speaker in speakers))
    assert sorted(map(int, map(str, numbers))) == list(range(1, 9))
    session.rollback()
    assert first_break(links(session)) is None


def test_a_replacement_is_kept_whole_with_the_language_it_changes(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    said = proposal(
        session, norm, clause, ghana, "Les machines  servent chacun.\r\n", read_language="fr", now=now
    )
    assert said.change is not None
    assert (said.change.operation, said.change.language) == (Operation.REPLACE, "fr")
    assert said.change.wording == "Les machines  servent chacun."


@pytest.mark.parametrize("wording", ["Machines serve people.", " Machines serve people.\n"])
def test_the_same_wording_is_no_change(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, wording: str, now: dt.datetime
) -> None:
    with pytest.raises(service.SameWording):
        proposal(session, norm, clause, ghana, wording, now=now)


@pytest.mark.parametrize("operation", [Operation.REPLACE, Operation.INSERT_AFTER])
def test_a_change_without_words_is_refused_unless_it_deletes(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, operation: Operation, now: dt.datetime
) -> None:
    with pytest.raises(service.WordingMissing):
        proposal(session, norm, clause, ghana, " ", operation=operation, now=now)
    said = proposal(session, norm, clause, ghana, "kept in place", operation=Operation.DELETE, now=now)
    assert said.change is not None and said.change.wording is None


def test_a_change_of_a_text_that_does_not_exist_is_refused(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    with pytest.raises(NotFound):
        proposal(session, norm, clause, ghana, "机器服务于人。", read_language="zh", now=now)


@pytest.mark.parametrize(("wording", "refusal"), [("x" * 200_001, ClauseTooLong), ("a\u202eb", UnsafeText)])
def test_hostile_wording_is_refused_and_nothing_is_half_written(
    session: Session,
    norm: Norm,
    clause: Clause,
    ghana: Speaker,
    wording: str,
    refusal: type[BadInput],
    now: dt.datetime,
) -> None:
    with pytest.raises(refusal):
        proposal(session, norm, clause, ghana, wording, now=now)
    assert rows(session) == []


def test_a_proposal_sent_twice_is_one_and_a_changed_one_is_not_lost(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    first = proposal(session, norm, clause, ghana, "Machines serve all.", form_key="k", now=now)
    assert proposal(session, norm, clause, ghana, "Machines serve all.", form_key="k", now=now) is first
    with pytest.raises(service.AlreadySent):
        proposal(session, norm, clause, ghana, "Machines help all.", form_key="k", now=now)
    assert len(session.scalars(sa.select(ProposedChange)).all()) == 1


def test_the_last_word_on_a_change_counts_and_earlier_ones_stay(
    session: Session, make: Make, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    said = proposal(session, norm, clause, ghana, "Machines serve all.", now=now)
    actor, holder = make.speaker()
    for side in (Side.BACK, Side.BACK, Side.OPPOSE, None):
        service.back(session, actor, norm, said, stakeholder_id=holder.id, side=side, now=now)
    kept = session.scalars(sa.select(Backing).order_by(Backing.id)).all()
    assert [(one.side, one.superseded_at) for one in kept] == [(Side.BACK, now), (Side.OPPOSE, now)]


def test_a_plain_comment_cannot_be_backed(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    said = remark(session, norm, clause, ghana, now=now)
    with pytest.raises(service.NotAChange):
        service.back(session, ghana[0], norm, said, stakeholder_id=ghana[1].id, side=Side.BACK, now=now)


def test_backing_in_one_moment_leaves_one_side(
    engine: sa.Engine, session: Session, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    said = proposal(session, norm, clause, ghana, "Machines serve all.", now=now)
    session.commit()

    def backing(side: Side):  # type: ignore[no-untyped-def]
        def act(own: Session) -> str:
            its_norm, its_change = own.get_one(Norm, norm.id), own.get_one(Comment, said.id)
            service.back(own, ghana[0], its_norm, its_change, stakeholder_id=ghana[1].id, side=side, now=now)
            return side.value

        return act

    at_once(engine, *(backing(side) for side in (Side.BACK, Side.OPPOSE) * 3))
    session.rollback()
    current = session.scalars(sa.select(Backing).where(Backing.superseded_at.is_(None))).all()
    assert len(current) == 1


def test_a_comment_is_taken_back_by_those_who_speak_for_its_author_only(
    session: Session, make: Make, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    said = remark(session, norm, clause, ghana, now=now)
    for other in (make.speaker()[0], VISITOR):
        with pytest.raises((NotAllowed, SignInNeeded)):
            service.withdraw(session, other, norm, said, now=now)
    service.withdraw(session, ghana[0], norm, said, now=now)
    assert (said.visibility, said.body) == (Visibility.WITHDRAWN, "Say who decides.")


def test_comments_positions_and_backing_of_one_moment_do_not_block_each_other(
    engine: sa.Engine,
    session: Session,
    make: Make,
    norm: Norm,
    clause: Clause,
    ghana: Speaker,
    now: dt.datetime,
) -> None:
    change = proposal(session, norm, clause, ghana, "Machines serve all.", now=now)
    speakers = [make.speaker() for _ in range(4)]
    session.commit()

    def commenting(speaker: Speaker):  # type: ignore[no-untyped-def]
        def act(own: Session) -> str:
            remark(own, own.get_one(Norm, norm.id), own.get_one(Clause, clause.id), speaker, now=now)
            return "said"

        return act

    def stating(speaker: Speaker):  # type: ignore[no-untyped-def]
        def act(own: Session) -> str:
            its_norm, its_clause = own.get_one(Norm, norm.id), own.get_one(Clause, clause.id)
            say(own, its_norm, its_clause, speaker, Stance.OBJECT, reason="No.", now=now)
            return "said"

        return act

    def backing(speaker: Speaker):  # type: ignore[no-untyped-def]
        def act(own: Session) -> str:
            its_norm, its_change = own.get_one(Norm, norm.id), own.get_one(Comment, change.id)
            holder = speaker[1].id
            service.back(
                own, speaker[0], its_norm, its_change, stakeholder_id=holder, side=Side.BACK, now=now
            )
            return "said"

        return act

    acts = [make_act(one) for one in speakers for make_act in (commenting, backing, stating)]
    assert at_once(engine, *acts) == ["said"] * 12
    session.rollback()
    assert [one.number for one in rows(session)] == list(range(1, 6))
    assert first_break(links(session)) is None
