"""Screening, hiding, dispositions and what the author makes of them; and how they are read."""

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.authority.actor import Actor, Role
from app.discussion import backing, moderation, progress, queries, replying, service, threads
from app.discussion.binding_decisions import TextStands
from app.discussion.models import (
    ChangeOperation,
    Comment,
    CommentKind,
    Decision,
    Disposition,
    DispositionReply,
    HidingReason,
    Satisfaction,
    Side,
    Visibility,
)
from app.foundation.errors import Conflict, NotAllowed, NotFound
from app.norms.models import Clause, Norm
from app.norms.rules import Rules, Screening
from app.norms.stages import Stage
from app.stakeholders.models import Category
from tests.discussion.saying import Speaker, decide, decision_on, proposal, remark
from tests.factories import Make
from tests.moments import at_once, statements
from tests.positions.saying import clause_of


@pytest.fixture
def norm(make: Make) -> Norm:
    return make.norm("Machines serve people.", "Risks are assessed.")


@pytest.fixture
def moderator(make: Make, norm: Norm) -> Actor:
    return make.seated(Role.MODERATOR, norm)


@pytest.fixture
def said(session: Session, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime) -> Comment:
    return remark(session, norm, clause, ghana, now=now)


@pytest.mark.parametrize("stage", [Stage.CONSENSUS_CALL, Stage.ADOPTED, Stage.PUBLISHED])
def test_nothing_is_accepted_into_words_that_do_not_change_any_more(
    session: Session, norm: Norm, editor: Actor, said: Comment, now: dt.datetime, stage: Stage
) -> None:
    before = decide(session, norm, editor, said, decision=Decision.ACCEPTED, now=now)
    norm.stage = stage
    session.flush()
    assert decide(session, norm, editor, said, decision=Decision.ACCEPTED, now=now) is before
    with pytest.raises(TextStands):
        decide(session, norm, editor, said, decision=Decision.MODIFIED, now=now)
    norm.stage, norm.suspended_from = Stage.SUSPENDED, stage
    with pytest.raises(TextStands):
        decide(session, norm, editor, said, decision=Decision.MODIFIED, now=now)
    decide(session, norm, editor, said, decision=Decision.DEFERRED, now=now)


def test_where_the_rules_say_so_a_comment_waits_until_it_is_released(
    session: Session, make: Make, ghana: Speaker, now: dt.datetime
) -> None:
    norm = make.norm(rules=Rules(screening=Screening.HELD))
    moderator = make.seated(Role.MODERATOR, norm)
    said = remark(session, norm, clause_of(session, norm, 1), ghana, now=now)
    assert said.visibility is Visibility.HELD
    assert threads.about(session, norm.id, said.provision_id).shown == []
    assert progress.held(session, [norm.id]) == [said]
    assert progress.held(session, [make.norm().id]) == []
    moderation.release(session, moderator, norm, said, now=now)
    assert said.visibility is Visibility.SHOWN
    assert [one.line.comment for one in threads.about(session, norm.id, said.provision_id).shown] == [said]


def test_a_hidden_comment_leaves_a_tombstone_with_its_reason_and_nothing_is_erased(
    session: Session, norm: Norm, moderator: Actor, said: Comment, now: dt.datetime
) -> None:
    moderation.hide(session, moderator, norm, said, reason=HidingReason.ABUSE, now=now)
    session.expire_all()
    assert (said.visibility, said.hiding_reason) == (Visibility.HIDDEN, HidingReason.ABUSE)
    assert said.body == "Say who decides."
    assert [one.line.comment for one in threads.about(session, norm.id, said.provision_id).shown] == [said]
    last = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert last is not None and (last.act, last.details) == ("comment-hidden", {"reason": "abuse"})
    with pytest.raises(Conflict):
        moderation.hide(session, moderator, norm, said, reason=HidingReason.SPAM, now=now)
    moderation.release(session, moderator, norm, said, now=now)
    assert said.hiding_reason is None


def test_the_database_wants_the_reason_of_hiding(session: Session, said: Comment) -> None:
    with pytest.raises(IntegrityError):
        session.execute(sa.update(Comment).values(visibility=Visibility.HIDDEN))


def test_only_the_norms_moderator_hides(
    session: Session, make: Make, norm: Norm, editor: Actor, said: Comment, now: dt.datetime
) -> None:
    for other in (editor, make.seated(Role.MODERATOR, make.norm()), make.seated(Role.CHAIR, norm)):
        with pytest.raises(NotAllowed):
            moderation.hide(session, other, norm, said, reason=HidingReason.SPAM, now=now)


@pytest.mark.parametrize("decision", [one for one in Decision if one is not Decision.WITHDRAWN])
def test_every_decision_but_withdrawn_needs_a_reason(
    session: Session, norm: Norm, editor: Actor, said: Comment, decision: Decision, now: dt.datetime
) -> None:
    for unseen in (" ", "\u200b\u3164"):
        with pytest.raises(moderation.DispositionReasonMissing):
            decide(session, norm, editor, said, decision, unseen, now=now)
    assert session.scalars(sa.select(Disposition)).all() == []


def test_the_database_wants_the_reason_of_a_decision(
    session: Session, norm: Norm, editor: Actor, said: Comment, now: dt.datetime
) -> None:
    decide(session, norm, editor, said, Decision.WITHDRAWN, "By letter.", now=now)
    with pytest.raises(IntegrityError):
        session.execute(sa.update(Disposition).values(decision=Decision.NOTED, reason=""))


def test_a_new_decision_supersedes_and_the_old_one_stays(
    session: Session, norm: Norm, editor: Actor, said: Comment, now: dt.datetime
) -> None:
    first = decide(session, norm, editor, said, Decision.DEFERRED, "Later.", now=now)
    later = now + dt.timedelta(hours=1)
    second = decide(session, norm, editor, said, Decision.ACCEPTED, "Done.", now=later)
    session.expire_all()
    assert (first.superseded_at, first.reason, second.superseded_at) == (later, "Later.", None)
    assert queries.line(session, said).disposition is second


def test_the_same_decision_sent_twice_is_one_decision_and_one_act(
    session: Session, norm: Norm, editor: Actor, said: Comment, now: dt.datetime
) -> None:
    first = decide(session, norm, editor, said, now=now)
    assert decide(session, norm, editor, said, now=now) is first
    acts = session.scalars(sa.select(AuditEntry.subject).where(AuditEntry.act == "comment-disposed"))
    assert acts.all() == ["comment:c1"]


def test_a_duplicate_names_another_comment_of_the_same_norm(
    session: Session, make: Make, norm: Norm, editor: Actor, ghana: Speaker, said: Comment, now: dt.datetime
) -> None:
    other, elsewhere = (remark(session, each, None, ghana, now=now) for each in (norm, make.norm()))
    for original in (None, said, elsewhere):
        with pytest.raises(moderation.DuplicateOfWhat):
            decide(session, norm, editor, said, Decision.DUPLICATE, duplicate_of=original, now=now)
    decided = decide(session, norm, editor, said, Decision.DUPLICATE, duplicate_of=other, now=now)
    assert decided.duplicate_of_id == other.id


def test_what_is_not_shown_or_of_another_norm_gets_no_decision(
    session: Session, make: Make, norm: Norm, editor: Actor, ghana: Speaker, said: Comment, now: dt.datetime
) -> None:
    other = make.norm()
    with pytest.raises(NotFound):
        decide(session, other, make.seated(Role.EDITOR, other), said, now=now)
    service.withdraw(session, ghana[0], norm, said, now=now)
    with pytest.raises(moderation.NotShown):
        decide(session, norm, editor, said, now=now)


def test_an_author_decides_nothing_about_their_own_comment(
    session: Session, norm: Norm, ghana: Speaker, said: Comment, now: dt.datetime
) -> None:
    with pytest.raises(NotAllowed):
        decide(session, norm, ghana[0], said, now=now)


def test_two_editors_deciding_at_once_leave_one_current_decision(
    engine: sa.Engine, session: Session, norm: Norm, editor: Actor, said: Comment, now: dt.datetime
) -> None:
    session.commit()

    def deciding(reason: str):  # type: ignore[no-untyped-def]
        def act(own: Session) -> str:
            its_norm, its_comment = own.get_one(Norm, norm.id), own.get_one(Comment, said.id)
            decide(own, its_norm, editor, its_comment, reason=reason, now=now)
            return reason

        return act

    outcomes = at_once(engine, *(deciding(f"Reason {n}.") for n in range(5)))
    assert all(isinstance(one, str | Conflict) for one in outcomes)
    session.rollback()
    current = session.scalars(sa.select(Disposition).where(Disposition.superseded_at.is_(None))).all()
    assert [one.reason in outcomes for one in current] == [True]


def test_the_author_says_whether_the_decision_satisfies_and_may_say_otherwise_later(
    session: Session, make: Make, norm: Norm, editor: Actor, ghana: Speaker, said: Comment, now: dt.datetime
) -> None:
    def reply(actor: Actor, satisfaction: Satisfaction, note: str = "") -> DispositionReply:
        return replying.reply(
            session,
            actor,
            norm,
            said,
            seen=present.id if (present := queries.line(session, said).disposition) else 0,
            satisfaction=satisfaction,
            note=note,
            now=now,
        )

    with pytest.raises(replying.NoDisposition):
        reply(ghana[0], Satisfaction.SATISFIED)
    decide(session, norm, editor, said, now=now)
    assert [line.comment for line, _ in progress.waiting_for_reply(session, [ghana[1].id])] == [said]
    with pytest.raises(NotAllowed):
        reply(make.speaker()[0], Satisfaction.SATISFIED)
    first = reply(ghana[0], Satisfaction.SATISFIED)
    assert reply(ghana[0], Satisfaction.SATISFIED) is first
    reply(ghana[0], Satisfaction.NOT_SATISFIED, "On second thoughts, no.")
    line = queries.line(session, said)
    assert line.reply is not None and line.reply.satisfaction is Satisfaction.NOT_SATISFIED
    assert progress.waiting_for_reply(session, [ghana[1].id]) == []
    assert queries.lines(session, norm.id, queries.Wanted("not-satisfied")) == [line]
    decide(session, norm, editor, said, Decision.ACCEPTED, "Now it is in.", now=now)
    assert queries.line(session, said).reply is None
    assert len(progress.waiting_for_reply(session, [ghana[1].id])) == 1


def test_replies_are_answered_with_the_comment_that_opens_their_thread(
    session: Session, norm: Norm, editor: Actor, ghana: Speaker, said: Comment, now: dt.datetime
) -> None:
    remark(session, norm, None, ghana, "The board.", parent=said, now=now)
    assert progress.progress(session, norm.id) == progress.Progress(0, 1)
    assert progress.unanswered(session, [norm.id]) == [(norm, 1)]
    decide(session, norm, editor, said, now=now)
    assert progress.progress(session, norm.id) == progress.Progress(1, 1)
    assert progress.unanswered(session) == []


def test_how_much_is_said_of_each_clause_is_read_in_one_statement(
    session: Session,
    norm: Norm,
    clause: Clause,
    editor: Actor,
    ghana: Speaker,
    said: Comment,
    now: dt.datetime,
) -> None:
    second = clause_of(session, norm, 2)
    proposal(session, norm, second, ghana, "Risks are weighed.", now=now)
    remark(session, norm, None, ghana, "Of the whole.", now=now)
    remark(session, norm, None, ghana, "The board.", parent=said, now=now)
    decide(session, norm, editor, said, now=now)
    with statements(session) as sent:
        talk = queries.talk(session, norm.id, [clause.provision_id, second.provision_id])
    assert len(sent) == 1
    assert talk == {
        clause.provision_id: queries.Talk(comments=2, changes=0, unanswered=0),
        second.provision_id: queries.Talk(comments=0, changes=1, unanswered=1),
        None: queries.Talk(comments=1, changes=0, unanswered=1),
    }
    assert queries.talk(session, norm.id, [second.provision_id]).keys() == {second.provision_id, None}


def fill(
    session: Session, make: Make, norm: Norm, clause: Clause, editor: Actor, number: int, now: dt.datetime
) -> None:
    for count in range(number):
        speaker, (actor, holder) = make.speaker(), make.speaker()
        root = remark(session, norm, clause, speaker, f"Comment {count}.", now=now)
        remark(session, norm, None, speaker, "And this.", parent=root, now=now)
        change = proposal(session, norm, clause, speaker, f"Machines serve {count} people.", now=now)
        backing.back(
            session,
            actor,
            norm,
            change,
            seen=change.version,
            stakeholder_id=holder.id,
            side=Side.BACK,
            now=now,
        )
        decide(session, norm, editor, root, reason=f"Because {count}.", now=now)
        replying.reply(
            session,
            speaker[0],
            norm,
            root,
            seen=decision_on(session, root).id,
            satisfaction=Satisfaction.SATISFIED,
            note="",
            now=now,
        )


def read_everything(session: Session, norm: Norm, clause: Clause) -> list[str]:
    session.expire_all()
    norm_id, provision_id = norm.id, clause.provision_id
    with statements(session) as sent:
        for each in threads.about(session, norm_id, provision_id).shown:
            assert each.line.comment.stakeholder.name and each.line.comment.provision
            assert all(reply.stakeholder.name for reply in each.replies)
            if each.line.comment.change is not None:
                assert each.line.base == "Machines serve people."
                assert each.line.backing == {"back": 1}
    return sent


def test_a_thread_is_read_in_a_constant_number_of_statements(
    session: Session, make: Make, norm: Norm, clause: Clause, editor: Actor, now: dt.datetime
) -> None:
    fill(session, make, norm, clause, editor, 1, now)
    few = read_everything(session, norm, clause)
    fill(session, make, norm, clause, editor, 12, now)
    many = read_everything(session, norm, clause)
    assert len(few) == len(many) <= 6


def test_the_list_of_decisions_is_filtered_and_paged(
    session: Session, make: Make, norm: Norm, clause: Clause, editor: Actor, ghana: Speaker, now: dt.datetime
) -> None:
    fill(session, make, norm, clause, editor, 3, now)
    elsewhere = remark(session, norm, clause_of(session, norm, 2), ghana, now=now)

    def numbers(after: int = 0, limit: int = 50, **wanted: Any) -> list[int]:
        found = queries.lines(session, norm.id, queries.Wanted(**wanted), after=after, limit=limit)
        return [one.comment.number for one in found]

    everything = numbers()
    assert everything == [1, 3, 4, 6, 7, 9, 10]
    assert numbers(limit=3) == [1, 3, 4] and numbers(after=4, limit=2) == [6, 7]
    assert numbers(show="unanswered") == [3, 6, 9, 10] and numbers(show="noted") == [1, 4, 7]
    assert numbers(code="p2") == [elsewhere.number]
    assert numbers(code="p1", show="unanswered") == [3, 6, 9]
    assert numbers(show="<script>") == everything
    assert numbers(kind=elsewhere.kind, language="en", category=ghana[1].category) == everything
    assert numbers(language="fr") == numbers(kind=CommentKind.TRANSLATION) == []
    assert numbers(category=Category.INDIVIDUAL) == []


def test_decisions_are_counted_with_what_their_authors_say(
    session: Session, make: Make, norm: Norm, clause: Clause, editor: Actor, ghana: Speaker, now: dt.datetime
) -> None:
    assert progress.statistics(session, norm.id) == []
    fill(session, make, norm, clause, editor, 3, now)
    said = remark(session, norm, clause, ghana, now=now)
    decide(session, norm, editor, said, decision=Decision.DEFERRED, now=now)
    for how in (Satisfaction.SATISFIED, Satisfaction.NOT_SATISFIED):
        replying.reply(
            session,
            ghana[0],
            norm,
            said,
            seen=decision_on(session, said).id,
            satisfaction=how,
            note="",
            now=now,
        )
    assert progress.statistics(session, norm.id) == [
        progress.Tally(Decision.NOTED, 3, 3, 0),
        progress.Tally(Decision.DEFERRED, 1, 0, 1),
    ]


@pytest.mark.parametrize("operation", list(ChangeOperation))
def test_a_change_is_read_with_the_wording_it_was_made_against(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, operation: ChangeOperation, now: dt.datetime
) -> None:
    change = proposal(session, norm, clause, ghana, "Machines help.", operation=operation, now=now)
    line = queries.line(session, change)
    assert (line.base, line.backing) == ("Machines serve people.", {})
