"""Whose position was stated on words of a translation that were replaced is told of it, once."""

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.authority.actor import Actor, Role
from app.norms.models import Norm, TextStatus
from app.norms.seen import seen_in
from app.notices.models import Mentioned
from app.positions import service
from app.positions.models import Stance
from app.translation.service import write_translation
from tests.discussion.saying import Speaker
from tests.factories import Make
from tests.notices.conftest import PostOffice, person
from tests.positions.saying import clause_of
from tests.seen import of_translation

Morning = Callable[..., int]


@pytest.fixture
def bilingual(make: Make) -> Norm:
    return make.norm({"en": "Everybody has a say.", "fr": "Chacun a une voix."}, slug="fr")


def supports(session: Session, norm: Norm, speaker: Speaker, language: str, now: dt.datetime) -> None:
    clause = clause_of(session, norm, 1)
    service.state(
        session, speaker[0], norm, clause, stakeholder_id=speaker[1].id, stance=Stance.SUPPORT,
        language="en", read_language=language, seen=seen_in(clause, language), now=now,
    )  # fmt: skip


def test_who_read_the_words_that_were_replaced_is_told_once(
    session: Session, make: Make, bilingual: Norm, peru: Speaker, ghana: Speaker, office: PostOffice,
    morning: Morning, now: dt.datetime,
) -> None:  # fmt: skip
    supports(session, bilingual, peru, "fr", now)
    supports(session, bilingual, ghana, "en", now)
    translator: Actor = make.seated(Role.TRANSLATOR, bilingual)
    clause = clause_of(session, bilingual, 1)
    for text in ("Personne n’a de voix.", "Nul n’a de voix."):
        write_translation(
            session,
            translator,
            bilingual,
            clause,
            language="fr",
            text=text,
            status=TextStatus.DRAFT,
            now=now,
            **of_translation(clause, "fr"),
        )
    morning()
    assert "Clause 1: the translation that you read, Français, has changed." in office.text(
        person(session, peru).email
    )
    assert office.to(person(session, ghana).email) == []
    assert session.scalars(sa.select(Mentioned.stakeholder_id)).all() == [peru[1].id]
