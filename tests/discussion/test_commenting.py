"""Comments and replies: what is taken, what is refused, and what counts once."""

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.chain import first_break
from app.audit.models import AuditEntry
from app.audit.queries import links
from app.authority.actor import VISITOR, MandateRole, Role
from app.authority.grants import NotTaken
from app.discussion import answering, backing, editing, moderation, service
from app.discussion.models import Comment, CommentKind, HidingReason, Side, Visibility
from app.discussion.resending import AlreadySent
from app.discussion.submissions import Submission
from app.foundation.errors import BadInput, Conflict, NotAllowed, SignInNeeded
from app.foundation.text import UnsafeText
from app.norms.models import Clause, Norm
from app.norms.queries import draft_seen
from app.norms.seen import seen_in
from app.norms.stages import Stage
from tests.browser import Browser
from tests.discussion.pages import SignIn
from tests.discussion.saying import Speaker, remark, rows
from tests.factories import Make
from tests.foundation.test_text import UNSEEN
from tests.moments import at_once
from tests.positions.saying import clause_of, next_draft


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
    (entry,) = session.scalars(sa.select(AuditEntry))
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
    with pytest.raises(service.CommentOnEarlierDraft):
        remark(session, norm, clause, ghana, now=now)


def test_nobody_answers_what_is_not_shown_or_of_another_norm(
    session: Session, make: Make, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    root = remark(session, norm, clause, ghana, now=now)
    with pytest.raises(answering.NoThread):
        remark(session, make.norm(), None, ghana, parent=root, now=now)
    service.withdraw(session, ghana[0], norm, root, now=now)
    with pytest.raises(answering.NoThread):
        remark(session, norm, None, ghana, parent=root, now=now)


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ("", service.CommentEmpty),
        (" \n\t \u00a0", service.CommentEmpty),
        ("x" * 100_000, service.CommentTooLong),
        ("safe \u202egnp.exe", UnsafeText),
        ("open \u2067isolate", UnsafeText),
        *[(unseen, service.CommentEmpty) for unseen in UNSEEN[:8]],
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


def test_a_line_break_of_a_word_processor_is_kept_as_one_and_what_hides_with_it_is_taken_out(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    said = remark(session, norm, clause, ghana, "\ufeffFirst.\x0bSecond.\x00", now=now)
    assert said.body == "First.\nSecond."


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
    norm.suspended_from = Stage.CONSULTATION if stage is Stage.SUSPENDED else None
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
    with pytest.raises(AlreadySent) as refusal:
        remark(session, norm, clause, ghana, "Other words.", form_key="k1", now=now)
    assert "c1" in str(refusal.value)
    remark(session, norm, clause, ghana, "Other words.", form_key="k2", now=now)
    assert len(rows(session)) == 2


@pytest.mark.parametrize(
    "other",
    [
        {"stakeholder_id": 0},
        {"kind": CommentKind.EDITORIAL},
        {"quote": "serve"},
        {"language": "fr"},
        {"read_language": "fr"},
        {"clause": None},
    ],
)
def test_the_same_words_said_otherwise_are_not_the_same_form(
    session: Session, make: Make, norm: Norm, clause: Clause, ghana: Speaker, other: dict[str, Any],
    now: dt.datetime,
) -> None:  # fmt: skip
    words = {"kind": CommentKind.GENERAL, "body": "Hm.", "language": "en", "read_language": "en"}
    said = {**words, "stakeholder_id": ghana[1].id, "form_key": "k1", "seen": seen_in(clause, "en")}
    user, second = make.user(), make.stakeholder()
    for holder in (ghana[1], second):
        make.mandate(user, holder)
    service.comment(session, make.actor(user), norm, Submission(**said), clause=clause, now=now)
    if "stakeholder_id" in other:
        other = {"stakeholder_id": second.id}
    with pytest.raises(AlreadySent):
        words = {name: value for name, value in (said | other).items() if name != "clause"}
        place = other.get("clause", clause)
        service.comment(session, make.actor(user), norm, Submission(**words), clause=place, now=now)
    assert len(rows(session)) == 1


def test_a_form_sent_again_after_an_edit_is_known_by_its_first_words(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    first = remark(session, norm, clause, ghana, quote="serve", form_key="k1", now=now)
    change = {"quote": "", "language": "fr", "version": 1}
    editing.edit(session, ghana[0], norm, first, body="Mieux.", **change, now=now)
    assert remark(session, norm, clause, ghana, quote="serve", form_key="k1", now=now) is first
    with pytest.raises(AlreadySent):
        remark(session, norm, clause, ghana, "Mieux.", language="fr", form_key="k1", now=now)


def test_a_comment_answers_only_what_is_said_of_its_clause(
    session: Session, make: Make, ghana: Speaker, now: dt.datetime
) -> None:
    norm = make.norm("Machines serve people.", "People decide.")
    first = remark(session, norm, clause_of(session, norm, 1), ghana, now=now)
    for place in (clause_of(session, norm, 1), None):
        assert remark(session, norm, place, ghana, "Yes.", parent=first, now=now).parent_id == first.id
    with pytest.raises(answering.AnswersElsewhere):
        remark(session, norm, clause_of(session, norm, 2), ghana, "Yes.", parent=first, now=now)


@pytest.mark.parametrize("place", ["a clause", "the draft"])
def test_nobody_has_read_a_text_that_is_not_there(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, place: str, now: dt.datetime
) -> None:
    said = {"stakeholder_id": ghana[1].id, "kind": CommentKind.GENERAL, "body": "nuqneH", "language": "tlh"}
    place_of = clause if place == "a clause" else None
    said["seen"] = seen_in(clause, "tlh") if place_of else draft_seen(session, norm.current_draft_id)
    with pytest.raises(service.NotRead):
        unread = Submission(**said, read_language="tlh")
        service.comment(session, ghana[0], norm, unread, clause=place_of, now=now)
    service.comment(
        session,
        ghana[0],
        norm,
        Submission(**said, read_language="fr"),
        clause=place_of,
        now=now,
    )


def test_what_a_moderator_has_just_hidden_is_not_withdrawn(
    engine: sa.Engine, session: Session, make: Make, norm: Norm, clause: Clause, ghana: Speaker,
    now: dt.datetime,
) -> None:  # fmt: skip
    said = remark(session, norm, clause, ghana, now=now)
    moderator = make.seated(Role.MODERATOR, norm)
    session.commit()
    assert said.visibility is Visibility.SHOWN
    with Session(engine) as other, other.begin():
        theirs, its_norm = other.get_one(Comment, said.id), other.get_one(Norm, norm.id)
        moderation.hide(other, moderator, its_norm, theirs, reason=HidingReason.SPAM, now=now)
    with pytest.raises(Conflict):
        service.withdraw(session, ghana[0], norm, said, now=now)
    session.rollback()
    assert (said.visibility, said.hiding_reason) == (Visibility.HIDDEN, HidingReason.SPAM)


@pytest.mark.parametrize("act", ["hide", "back"])
def test_what_was_just_withdrawn_is_not_hidden_or_backed(
    engine: sa.Engine, session: Session, make: Make, norm: Norm, clause: Clause, ghana: Speaker,
    now: dt.datetime, act: str,
) -> None:  # fmt: skip
    said, (other, chile) = remark(session, norm, clause, ghana, now=now), make.speaker()
    moderator = make.seated(Role.MODERATOR, norm)
    session.commit()
    assert said.visibility is Visibility.SHOWN
    with Session(engine) as own, own.begin():
        service.withdraw(own, ghana[0], own.get_one(Norm, norm.id), own.get_one(Comment, said.id), now=now)
    with pytest.raises((Conflict, backing.NotToBack)):
        if act == "hide":
            moderation.hide(session, moderator, norm, said, reason=HidingReason.SPAM, now=now)
        else:
            backing.back(
                session,
                other,
                norm,
                said,
                seen=said.version,
                stakeholder_id=chile.id,
                side=Side.BACK,
                now=now,
            )
    session.rollback()
    assert said.visibility is Visibility.WITHDRAWN


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


def test_a_comment_is_taken_back_by_those_who_speak_for_its_author_only(
    session: Session, make: Make, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    said = remark(session, norm, clause, ghana, now=now)
    for other in (make.speaker()[0], VISITOR):
        with pytest.raises((NotAllowed, SignInNeeded)):
            service.withdraw(session, other, norm, said, now=now)
    service.withdraw(session, ghana[0], norm, said, now=now)
    assert (said.visibility, said.body) == (Visibility.WITHDRAWN, "Say who decides.")


def test_a_comment_can_be_about_some_words_of_the_clause(
    session: Session, make: Make, now: dt.datetime
) -> None:
    norm = make.norm("States shall share what they learn.")
    clause, speaker = clause_of(session, norm, 1), make.speaker()
    said = remark(session, norm, clause, speaker, quote=" shall  share\nwhat", now=now)
    assert said.quote == "shall share what"
    assert remark(session, norm, clause, speaker, now=now).quote == ""


@pytest.mark.parametrize("quote", ["shall not share", "SHARE WHAT", "learn. And"])
def test_words_that_do_not_stand_in_the_clause_cannot_be_quoted(
    quote: str, session: Session, make: Make, now: dt.datetime
) -> None:
    norm = make.norm("States shall share what they learn.")
    with pytest.raises(service.QuoteElsewhere):
        remark(session, norm, clause_of(session, norm, 1), make.speaker(), quote=quote, now=now)
    with pytest.raises(service.QuoteElsewhere):
        remark(session, norm, None, make.speaker(), quote="share", now=now)


def test_words_are_looked_for_in_the_language_that_was_read(
    session: Session, make: Make, now: dt.datetime
) -> None:
    norm = make.norm("States shall share.", languages=("en", "fr"))
    with pytest.raises(service.QuoteElsewhere):
        service.comment(
            session,
            (speaker := make.speaker())[0],
            norm,
            Submission(
                stakeholder_id=speaker[1].id,
                kind=CommentKind.TRANSLATION,
                body="A word is missing.",
                quote="States shall",
                language="fr",
                read_language="fr",
                seen=seen_in(clause_of(session, norm, 1), "fr"),
            ),
            clause=clause_of(session, norm, 1),
            now=now,
        )


def test_the_form_takes_the_quote_and_the_page_shows_it_where_it_was(
    session: Session, make: Make, browser: Browser, sign_in: SignIn
) -> None:
    norm = make.norm("States shall share what they learn.", slug="s")
    user, holder = make.user(), make.stakeholder()
    make.mandate(user, holder)
    session.commit()
    sign_in(user)
    address = "/en/norms/s/provisions/p1/comment/"
    browser.get(address)
    said = {"stakeholder": str(holder.id), "body": "Why all?", "language": "en", "read_language": "en"}
    said["seen"], key = browser.hidden["seen"], browser.hidden["form_key"]
    refused = browser.post(address, **said, quote="nothing like it", form_key=key)
    assert refused.status_code == 422 and "nothing like it" in browser.page
    answer = browser.post(address, **said, quote="share what", form_key=key)
    browser.get(answer.location)
    assert "<blockquote" in browser.page and "share what" in browser.page
    assert "the clause has changed since" not in browser.page
    next_draft(make, norm, "States share.")
    session.commit()
    browser.get(answer.location)
    assert "This text was in draft 1; the clause has changed since then." in browser.page
