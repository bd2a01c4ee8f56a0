"""An editor's act and the opening of the draft at the same moment: what is saved is in the draft."""

import datetime as dt
import threading
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.authority.actor import Actor, Role
from app.compilation import queries
from app.compilation import service as merging
from app.compilation.models import CompilationItem
from app.compilation.opening import open_draft
from app.foundation.database import unit_of_work
from app.foundation.errors import AppError
from app.norms import queries as norms
from app.norms.models import Norm
from tests.compilation.opened import FIRST, Course, course
from tests.factories import Make

SHALL = FIRST.replace("should", "shall")
PATIENCE = 0.5  #: seconds for the other to get as far as they can


@pytest.fixture
def way(session: Session, make: Make, now: dt.datetime) -> Iterator[Course]:
    found = course(session, make, now)
    found.compile()
    session.commit()
    yield found
    session.rollback()


class Other:
    """A person who acts in a session and thread of their own."""

    def __init__(self, engine: sa.Engine, slug: str, act: Callable[[Session, Norm], None]) -> None:
        self.outcome = ""
        self._given = (engine, slug, act)
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        self._thread.join(PATIENCE)

    def _run(self) -> None:
        engine, slug, act = self._given
        with Session(engine, expire_on_commit=False) as own:
            try:
                with unit_of_work(own):
                    norm = norms.norm_by_slug(own, slug)
                    assert norm is not None
                    act(own, norm)
                self.outcome = "done"
            except AppError as refusal:
                self.outcome = refusal.code

    def ended(self) -> str:
        self._thread.join()
        return self.outcome


def edit(session: Session, norm: Norm, editor: Actor, number: int, now: dt.datetime) -> None:
    entry = session.get_one(CompilationItem, number)
    merging.edit(
        session, editor, norm, entry, language="en", text=SHALL, motive="To be clear.",
        version=entry.version, now=now,
    )  # fmt: skip


def test_an_edit_that_comes_while_the_draft_is_opened_is_refused(way: Course, engine: sa.Engine) -> None:
    chair, number = way.make.seated(Role.CHAIR, way.norm), way.entry("p1").id
    way.session.commit()
    with unit_of_work(way.session):
        open_draft(way.session, chair, way.norm, now=way.now)
        other = Other(engine, way.norm.slug, lambda own, norm: edit(own, norm, way.editor, number, way.now))
    assert other.ended() == "no-compilation"


def test_an_edit_that_was_first_is_in_the_draft(way: Course, engine: sa.Engine) -> None:
    chair, number = way.make.seated(Role.CHAIR, way.norm), way.entry("p1").id
    way.session.commit()

    def opened(own: Session, norm: Norm) -> None:
        compilation = queries.compilation_of(own, norm)
        assert compilation is not None
        queries.entries(own, compilation)  # as the guards look at them before
        open_draft(own, chair, norm, now=way.now)

    with unit_of_work(way.session):
        edit(way.session, way.norm, way.editor, number, way.now)
        other = Other(engine, way.norm.slug, opened)
    assert other.ended() == "done"
    way.session.expire_all()
    clause = norms.clause_of(way.session, way.norm.current_draft_id or 0, "p1")
    assert clause is not None
    assert clause.texts[0].text == SHALL
