"""A translation under people's positions: what was read is kept; its change is told, listed and bounded."""

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.audit.models import AuditEntry
from app.authority.actor import Actor, Role
from app.norms import queries as norms
from app.norms.models import Clause, ClauseTextVersion, Norm, TextStatus, words_of
from app.norms.seen import seen_in
from app.norms.stages import Stage
from app.positions import queries, readers, service
from app.positions.models import Position, Stance
from app.positions.statements import heard
from app.stakeholders.models import Stakeholder
from app.translation import service as translation
from app.translation.models import Corrigendum
from tests.browser import Browser
from tests.factories import Make
from tests.positions.saying import clause_of, reaffirm
from tests.seen import of_translation

EVERYBODY, NOBODY = "Chacun a une voix.", "Personne n’a de voix."
FRENCH = "/fr/norms/ai/provisions/p1/position/"
TRANSLATION = "/en/norms/ai/provisions/p1/translation/fr/"
SignIn = Callable[[User], str]


@pytest.fixture
def norm(make: Make) -> Norm:
    norm = make.norm({"en": "Everybody has a say.", "fr": EVERYBODY}, slug="ai")
    norm.languages = ["en", "fr"]
    return norm


@pytest.fixture
def clause(session: Session, norm: Norm) -> Clause:
    return clause_of(session, norm, 1)


@pytest.fixture
def translator(make: Make, norm: Norm) -> Actor:
    return make.seated(Role.TRANSLATOR, norm)


@pytest.fixture
def reader(make: Make) -> tuple[Actor, Stakeholder]:
    return make.speaker(name="Sénégal", country="SN")


@pytest.fixture
def stated(
    session: Session, norm: Norm, clause: Clause, reader: tuple[Actor, Stakeholder], now: dt.datetime
) -> Position:
    """The French reader supports what the French text says."""
    return service.state(
        session, reader[0], norm, clause, stakeholder_id=reader[1].id, stance=Stance.SUPPORT,
        language="fr", read_language="fr", seen=seen_in(clause, "fr"), now=now,
    )  # fmt: skip


@pytest.fixture
def rewrite(session: Session, norm: Norm, clause: Clause, now: dt.datetime) -> Callable[[Actor, str], None]:
    def run(actor: Actor, text: str) -> None:
        translation.write_translation(
            session,
            actor,
            norm,
            clause,
            language="fr",
            text=text,
            status=TextStatus.DRAFT,
            now=now,
            **of_translation(clause, "fr"),
        )

    return run


Rewrite = Callable[[Actor, str], None]


def test_a_change_of_the_words_that_were_read_marks_the_position_and_lists_it(
    session: Session, norm: Norm, clause: Clause, translator: Actor, reader: tuple[Actor, Stakeholder],
    stated: Position, rewrite: Rewrite, now: dt.datetime,
) -> None:  # fmt: skip
    draft, holder = norm.current_draft_id or 0, reader[1].id
    (standing,) = queries.standing(session, draft, [holder], [clause.provision_id])
    assert not standing.is_read_otherwise and readers.read_otherwise(session, [holder]) == []
    rewrite(translator, NOBODY)
    (standing,) = queries.standing(session, draft, [holder], [clause.provision_id])
    assert standing.is_read_otherwise and standing.counts
    assert [one.id for one, _, _ in readers.read_otherwise(session, [holder])] == [stated.id]
    assert heard(session, draft, [clause.provision_id])[clause.provision_id].unconfirmed == 0
    again = reaffirm(session, norm, clause, reader, read_language="fr", now=now)
    assert again.reaffirms_id == stated.id and again.translation_digest == words_of(NOBODY)
    assert readers.read_otherwise(session, [holder]) == []


def test_back_to_the_words_that_were_read_is_no_change(
    session: Session, reader: tuple[Actor, Stakeholder], translator: Actor, stated: Position, rewrite: Rewrite
) -> None:
    for text in (NOBODY, EVERYBODY):
        rewrite(translator, text)
    assert stated.superseded_at is None and readers.read_otherwise(session, [reader[1].id]) == []


def test_who_read_the_authentic_text_is_not_concerned(
    session: Session, make: Make, norm: Norm, clause: Clause, translator: Actor, rewrite: Rewrite,
    now: dt.datetime,
) -> None:  # fmt: skip
    actor, holder = make.speaker()
    service.state(
        session, actor, norm, clause, stakeholder_id=holder.id, stance=Stance.SUPPORT,
        language="en", read_language="en", seen=seen_in(clause, "en"), now=now,
    )  # fmt: skip
    rewrite(translator, NOBODY)
    assert readers.read_otherwise(session, [holder.id]) == []


def test_the_record_holds_the_digest_of_the_words_and_the_words_before_are_kept(
    session: Session, clause: Clause, translator: Actor, rewrite: Rewrite
) -> None:
    rewrite(translator, NOBODY)
    entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "translation-written")).one()
    assert entry.details["words"] == words_of(NOBODY).hex()
    assert entry.details["instead_of"] == words_of(EVERYBODY).hex()
    kept = session.scalars(sa.select(ClauseTextVersion)).one()
    assert (kept.text, kept.version, kept.replaced_by) == (EVERYBODY, 1, translator.user_id)
    assert norms.words_seen(session, clause, "fr", seen_in(clause, "fr")) == NOBODY
    before = seen_in(clause, "fr")._replace(translation=words_of(EVERYBODY))
    assert norms.words_seen(session, clause, "fr", before) == EVERYBODY
    with pytest.raises(sa.exc.DBAPIError), session.begin_nested():
        session.execute(sa.update(ClauseTextVersion).values(text="Otherwise."))


def test_a_draft_is_verified_by_a_person_who_has_not_written_it(
    session: Session, make: Make, norm: Norm, clause: Clause, translator: Actor, rewrite: Rewrite,
    now: dt.datetime,
) -> None:  # fmt: skip
    rewrite(translator, NOBODY)
    read = {"language": "fr", "seen": words_of(NOBODY), "now": now}
    with pytest.raises(translation.SecondTranslatorNeeded):
        translation.verify_translation(session, translator, norm, clause, **read)
    other = make.seated(Role.EDITOR, norm)
    with pytest.raises(translation.TranslationChanged):
        translation.verify_translation(session, other, norm, clause, **read | {"seen": words_of(EVERYBODY)})
    verified = translation.verify_translation(session, other, norm, clause, **read)
    assert verified.status is TextStatus.VERIFIED
    with pytest.raises(translation.StatusUnclear):
        translation.write_translation(
            session,
            other,
            norm,
            clause,
            language="fr",
            text="Tous.",
            status=TextStatus.VERIFIED,
            now=now,
            **of_translation(clause, "fr"),
        )
    rewrite(other, "Tous ont une voix.")
    assert verified.status is TextStatus.DRAFT and verified.version == 3


@pytest.mark.parametrize(
    "stage", [Stage.CONSENSUS_CALL, Stage.ADOPTED, Stage.NOT_ADOPTED, Stage.PUBLISHED, Stage.UNDER_REVIEW]
)
def test_from_the_consensus_call_on_only_a_listed_corrigendum_changes_a_text(
    session: Session, norm: Norm, clause: Clause, translator: Actor, rewrite: Rewrite, stage: Stage,
    now: dt.datetime,
) -> None:  # fmt: skip
    given = {"language": "fr", "text": NOBODY, "reason_language": "en", "now": now}
    with pytest.raises(translation.NotSettled):
        translation.correct(
            session, translator, norm, clause, reason="A slip.", **given, **of_translation(clause, "fr")
        )
    norm.stage, norm.suspended_from = Stage.SUSPENDED, stage
    with pytest.raises(translation.OnlyByCorrigendum):
        rewrite(translator, NOBODY)
    norm.stage, norm.suspended_from = stage, None
    with pytest.raises(translation.OnlyByCorrigendum):
        rewrite(translator, NOBODY)
    with pytest.raises(translation.CorrigendumReason):
        translation.correct(
            session, translator, norm, clause, reason=" ", **given, **of_translation(clause, "fr")
        )
    made = translation.correct(
        session, translator, norm, clause, reason="A slip.", **given, **of_translation(clause, "fr")
    )
    assert (made.number, made.before, made.after, made.reason) == (1, EVERYBODY, NOBODY, "A slip.")
    assert (
        session.scalars(sa.select(AuditEntry.act).order_by(AuditEntry.number.desc())).first()
        == "corrigendum-made"
    )
    with pytest.raises(translation.TextAsBefore):
        translation.correct(
            session, translator, norm, clause, reason="Again.", **given, **of_translation(clause, "fr")
        )
    with pytest.raises(sa.exc.DBAPIError), session.begin_nested():
        session.execute(sa.delete(Corrigendum))


def test_a_language_that_has_no_text_yet_can_still_be_added_after_the_call(
    session: Session, norm: Norm, clause: Clause, translator: Actor, now: dt.datetime
) -> None:
    norm.stage = Stage.ADOPTED
    translation.write_translation(
        session,
        translator,
        norm,
        clause,
        language="es",
        text="Todos.",
        status=TextStatus.DRAFT,
        now=now,
        **of_translation(clause, "es"),
    )
    assert {text.language for text in clause.texts} == {"en", "es", "fr"}


def test_the_french_reader_on_the_pages(
    session: Session, make: Make, norm: Norm, browser: Browser, sign_in: SignIn
) -> None:
    reader, holder = make.user(), make.stakeholder("Sénégal")
    make.mandate(reader, holder)
    translator, editor = make.user(), make.user()
    make.seat(translator, Role.TRANSLATOR, norm)
    make.seat(editor, Role.EDITOR, norm)
    sign_in(reader)
    browser.get(FRENCH)
    typed = browser.hidden | {"language": "fr", "stance": "support"}
    assert browser.post(FRENCH, **typed).status_code == 303
    sign_in(translator)
    browser.get(TRANSLATION)
    assert (
        browser.post(TRANSLATION, text=NOBODY, status="draft", **browser.opened(TRANSLATION)).status_code
        == 303
    )
    browser.get(TRANSLATION)
    assert "another person must verify it" in browser.page
    assert browser.post(f"{TRANSLATION}verification/", seen=words_of(NOBODY).hex()).status_code == 422
    sign_in(editor)
    browser.get(TRANSLATION)
    verifies = f"{TRANSLATION}verification/"
    assert browser.post(verifies, **browser.opened(verifies)).status_code == 303
    sign_in(reader)
    browser.get("/en/my/")
    assert "Translation changed" in browser.page and "read_language=fr" in browser.page
    browser.get("/en/norms/ai/provisions/p1/")
    assert "Translation changed" in browser.page
    browser.get(FRENCH)
    assert EVERYBODY in browser.page and NOBODY in browser.page
    read = {name: browser.hidden[name] for name in ("stakeholder", "seen", "read_language")}
    assert browser.post("/fr/norms/ai/provisions/p1/reaffirm/", **read).status_code == 303
    browser.get("/en/my/")
    assert "Translation changed" not in browser.page


def test_a_corrigendum_is_listed_with_the_text(
    session: Session, make: Make, norm: Norm, browser: Browser, sign_in: SignIn, client: FlaskClient
) -> None:
    translator = make.user()
    make.seat(translator, Role.TRANSLATOR, norm)
    norm.stage = Stage.CONSENSUS_CALL
    sign_in(translator)
    browser.get(TRANSLATION)
    assert "Correct it by a corrigendum" in browser.page
    opened = browser.opened(f"{TRANSLATION}corrigendum/")
    fields = {"text": "Chacun a sa voix.", "language": "fr", **opened}
    assert browser.post(f"{TRANSLATION}corrigendum/", **fields, reason="").status_code == 422
    assert "Chacun a sa voix." in browser.page
    assert browser.post(f"{TRANSLATION}corrigendum/", **fields, reason="Coquille.").status_code == 303
    browser.get("/en/norms/ai/")
    assert "Corrigenda" in browser.page and "Coquille." in browser.page
    assert "<del>une</del>" in browser.page and "<ins>sa</ins>" in browser.page
