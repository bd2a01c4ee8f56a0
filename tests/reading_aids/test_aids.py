"""Terms, notes in plain words, and questions."""

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.authority.actor import Actor
from app.authority.grants import NotAllowed
from app.discussion.service import withdraw
from app.foundation.errors import NotFound
from app.foundation.text import UnsafeText
from app.foundation.versions import ChangedMeanwhile
from app.norms.models import Clause, Norm
from app.norms.wording import put_text, refresh_digest
from app.reading_aids import queries, service
from app.reading_aids.models import AidKind, QuestionAnswer, ReadingAid
from app.reading_aids.wording import LONGEST, AidEmpty, AidTooLong, AidWords, TermMissing, TooManyForms
from tests.discussion.saying import remark
from tests.factories import Make
from tests.moments import at_once
from tests.positions.saying import clause_of

TERM = AidWords(
    "en", "A machine that infers how to act.", "AI  system", "AI systems\n\nAI system\n AI systems "
)


def acts(session: Session) -> list[str]:
    return list(session.scalars(sa.select(AuditEntry.act).order_by(AuditEntry.number)))


def test_a_term_is_kept_clean_and_written_in_more_languages(
    session: Session, norm: Norm, writing: Actor, now: dt.datetime
) -> None:
    term = service.add(session, writing, norm, kind=AidKind.TERM, clause=None, words=TERM, now=now)
    french = AidWords("fr", "Une machine qui déduit comment agir.", "système d’IA")
    service.word(session, writing, norm, term, clause=None, words=french, version=0, now=now)
    session.expire_all()
    (kept,) = queries.terms(session, norm.id)
    assert [(one.language, one.title, one.forms) for one in kept.wordings] == [
        ("en", "AI system", "AI systems"),
        ("fr", "système d’IA", ""),
    ]
    assert kept.read_in("zh").language == "en"
    assert [entry.spellings for entry in queries.entries([kept], "en")] == [["AI system", "AI systems"]]
    assert acts(session)[-2:] == ["aid-worded", "aid-worded"]


def test_a_term_is_explained_once_in_a_language(
    session: Session, norm: Norm, writing: Actor, now: dt.datetime
) -> None:
    service.add(session, writing, norm, kind=AidKind.TERM, clause=None, words=TERM, now=now)
    again = AidWords("en", "Another meaning.", "ai SYSTEM")
    with pytest.raises(service.TermTaken):
        service.add(session, writing, norm, kind=AidKind.TERM, clause=None, words=again, now=now)


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (AidWords("en", "  ", "AI"), AidEmpty),
        (AidWords("en", "Meaning.", " "), TermMissing),
        (AidWords("en", "x" * (LONGEST + 1), "AI"), AidTooLong),
        (AidWords("en", "Meaning.", "x" * 121), AidTooLong),
        (AidWords("en", "Meaning.", "AI", "\n".join(f"AI{n}" for n in range(21))), TooManyForms),
        (AidWords("en", "Mean\u202eing.", "AI"), UnsafeText),
        (AidWords("en", "Meaning.", "AI", "A\u202eI"), UnsafeText),
    ],
)
def test_what_explains_nothing_or_hides_something_is_refused(
    words: AidWords, error: type[Exception], session: Session, norm: Norm, writing: Actor, now: dt.datetime
) -> None:
    with pytest.raises(error), session.begin_nested():
        service.add(session, writing, norm, kind=AidKind.TERM, clause=None, words=words, now=now)
    assert session.scalars(sa.select(ReadingAid)).all() == []


def test_a_note_knows_for_which_wording_it_was_written(
    session: Session, norm: Norm, clause: Clause, writing: Actor, now: dt.datetime
) -> None:
    words = AidWords("en", "Machines are for people.")
    note = service.add(session, writing, norm, kind=AidKind.NOTE, clause=clause, words=words, now=now)
    again = service.add(session, writing, norm, kind=AidKind.NOTE, clause=clause, words=words, now=now)
    assert again is note
    assert note.wordings[0].text_digest == clause.text_digest
    put_text(clause, "en", "An AI system must serve people.", clause.texts[0].status)
    refresh_digest(clause, norm.authentic_languages)
    assert note.wordings[0].text_digest != clause.text_digest
    service.word(session, writing, norm, note, clause=clause, words=words, version=1, now=now)
    assert note.wordings[0].text_digest == clause.text_digest


def test_of_two_who_change_the_same_words_the_second_reads_first(
    session: Session, norm: Norm, clause: Clause, writing: Actor, now: dt.datetime
) -> None:
    def write(text: str, version: int) -> None:
        words = AidWords("en", text)
        service.word(session, writing, norm, note, clause=clause, words=words, version=version, now=now)

    first = AidWords("en", "First.")
    note = service.add(session, writing, norm, kind=AidKind.NOTE, clause=clause, words=first, now=now)
    write("Second.", 1)
    write("Second.", 1)  # the same form sent twice
    assert (note.wordings[0].text, note.wordings[0].version) == ("Second.", 2)
    with pytest.raises(ChangedMeanwhile):
        write("Third.", 1)
    with pytest.raises(ChangedMeanwhile):
        write("Third.", 0)
    earlier = queries.earlier(session, [note])
    assert [(one.text, one.version) for one in earlier[note.id]] == [("First.", 1)]


def test_of_two_who_change_the_same_words_at_once_one_reads_first(
    session: Session,
    engine: sa.Engine,
    norm: Norm,
    clause: Clause,
    writing: Actor,
    now: dt.datetime,
) -> None:
    first = AidWords("en", "First.")
    note = service.add(session, writing, norm, kind=AidKind.NOTE, clause=clause, words=first, now=now)
    session.commit()

    def write(text: str) -> Callable[[Session], str]:
        def act(own: Session) -> str:
            here, there = own.get_one(Norm, norm.id), own.get_one(Clause, clause.id)
            words, aid = AidWords("en", text), own.get_one(ReadingAid, note.id)
            try:
                service.word(own, writing, here, aid, clause=there, words=words, version=1, now=now)
            except ChangedMeanwhile:
                return "reads first"
            return "written"

        return act

    assert sorted(map(str, at_once(engine, write("A."), write("B.")))) == ["reads first", "written"]


def test_what_is_answered_is_not_asked_differently(
    session: Session, make: Make, norm: Norm, clause: Clause, writing: Actor, now: dt.datetime
) -> None:
    words = AidWords("en", "Should this be banned?")
    question = service.add(session, writing, norm, kind=AidKind.QUESTION, clause=clause, words=words, now=now)
    speaker = make.speaker()
    said = remark(session, norm, clause, speaker, "Yes, certainly.", now=now)
    service.answer(session, speaker[0], norm, said, question.id, now=now)
    turned = AidWords("en", "Should this be required?")
    with pytest.raises(service.QuestionHasAnswers):
        service.word(session, writing, norm, question, clause=clause, words=turned, version=1, now=now)
    french = AidWords("fr", "Faut-il l'interdire ?")
    service.word(session, writing, norm, question, clause=clause, words=french, version=0, now=now)
    withdraw(session, speaker[0], norm, said, now=now)
    service.word(session, writing, norm, question, clause=clause, words=turned, version=1, now=now)
    service.remove(session, writing, norm, question, now=now)
    assert queries.questions(session, clause.provision_id) == []
    with pytest.raises(service.NoSuchQuestion):
        other = remark(session, norm, clause, speaker, "No.", now=now)
        service.answer(session, speaker[0], norm, other, question.id, now=now)


def test_a_note_that_was_removed_makes_way_for_another(
    session: Session, norm: Norm, clause: Clause, writing: Actor, now: dt.datetime
) -> None:
    words = AidWords("en", "Machines are for people.")
    for _ in range(2):
        note = service.add(session, writing, norm, kind=AidKind.NOTE, clause=clause, words=words, now=now)
        service.remove(session, writing, norm, note, now=now)
    with pytest.raises(NotFound):
        service.word(session, writing, norm, note, clause=clause, words=TERM, version=1, now=now)
    term = service.add(session, writing, norm, kind=AidKind.TERM, clause=None, words=TERM, now=now)
    service.remove(session, writing, norm, term, now=now)
    service.add(session, writing, norm, kind=AidKind.TERM, clause=None, words=TERM, now=now)


def test_comments_stand_under_the_question_they_answer(
    session: Session, make: Make, norm: Norm, clause: Clause, writing: Actor, now: dt.datetime
) -> None:
    words = AidWords("en", "Who else should be served?")
    question = service.add(session, writing, norm, kind=AidKind.QUESTION, clause=clause, words=words, now=now)
    speaker = make.speaker()
    said = remark(session, norm, clause, speaker, "Animals.", now=now)
    for _ in range(2):
        service.answer(session, speaker[0], norm, said, question.id, now=now)
    assert queries.explained(session, norm.id, clause.provision_id).questions == {question: 1}
    with pytest.raises(service.QuestionHasAnswers):
        service.remove(session, writing, norm, question, now=now)
    elsewhere = remark(session, norm, clause_of(session, norm, 2), speaker, "Animals.", now=now)
    reply = remark(session, norm, None, speaker, "Yes.", parent=said, now=now)
    for stray in (elsewhere, reply):
        with pytest.raises(service.NoSuchQuestion):
            service.answer(session, speaker[0], norm, stray, question.id, now=now)
    with pytest.raises(service.NoSuchQuestion):
        service.answer(session, speaker[0], norm, elsewhere, 999, now=now)
    assert len(session.scalars(sa.select(QuestionAnswer)).all()) == 1
    assert acts(session).count("question-answered") == 1


def test_only_editors_and_translators_explain_and_only_their_own_norm(
    session: Session, make: Make, norm: Norm, clause: Clause, writing: Actor, now: dt.datetime
) -> None:
    with pytest.raises(NotAllowed):
        service.add(session, make.speaker()[0], norm, kind=AidKind.TERM, clause=None, words=TERM, now=now)
    term = service.add(session, writing, norm, kind=AidKind.TERM, clause=None, words=TERM, now=now)
    other = make.norm("Elsewhere.")
    make.seat(session.get_one(make.user().__class__, writing.user_id), next(iter(writing.seats))[0], other)
    there = make.actor(session.get_one(make.user().__class__, writing.user_id))
    with pytest.raises(NotFound):
        service.remove(session, there, other, term, now=now)
    with pytest.raises(NotFound):
        service.word(session, there, other, term, clause=None, words=TERM, version=1, now=now)
    for kind, of in ((AidKind.TERM, clause), (AidKind.NOTE, None)):
        with pytest.raises(NotFound):
            service.add(session, writing, norm, kind=kind, clause=of, words=TERM, now=now)
    service.remove(session, writing, norm, term, now=now)
    assert queries.terms(session, norm.id) == []
    assert acts(session)[-1] == "aid-removed"
