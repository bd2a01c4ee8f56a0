"""Proposed changes and who backs them."""

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.chain import first_break
from app.audit.queries import links
from app.discussion import backing, editing, proposed, service
from app.discussion.models import Backing, ChangeOperation, Comment, CommentKind, ProposedChange, Side
from app.discussion.resending import AlreadySent
from app.discussion.submissions import Submission
from app.foundation.errors import BadInput, NotFound
from app.foundation.text import UnsafeText
from app.norms.models import Clause, Norm
from app.norms.seen import seen_in
from app.norms.wording import ClauseTooLong
from app.positions.models import Stance
from tests.discussion.saying import Speaker, proposal, remark, rows
from tests.factories import Make
from tests.moments import at_once
from tests.positions.saying import say

SAID: dict[str, Any] = {
    "kind": CommentKind.SUBSTANTIVE,
    "body": "Hm.",
    "language": "en",
    "read_language": "en",
    "form_key": "k",
}


def test_a_replacement_is_kept_whole_with_the_language_it_changes(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    said = proposal(
        session, norm, clause, ghana, "Les machines  servent chacun.\r\n", read_language="fr", now=now
    )
    assert said.change is not None
    assert (said.change.operation, said.change.language) == (ChangeOperation.REPLACE, "fr")
    assert said.change.wording == "Les machines  servent chacun."


@pytest.mark.parametrize("wording", ["Machines serve people.", " Machines serve people.\n"])
def test_the_same_wording_is_no_change(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, wording: str, now: dt.datetime
) -> None:
    with pytest.raises(proposed.SameWording):
        proposal(session, norm, clause, ghana, wording, now=now)


@pytest.mark.parametrize(
    ("wording", "sign"),
    [
        ("Machines  serve people.", "U+0020 SPACE (10)"),
        ("Machines\u00a0serve people.", "U+00A0 NO-BREAK SPACE (9)"),
        ("Machines \u200bserve people.", "U+200B ZERO WIDTH SPACE (10)"),
        ("Ma\u00adchines serve people.", "U+00AD SOFT HYPHEN (3)"),
        ("Machines serve pe\u043eple.", "U+043E CYRILLIC SMALL LETTER O (18)"),
        ("Machines serve people.\u2060", "U+2060 WORD JOINER (23)"),
    ],
)
def test_a_change_nobody_can_see_is_refused_with_its_signs(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, wording: str, sign: str, now: dt.datetime
) -> None:
    with pytest.raises(proposed.UnseenChange) as refusal:
        proposal(session, norm, clause, ghana, wording, now=now)
    assert refusal.value.values == {"signs": sign}
    assert rows(session) == []


@pytest.mark.parametrize(
    "wording",
    ["Machines Serve people.", "Máchines serve people.", "Machines serve people", "Machines\nserve people."],
)
def test_case_accents_points_and_line_breaks_are_seen(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, wording: str, now: dt.datetime
) -> None:
    said = proposal(session, norm, clause, ghana, wording, now=now)
    assert said.change is not None and said.change.wording == wording


@pytest.mark.parametrize("operation", [ChangeOperation.REPLACE, ChangeOperation.INSERT_AFTER])
def test_a_change_without_words_is_refused_unless_it_deletes(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, operation: ChangeOperation, now: dt.datetime
) -> None:
    with pytest.raises(proposed.WordingMissing):
        proposal(session, norm, clause, ghana, " \u200b", operation=operation, now=now)
    said = proposal(session, norm, clause, ghana, "kept in place", operation=ChangeOperation.DELETE, now=now)
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
    with pytest.raises(AlreadySent):
        proposal(session, norm, clause, ghana, "Machines help all.", form_key="k", now=now)
    assert len(session.scalars(sa.select(ProposedChange)).all()) == 1


def test_a_proposal_is_never_put_onto_a_comment_that_was_sent_before(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    said = Submission(**SAID, seen=seen_in(clause, "en"), stakeholder_id=ghana[1].id)
    plain = service.comment(session, ghana[0], norm, said, clause=clause, now=now)
    with pytest.raises(AlreadySent):
        proposal(session, norm, clause, ghana, "Machines serve all.", body="Hm.", form_key="k", now=now)
    session.expire_all()
    assert plain.change is None and session.scalars(sa.select(ProposedChange)).all() == []


def test_a_comment_is_not_taken_for_a_proposal_that_was_sent_before(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    proposal(session, norm, clause, ghana, "Machines serve all.", body="Hm.", form_key="k", now=now)
    said = Submission(**SAID, seen=seen_in(clause, "en"), stakeholder_id=ghana[1].id)
    with pytest.raises(AlreadySent):
        service.comment(session, ghana[0], norm, said, clause=clause, now=now)


def test_a_proposal_sent_again_after_an_edit_is_known_by_its_first_wording(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    first = proposal(session, norm, clause, ghana, "Machines serve all.", form_key="k", now=now)
    words = {"body": "Clearer.", "language": "en", "wording": "Machines serve us all."}
    editing.edit(session, ghana[0], norm, first, **words, version=1, now=now)
    assert proposal(session, norm, clause, ghana, "Machines serve all.", form_key="k", now=now) is first
    with pytest.raises(AlreadySent):
        proposal(session, norm, clause, ghana, "Machines serve us all.", form_key="k", now=now)


def test_nobody_backs_or_opposes_what_is_their_own(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    said = proposal(session, norm, clause, ghana, "Machines serve all.", now=now)
    for side in Side:
        with pytest.raises(backing.NotToBack):
            backing.back(
                session,
                ghana[0],
                norm,
                said,
                seen=said.version,
                stakeholder_id=ghana[1].id,
                side=side,
                now=now,
            )


def test_the_last_word_on_a_change_counts_and_earlier_ones_stay(
    session: Session, make: Make, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    said = proposal(session, norm, clause, ghana, "Machines serve all.", now=now)
    actor, holder = make.speaker()
    for side in (Side.BACK, Side.BACK, Side.OPPOSE, None):
        backing.back(
            session, actor, norm, said, seen=said.version, stakeholder_id=holder.id, side=side, now=now
        )
    kept = session.scalars(sa.select(Backing).order_by(Backing.id)).all()
    assert [(one.side, one.superseded_at) for one in kept] == [(Side.BACK, now), (Side.OPPOSE, now)]


def test_a_plain_comment_can_be_backed_too_but_no_reply(
    session: Session, make: Make, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    said = remark(session, norm, clause, ghana, now=now)
    actor, holder = make.speaker()
    backing.back(
        session, actor, norm, said, seen=said.version, stakeholder_id=holder.id, side=Side.BACK, now=now
    )
    assert backing.backing_of(session, [said.id]) == {said.id: {"back": 1}}
    reply = remark(session, norm, clause, ghana, "Because.", parent=said, now=now)
    with pytest.raises(backing.NotToBack):
        backing.back(
            session, actor, norm, reply, seen=reply.version, stakeholder_id=holder.id, side=Side.BACK, now=now
        )


@pytest.fixture
def all_served(session: Session, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime) -> Comment:
    return proposal(session, norm, clause, ghana, "Machines serve all.", now=now)


def test_backing_in_one_moment_leaves_one_side(
    engine: sa.Engine, session: Session, make: Make, norm: Norm, all_served: Comment, now: dt.datetime
) -> None:
    actor, holder = make.speaker()
    session.commit()

    def taking(side: Side):  # type: ignore[no-untyped-def]
        def act(own: Session) -> str:
            its_norm, its_change = own.get_one(Norm, norm.id), own.get_one(Comment, all_served.id)
            backing.back(
                own,
                actor,
                its_norm,
                its_change,
                seen=its_change.version,
                stakeholder_id=holder.id,
                side=side,
                now=now,
            )
            return side.value

        return act

    at_once(engine, *(taking(side) for side in (Side.BACK, Side.OPPOSE) * 3))
    session.rollback()
    current = session.scalars(sa.select(Backing).where(Backing.superseded_at.is_(None))).all()
    assert len(current) == 1


def test_comments_positions_and_backing_of_one_moment_do_not_block_each_other(
    engine: sa.Engine,
    session: Session,
    make: Make,
    norm: Norm,
    clause: Clause,
    all_served: Comment,
    now: dt.datetime,
) -> None:
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

    def supporting(speaker: Speaker):  # type: ignore[no-untyped-def]
        def act(own: Session) -> str:
            its_norm, its_change = own.get_one(Norm, norm.id), own.get_one(Comment, all_served.id)
            holder = speaker[1].id
            backing.back(
                own,
                speaker[0],
                its_norm,
                its_change,
                seen=its_change.version,
                stakeholder_id=holder,
                side=Side.BACK,
                now=now,
            )
            return "said"

        return act

    acts = [make_act(one) for one in speakers for make_act in (commenting, supporting, stating)]
    assert at_once(engine, *acts) == ["said"] * 12
    session.rollback()
    assert [one.number for one in rows(session)] == list(range(1, 6))
    assert first_break(links(session)) is None
