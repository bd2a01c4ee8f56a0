import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.authority.actor import Actor, Role
from app.foundation.errors import NotAllowed
from app.norms.models import Clause, ClauseText, Norm, TextStatus
from app.norms.service import edit_text
from app.norms.stages import Stage
from app.norms.wording import TextMissing
from app.translation.queries import outstanding
from app.translation.service import (
    AuthenticStays,
    StatusUnclear,
    TextAsBefore,
    verify_translation,
    write_translation,
)
from app.translation.staleness import is_out_of_date
from tests.factories import Make
from tests.seen import of_translation


def clause_of(session: Session, norm: Norm) -> Clause:
    session.flush()
    return session.scalars(sa.select(Clause).where(Clause.draft_id == norm.current_draft_id)).one()


def write(
    session: Session,
    actor: Actor,
    norm: Norm,
    clause: Clause,
    language: str,
    text: str,
    status: TextStatus,
    now: dt.datetime,
) -> ClauseText:
    """As the form that shows the present words sends it."""
    seen = of_translation(clause, language)
    return write_translation(
        session, actor, norm, clause, language=language, text=text, status=status, now=now, **seen
    )


@pytest.mark.parametrize("role", [Role.TRANSLATOR, Role.EDITOR])
def test_a_translation_of_an_opened_draft_may_be_written_and_improved(
    role: Role, session: Session, make: Make, now: dt.datetime
) -> None:
    norm = make.norm("One.", stage=Stage.CONSULTATION)
    clause, actor = clause_of(session, norm), make.seated(role, norm)
    digest = clause.text_digest
    write(session, actor, norm, clause, "fr", "Un", TextStatus.DRAFT, now)
    write(session, actor, norm, clause, "fr", "Un.", TextStatus.MACHINE, now)
    session.expire_all()
    assert {text.language: (text.text, text.status) for text in clause.texts} == {
        "en": ("One.", TextStatus.AUTHENTIC),
        "fr": ("Un.", TextStatus.MACHINE),
    }
    assert clause.text_digest == digest
    assert norm.languages == ["en", "fr"]
    acts = session.scalars(sa.select(AuditEntry.act)).all()
    assert acts == ["translation-written", "translation-written"]


def test_an_authentic_text_is_nobody_s_translation(session: Session, make: Make, now: dt.datetime) -> None:
    norm = make.norm("One.", stage=Stage.CONSULTATION)
    clause, translator = clause_of(session, norm), make.seated(Role.TRANSLATOR, norm)
    for language, status, refusal in (
        ("en", TextStatus.DRAFT, AuthenticStays),
        ("fr", TextStatus.AUTHENTIC, StatusUnclear),
    ):
        with pytest.raises(refusal):
            write(session, translator, norm, clause, language, "X", status, now)


def test_a_translation_needs_words_a_change_and_a_translator(
    session: Session, make: Make, now: dt.datetime
) -> None:
    norm = make.norm("One.", stage=Stage.CONSULTATION)
    clause, translator = clause_of(session, norm), make.seated(Role.TRANSLATOR, norm)
    draft = TextStatus.DRAFT
    for unseen in (" ", "\u200b"):
        with pytest.raises(TextMissing):
            write(session, translator, norm, clause, "fr", unseen, draft, now)
    write(session, translator, norm, clause, "fr", "Un", draft, now)
    with pytest.raises(TextAsBefore):
        write(session, translator, norm, clause, "fr", "Un ", draft, now)
    chair = make.seated(Role.CHAIR, norm)
    with pytest.raises(NotAllowed):
        write(session, chair, norm, clause, "es", "Uno", draft, now)


def test_what_is_outstanding_is_counted_by_language(session: Session, make: Make, now: dt.datetime) -> None:
    norm = make.norm("One.", stage=Stage.PREPARATION)
    norm.languages = ["en", "fr", "ar"]
    clause, editor = clause_of(session, norm), make.seated(Role.EDITOR, norm)
    draft = norm.current_draft_id or 0
    assert outstanding(session, norm, draft) == {"fr": 1, "ar": 1}
    text = write(session, editor, norm, clause, "fr", "Un", TextStatus.DRAFT, now)
    second, read = make.seated(Role.TRANSLATOR, norm), {"language": "fr", "seen": text.digest, "now": now}
    assert outstanding(session, norm, draft) == {"fr": 1, "ar": 1}
    verify_translation(session, second, norm, clause, **read)
    write(session, editor, norm, clause, "ar", "واحد", TextStatus.MACHINE, now)
    assert outstanding(session, norm, draft) == {"ar": 1}
    assert not is_out_of_date(text, clause)
    edit_text(session, editor, norm, clause, language="en", text="One more.", now=now)
    assert is_out_of_date(text, clause)
    assert outstanding(session, norm, draft) == {"fr": 1, "ar": 1}
    verify_translation(session, second, norm, clause, **read)
    assert not is_out_of_date(text, clause)
