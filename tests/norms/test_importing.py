import datetime as dt
import threading
import unicodedata
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.authority.actor import SYSTEM, Actor, Role
from app.authority.grants import NotTaken
from app.foundation.database import unit_of_work
from app.foundation.errors import Conflict, NotAllowed
from app.foundation.text import text_digest
from app.norms.models import Clause, ClauseKind, Norm, TextStatus
from app.norms.queries import clauses
from app.norms.readers.alignment import Misaligned
from app.norms.readers.blocks import Format
from app.norms.readers.reading import NotPlainText, ParsedText, read_file, read_text
from app.norms.service import (
    LanguageUnclear,
    SlugTaken,
    SlugUnclear,
    TitleMissing,
    create,
    edit_clause,
    edit_text,
    set_titles,
)
from app.norms.stages import Stage
from app.norms.text_import import AlreadyThere, import_texts
from app.norms.wording import ClauseTooLong, TextMissing
from app.translation.staleness import is_out_of_date
from tests.factories import Make
from tests.norms.texts import SIX, declaration, read_targets, targets

EDITOR = Actor(user_id=7, pseudonym="editor", is_confirmed=True, seats=frozenset({(Role.EDITOR, None)}))
STRANGER = Actor(user_id=8, pseudonym="stranger", is_confirmed=True)


def text(words: str) -> ParsedText:
    return read_text(words, Format.MARKDOWN)


def new(session: Session, now: dt.datetime, **values: object) -> Norm:
    given: dict[str, object] = {"slug": "ai", "titles": {"en": "AI"}, "authentic_languages": ["en"]}
    return create(session, EDITOR, now=now, **given | values)  # type: ignore[arg-type]


def draft_of(session: Session, norm: Norm) -> list[Clause]:
    session.expire_all()
    return list(clauses(session, norm.current_draft_id or 0))


def test_a_new_norm_is_in_preparation_with_an_empty_first_draft(session: Session, now: dt.datetime) -> None:
    norm = new(session, now, languages=["fr"])
    assert (norm.stage, norm.languages, norm.authentic_languages) == (
        Stage.PREPARATION,
        ["en", "fr"],
        ["en"],
    )
    assert norm.current_draft is not None
    assert (norm.current_draft.number, norm.current_draft.opened_at) == (1, None)
    entry = session.scalars(sa.select(AuditEntry)).one()
    assert (entry.act, entry.norm, entry.actor) == ("norm-created", "ai", "editor")


def test_what_a_norm_is_called_must_be_clear_and_free(session: Session, now: dt.datetime) -> None:
    new(session, now)
    with pytest.raises(SlugTaken):
        new(session, now)
    with pytest.raises(SlugUnclear):
        new(session, now, slug="../etc")
    with pytest.raises(LanguageUnclear):
        new(session, now, slug="b", authentic_languages=["english!"])
    with pytest.raises(TitleMissing):
        new(session, now, slug="b", titles={"en": " "})
    with pytest.raises(NotAllowed):
        create(session, STRANGER, slug="c", titles={"en": "C"}, authentic_languages=["en"], now=now)


def test_two_who_create_the_same_norm_at_once_get_one_norm_and_one_conflict(
    engine: sa.Engine, now: dt.datetime
) -> None:
    start, outcomes = threading.Barrier(2), []

    def run() -> None:
        with Session(engine, expire_on_commit=False) as session:
            start.wait()
            try:
                with unit_of_work(session):
                    new(session, now)
                outcomes.append("made")
            except Conflict as refusal:
                outcomes.append(refusal.code)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["made", "slug-taken"]


def test_texts_become_clauses_with_a_digest_over_the_authentic_ones(
    session: Session, make: Make, now: dt.datetime
) -> None:
    norm = new(session, now)
    import_texts(
        session,
        make.seated(Role.EDITOR, norm),
        norm,
        {"en": text("# AI\n\n1. One\n(a) alpha"), "fr": text("# IA\n\n1. Un\n(a) alpha fr")},
        now=now,
    )
    one, alpha = draft_of(session, norm)
    assert [(one.label, one.depth, one.place), (alpha.label, alpha.depth, alpha.place)] == [
        ("1", 0, 1),
        ("1(a)", 1, 2),
    ]
    assert [one.provision.code, alpha.provision.code] == ["p1", "p2"]
    assert {t.language: (t.text, t.status) for t in one.texts} == {
        "en": ("One", TextStatus.AUTHENTIC),
        "fr": ("Un", TextStatus.DRAFT),
    }
    assert one.text_digest == text_digest({"en": "One"})
    assert {t.source_digest for t in one.texts} == {one.text_digest}
    assert norm.titles == {"en": "AI", "fr": "IA"}


def test_a_further_language_is_laid_beside_those_there(session: Session, now: dt.datetime) -> None:
    norm = new(session, now)
    import_texts(session, EDITOR, norm, {"en": text("1. One\n2. Two")}, now=now)
    codes = [clause.provision_id for clause in draft_of(session, norm)]
    import_texts(session, EDITOR, norm, {"ru": text("1. Один\n2. Два")}, authentic=["ru"], now=now)
    first = draft_of(session, norm)[0]
    assert [clause.provision_id for clause in draft_of(session, norm)] == codes
    assert norm.authentic_languages == ["en", "ru"]
    assert first.text_digest == text_digest({"en": "One", "ru": "Один"})
    with pytest.raises(Misaligned):
        import_texts(session, EDITOR, norm, {"fr": text("1. Un")}, now=now)


def test_the_same_import_twice_is_a_clear_conflict(session: Session, now: dt.datetime) -> None:
    norm = new(session, now)
    import_texts(session, EDITOR, norm, {"en": text("1. One\n2. Two")}, now=now)
    with pytest.raises(AlreadyThere):
        import_texts(session, EDITOR, norm, {"en": text("1. One\n2. Two")}, now=now)
    assert len(draft_of(session, norm)) == 2


def test_a_new_import_replaces_the_draft_while_it_is_in_preparation(
    session: Session, now: dt.datetime
) -> None:
    norm = new(session, now)
    import_texts(session, EDITOR, norm, {"en": text("1. One\n2. Two")}, now=now)
    import_texts(session, EDITOR, norm, {"en": text("1. Only")}, now=now)
    (only,) = draft_of(session, norm)
    assert (only.provision.code, [t.text for t in only.texts]) == ("p1", ["Only"])


def test_an_opened_draft_takes_no_texts_any_more(session: Session, now: dt.datetime) -> None:
    norm = new(session, now)
    import_texts(session, EDITOR, norm, {"en": text("1. One")}, now=now)
    clause = draft_of(session, norm)[0]
    norm.stage = Stage.CONSULTATION
    session.flush()
    with pytest.raises(NotTaken):
        import_texts(session, EDITOR, norm, {"en": text("1. Other")}, now=now)
    with pytest.raises(NotTaken):
        edit_text(session, EDITOR, norm, clause, language="en", text="Other", now=now)
    with pytest.raises(NotTaken):
        edit_clause(session, EDITOR, norm, clause, label="9", kind=ClauseKind.OPERATIVE, depth=0, now=now)
    with pytest.raises(NotTaken):
        set_titles(session, EDITOR, norm, titles={"en": "Other"}, summaries={}, now=now)


def test_a_wording_edited_in_preparation_leaves_its_translation_out_of_date(
    session: Session, make: Make, now: dt.datetime
) -> None:
    norm = new(session, now)
    editor = make.seated(Role.EDITOR, norm)
    import_texts(session, editor, norm, {"en": text("1. One"), "fr": text("1. Un")}, now=now)
    clause = draft_of(session, norm)[0]
    edit_text(session, editor, norm, clause, language="en", text="One  word ", now=now)
    assert clause.text_digest == text_digest({"en": "One  word"})
    assert {t.language: is_out_of_date(t, clause) for t in clause.texts} == {"en": False, "fr": True}
    with pytest.raises(LanguageUnclear):
        edit_text(session, editor, norm, clause, language="fr", text="Un", now=now)
    with pytest.raises(TextMissing):
        edit_text(session, editor, norm, clause, language="en", text=" ", now=now)
    with pytest.raises(ClauseTooLong):
        edit_text(session, editor, norm, clause, language="en", text="x" * 200_001, now=now)


def test_a_clause_of_a_hundred_thousand_characters_is_stored(session: Session, now: dt.datetime) -> None:
    norm, long = new(session, now), "word " * 20_000
    import_texts(session, EDITOR, norm, {"en": text(long)}, now=now)
    assert draft_of(session, norm)[0].texts[0].text == long.strip()


def test_each_act_writes_one_entry(session: Session, now: dt.datetime) -> None:
    norm = new(session, now)
    import_texts(session, EDITOR, norm, {"en": text("1. One")}, now=now)
    clause = draft_of(session, norm)[0]
    edit_text(session, EDITOR, norm, clause, language="en", text="Two", now=now)
    edit_clause(session, EDITOR, norm, clause, label="1", kind=ClauseKind.DEFINITION, depth=1, now=now)
    set_titles(session, EDITOR, norm, titles={"fr": "IA"}, summaries={"fr": "Bref."}, now=now)
    acts = session.scalars(sa.select(AuditEntry.act).order_by(AuditEntry.number)).all()
    assert acts == ["norm-created", "texts-imported", "text-edited", "clause-edited", "titles-set"]


@pytest.mark.parametrize(
    "text", ['<?xml version="1.0"?>\n<akomaNtoso/>', "\n<!DOCTYPE html><p>One.", "{\\rtf1 One.}"]
)
def test_tags_do_not_become_the_words_of_clauses(text: str) -> None:
    with pytest.raises(NotPlainText):
        read_file(text.encode(), "law.akn.xml")
    assert read_file(b"1. <xml> is a tag.", "a.txt").clauses


def test_the_initiative_has_fifteen_paragraphs(session: Session, now: dt.datetime, shared_data: Path) -> None:
    data = (shared_data / "norms" / "global-ai-governance-initiative.en.md").read_bytes()
    norm = new(session, now)
    import_texts(session, EDITOR, norm, {"en": read_file(data, "initiative.md")}, now=now)
    found = draft_of(session, norm)
    assert [clause.label for clause in found] == [str(n) for n in range(1, 16)]
    paragraphs = [part for part in data.decode().strip().split("\n\n") if not part.startswith("#")]
    assert [clause.texts[0].text for clause in found] == paragraphs
    assert norm.titles["en"] == "Global AI Governance Initiative"


def test_the_universal_declaration_stands_in_six_languages(
    session: Session, now: dt.datetime, shared_data: Path
) -> None:
    norm = new(session, now, authentic_languages=list(SIX))
    readings = {code: read_file(declaration(shared_data, code), "udhr.md") for code in SIX}
    import_texts(session, EDITOR, norm, readings, now=now)
    found = draft_of(session, norm)
    assert [clause.label for clause in found] == ["PP1", *(str(n) for n in range(1, 31))]
    assert all(len(clause.texts) == 6 for clause in found)
    assert found[3].texts[-1].language == "zh"
    assert found[3].texts[-1].text.startswith("人人有权享有生命")


def test_the_sdg_targets_stand_in_all_twenty_six_languages(
    session: Session, now: dt.datetime, shared_data: Path
) -> None:
    files = targets(shared_data)
    norm = create(
        session,
        SYSTEM,
        slug="sdg",
        titles={"en": "SDG targets"},
        authentic_languages=list(SIX),
        now=now,
    )
    readings = {code: read_file(data, "sdg.txt") for code, data in files.items()}
    import_texts(session, SYSTEM, norm, {code: readings.pop(code) for code in SIX}, now=now)
    import_texts(session, SYSTEM, norm, readings, now=now)
    found = draft_of(session, norm)
    assert len(found) == 169
    assert len(norm.languages) == 26
    stored = {(clause.label, t.language): t.text for clause in found for t in clause.texts}
    expected = read_targets(shared_data)
    assert stored.keys() == expected.keys()
    for key, original in expected.items():
        cleaned = original.replace("\x84", "„").replace("\x93", "“")
        assert stored[key] == unicodedata.normalize("NFC", " ".join(cleaned.split()))
