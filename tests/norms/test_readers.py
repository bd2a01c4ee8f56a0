"""A norm in preparation can be closed to the public; opening the consultation opens it to everybody."""

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.audit.models import AuditEntry
from app.authority.actor import Role
from app.authority.grants import NotTaken
from app.foundation.errors import NotAllowed
from app.lifecycle.service import step
from app.norms import queries, service
from app.norms.models import Norm
from app.norms.stages import Stage
from tests.browser import Browser
from tests.factories import Make

PAGES = ("", "drafts/1/", "provisions/p1/", "steps/", "rules/", "translations/")


@pytest.fixture
def quiet(make: Make) -> Norm:
    return make.norm("Everybody has a say.", slug="quiet", stage=Stage.PREPARATION)


def test_only_the_table_reads_a_closed_norm(
    client: FlaskClient,
    session: Session,
    make: Make,
    quiet: Norm,
    sign_in: Callable[[User], str],
    now: dt.datetime,
) -> None:
    editor, elsewhere = make.user(), make.user()
    make.seat(editor, Role.EDITOR, quiet)
    make.seat(elsewhere, Role.EDITOR, make.norm(slug="other"))
    service.set_readers(session, make.actor(editor), quiet, is_public=False, now=now)
    session.commit()
    addresses = [f"/en/norms/quiet/{page}" for page in PAGES] + ["/api/v1/norms/quiet"]
    for person, status in ((None, 404), (elsewhere, 404), (editor, 200)):
        if person is not None:
            sign_in(person)
        found = {address: client.get(address).status_code for address in addresses if "api" not in address}
        assert set(found.values()) == {status}, found
        assert ("Norm quiet" in client.get("/en/norms/").text) == (status == 200)
    assert client.get("/api/v1/norms/quiet").status_code == 404
    assert "closed to the public" in client.get("/en/norms/quiet/").text


def test_who_prepares_the_norm_says_who_reads_it(
    session: Session, make: Make, quiet: Norm, now: dt.datetime
) -> None:
    for role in (Role.EDITOR, Role.CHAIR):
        actor = make.seated(role, quiet)
        for is_public in (False, False, True):
            service.set_readers(session, actor, quiet, is_public=is_public, now=now)
            assert quiet.is_public is is_public
    acts = session.scalars(sa.select(AuditEntry.act).where(AuditEntry.norm == "quiet")).all()
    assert acts == ["norm-closed", "norm-made-public"] * 2
    for stranger in (make.seated(Role.TRANSLATOR, quiet), make.seated(Role.EDITOR, make.norm())):
        with pytest.raises(NotAllowed):
            service.set_readers(session, stranger, quiet, is_public=False, now=now)


def test_opening_the_consultation_opens_the_norm_to_everybody(
    session: Session, make: Make, quiet: Norm, now: dt.datetime
) -> None:
    chair = make.seated(Role.CHAIR, quiet)
    service.set_readers(session, chair, quiet, is_public=False, now=now)
    step(session, chair, quiet, Stage.CONSULTATION, closes_at=now + dt.timedelta(days=40), now=now)
    assert quiet.is_public
    with pytest.raises(NotTaken):
        service.set_readers(session, chair, quiet, is_public=False, now=now)


def test_each_person_is_listed_what_they_may_read(session: Session, make: Make, quiet: Norm) -> None:
    quiet.is_public = False
    other = make.norm(slug="other", is_public=False)
    shown = make.norm(slug="shown")
    everywhere, administrator = make.user(), make.user(is_administrator=True)
    make.seat(everywhere, Role.MODERATOR)

    def listed(user: User) -> set[str]:
        return {norm.slug for norm in queries.readable_norms(session, make.actor(user))}

    editor = make.user()
    make.seat(editor, Role.EDITOR, quiet)
    assert listed(editor) == {"quiet", "shown"}
    assert listed(everywhere) == listed(administrator) == {"quiet", "other", "shown"}
    assert listed(make.user()) == {norm.slug for norm in queries.public_norms(session)} == {"shown"}
    assert {other.slug, shown.slug} == {"other", "shown"}


def test_the_page_closes_and_opens(
    browser: Browser, session: Session, make: Make, quiet: Norm, sign_in: Callable[[User], str]
) -> None:
    editor = make.user()
    make.seat(editor, Role.EDITOR, quiet)
    sign_in(editor)
    browser.get("/en/norms/quiet/steps/")
    for is_public in (False, True):
        answer = browser.post("/en/norms/quiet/readers/", is_public=str(is_public).lower())
        assert answer.status_code == 303
        session.rollback()
        session.refresh(quiet)
        assert quiet.is_public is is_public


def test_a_norm_is_closed_from_its_import_on(runner: FlaskCliRunner, session: Session, tmp_path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "norm.md"
    file.write_text("# A norm\n\n1. Everybody has a say.\n")
    result = runner.invoke(
        args=["norm", "import", str(file), "--slug", "quiet", "--language", "en", "--closed"]
    )
    assert result.exit_code == 0, result.output
    assert session.scalars(sa.select(Norm.is_public)).all() == [False]
