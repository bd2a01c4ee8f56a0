"""What texts mean: vectors kept by a job, and comments found by them in every language."""

import datetime as dt
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.foundation.jobs import Job, JobState
from app.norms.models import Norm
from app.triage import embedding_jobs, embeddings
from app.triage.embeddings import Floats
from app.triage.models import TextVector
from app.triage.queries import nearest
from app.worker import similarity as commands
from app.worker.loop import HANDLERS, work_off
from tests.discussion.saying import remark, rows
from tests.factories import Make
from tests.positions.saying import clause_of

MATTERS = {"child": 0, "enfant": 0, "water": 1, "eau": 1}


class ByMatter:
    """A stand-in for a model: a text is about children, about water, or about itself."""

    name = "by-matter"

    def encode(self, texts: Sequence[str]) -> Floats:
        points = np.zeros((len(texts), 8), dtype=np.float32)
        for point, text in zip(points, texts, strict=True):
            about = [place for word, place in MATTERS.items() if word in text.lower()]
            point[about or [2 + len(text) % 5]] = 1
            point[7] = 3  # what all texts share
        return points / np.linalg.norm(points, axis=1, keepdims=True)


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Iterator[ByMatter]:
    encoder = ByMatter()
    monkeypatch.setattr(embeddings, "installed", lambda: encoder)
    yield encoder


@pytest.fixture(autouse=True)
def inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def norm(session: Session, make: Make, now: dt.datetime) -> Norm:
    """On clause 1: c1 and c2 on children, c3 and c4 on water, in English and French; c5 repeats c1."""
    norm = make.norm("One.", slug="s")
    for body, language in (
        ("Children first!", "en"),
        ("Et les enfants ?", "fr"),
        ("Save water.", "en"),
        ("Sauvez l'eau.", "fr"),
        ("CHILDREN  first!", "en"),
    ):
        remark(session, norm, clause_of(session, norm, 1), make.speaker(), body, language=language, now=now)
    session.commit()
    return norm


def found(session: Session, norm: Norm, text: str, language: str) -> list[int]:
    near = nearest(session, norm, clause_of(session, norm, 1).provision_id, text, language)
    return [one.comment.number for one in near]


def kept(session: Session) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(TextVector)) or 0


def test_the_job_keeps_a_vector_for_the_same_words_once(
    session: Session, norm: Norm, model: ByMatter
) -> None:
    assert commands.compute_vectors() == 4
    session.rollback()
    assert kept(session) == 4
    assert embedding_jobs.lacking(session, model.name, limit=9) == []
    assert commands.compute_vectors() == 0


def test_the_job_goes_on_where_it_was_broken_off(
    session: Session, norm: Norm, model: ByMatter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding_jobs, "BATCH", 1)
    assert commands.compute_vectors(most=2) == 2
    session.rollback()
    assert [number for number, _, _ in embedding_jobs.lacking(session, model.name, limit=9)] == [
        said.id for said in rows(session)[2:4]
    ]
    commands.compute_vectors()
    session.rollback()
    assert kept(session) == 4


def test_the_worker_is_asked_once_and_only_where_there_is_a_model(
    session: Session, norm: Norm, model: ByMatter, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        commands.see_what_lacks_vectors()
    session.rollback()
    assert session.scalars(sa.select(Job.kind)).all() == [embedding_jobs.VECTORS]
    assert work_off(HANDLERS) == 1
    commands.see_what_lacks_vectors()
    session.rollback()
    assert session.scalars(sa.select(Job.state)).all() == [JobState.DONE] and kept(session) == 4
    monkeypatch.setattr(embeddings, "installed", lambda: None)
    session.execute(sa.delete(TextVector))
    session.commit()
    commands.see_what_lacks_vectors()
    session.rollback()
    assert len(session.scalars(sa.select(Job.id)).all()) == 1


def test_comments_are_found_in_other_languages_once_their_vectors_are_there(
    session: Session, norm: Norm, model: ByMatter
) -> None:
    assert found(session, norm, "About an infant or a child", "en") == []
    commands.compute_vectors()
    session.rollback()
    assert set(found(session, norm, "About an infant or a child", "en")) == {1, 2, 5}
    assert set(found(session, norm, "De l'eau ?", "fr")) == {3, 4}


def test_vectors_of_another_model_are_not_compared(session: Session, norm: Norm, model: ByMatter) -> None:
    commands.compute_vectors()
    session.rollback()
    session.execute(sa.update(TextVector).values(model="another"))
    assert found(session, norm, "About an infant or a child", "en") == []


def test_what_a_language_has_in_common_is_taken_off() -> None:
    base = np.eye(8, dtype=np.float32)
    english, french, children, water = base[:4]
    rows = [english + 0.4 * children, english + 0.4 * water, french + 0.4 * children, french + 0.4 * water]
    points = np.vstack([row / np.linalg.norm(row) for row in rows * 20]).astype(np.float32)
    languages = ["en", "en", "fr", "fr"] * 20
    same, other, translated, other_translated = embeddings.likeness(points[0], "en", points, languages)[:4]
    assert same == pytest.approx(1, abs=0.01) and translated > 0.7 > 0.3 > max(other, other_translated)


def test_a_vector_survives_being_kept() -> None:
    vector = np.array([0.5, -0.25, 0.125], dtype=np.float32)
    assert embeddings.unpacked([embeddings.packed(vector)] * 2).tolist() == [vector.tolist()] * 2
    assert embeddings.unpacked([]).shape == (0, 0)
    assert embeddings.likeness(vector, "en", embeddings.unpacked([]), []).shape == (0,)
