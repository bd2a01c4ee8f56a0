"""Store the database of a release: the world of the access matrix, the demonstration, rows of the rest.

Run it when a release is made, as CONTRIBUTING says: ``.venv/bin/python -m tests.stored.making``.
"""

import datetime as dt
import tempfile
import tomllib
from pathlib import Path

import sqlalchemy as sa
from alembic.migration import MigrationContext
from flask_migrate import upgrade
from sqlalchemy.orm import Session

from app import create_app
from app.accounts.models import ApiToken, Purpose, Scope, Token, Tries
from app.audit.models import AuditEntry
from app.audit.service import record
from app.authority.actor import SYSTEM
from app.compilation.models import CompilationItem, WorkingNote
from app.consensus.models import SetAside, SetAsideStakeholder
from app.demo import load
from app.discussion.models import Comment, CommentVersion, SpeechForm, UnsentComment
from app.internal_drafts.models import ContributionVersion, InternalDraft
from app.kernel.extensions import db
from app.lifecycle.models import Override
from app.norms.models import (
    ClauseText,
    ClauseTextVersion,
    Descent,
    Norm,
    Provision,
    ProvisionLineage,
    TextStatus,
)
from app.norms.stages import Stage
from app.notices.models import Follow, Mentioned, Notice, NoticeMark
from app.positions.models import Explanation, Position
from app.representation.models import CountryOverride
from app.translation.models import Corrigendum
from app.triage.models import Assignment, CopiesFound, TextVector
from config import Config
from tests.access.world import furnish
from tests.conftest import NOW, StoppedClock
from tests.factories import Make
from tests.house.laws import ROOT
from tests.stored import keep, path_of

DIGEST = bytes(32)
LATER = NOW + dt.timedelta(days=1)


def make_database(data_dir: Path) -> None:
    """Lay out a database at the head of the migrations and store it under the version to be released."""
    stored = path_of(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"])
    app = create_app(Config(data_dir=data_dir, secret_key="of no server"), clock=StoppedClock(NOW))
    data_dir.mkdir(exist_ok=True)
    with app.app_context():
        upgrade()
        session = db.session()
        furnish(Make(session, NOW), is_published=False)
        fill_the_rest(session)
        record(session, SYSTEM, "restored", "record", now=NOW)  # it binds them
        session.commit()
        with app.test_request_context():
            load(session, NOW)
        session.commit()
        engine = db.engine
        with engine.connect() as connection:
            revision = MigrationContext.configure(connection).get_current_revision() or ""
        keep(engine, revision, data_dir, stored)
        engine.dispose()
    print(f"{stored.name}: revision {revision}, {stored.stat().st_size} bytes")


def fill_the_rest(session: Session) -> None:
    """Rows of the tables that neither the world nor the demonstration fills."""
    norm = session.scalars(sa.select(Norm)).one()
    comment = session.scalars(sa.select(Comment).order_by(Comment.id)).first()
    drafted = session.scalars(sa.select(InternalDraft)).one()
    position = session.scalars(sa.select(Position)).one()
    provisions = session.scalars(sa.select(Provision).order_by(Provision.id)).all()
    text = session.scalars(sa.select(ClauseText).order_by(ClauseText.id)).first()
    entry = session.scalars(sa.select(CompilationItem).order_by(CompilationItem.id)).first()
    act = session.scalar(sa.select(sa.func.max(AuditEntry.number))) or 0
    assert comment and text and entry and comment.author_id and norm.current_draft_id
    person, holder, draft = comment.author_id, comment.stakeholder_id, norm.current_draft_id
    of_norm = {"norm_id": norm.id}
    session.add_all(
        [
            Token(user_id=person, purpose=Purpose.RESET, digest=DIGEST, created_at=NOW, expires_at=LATER),
            ApiToken(user_id=person, name="A program", digest=DIGEST, scope=Scope.READ, created_at=NOW,
                     expires_at=LATER),
            Tries(bucket="sign-in/of-nobody", window_ends_at=LATER, count=3),
            Assignment(comment_id=comment.id, user_id=person, assigned_at=NOW),
            CopiesFound(**of_norm, groups=[["p1", [1, 2]]], found_at=NOW),
            TextVector(words_digest=bytes(16), model="none", vector=bytes(8)),
            CountryOverride(iso2="KE", facts={"population": 1}, reason="A test.", changed_at=NOW),
            Follow(user_id=person, provision_id=provisions[1].id, is_on=True),
            NoticeMark(id=1, through=act),
            Notice(number=act, act="commented", at=NOW, **of_norm, provision_id=comment.provision_id,
                   comment_id=comment.id, user_id=person, stakeholder_id=holder),
            UnsentComment(user_id=person, **of_norm, provision_id=provisions[0].id, parent_id=comment.id,
                          form=SpeechForm.COMMENT, place="p1", fields={"body": "Begun"}, updated_at=NOW),
            WorkingNote(user_id=person, entry_id=entry.id, version=1, language="en", text="Begun",
                        kept_at=NOW),
            ContributionVersion(contribution_id=drafted.id, version=1, content={"body": "Before"},
                                edited_by=person, edited_at=NOW),
            CommentVersion(comment_id=comment.id, version=1, body="Before", language="en", quote="",
                           was_shown=True, edited_by=person, edited_at=NOW),
            ClauseTextVersion(clause_id=text.clause_id, language=text.language, version=1, text="Avant",
                              digest=DIGEST, status=TextStatus.DRAFT, replaced_by=person, replaced_at=NOW),
            Corrigendum(**of_norm, number=1, clause_id=text.clause_id, language=text.language,
                        before="Avant", after="Après", reason="A slip.", reason_language="en",
                        made_by=person, made_at=NOW),
            ProvisionLineage(draft_id=draft, from_id=provisions[0].id, to_id=provisions[1].id,
                             kind=Descent.SPLIT),
            Override(**of_norm, draft_id=draft, left=Stage.PREPARATION, to=Stage.CONSULTATION,
                     reason="Enough.", language="en", missing=[], taken_by="person-1", taken_at=NOW),
            Explanation(draft_id=draft, stakeholder_id=holder, text="Why.", language="en", stated_at=NOW),
        ]
    )  # fmt: skip
    aside = SetAside(**of_norm, detector="bursts", reason="One hand.", language="en", decided_by=person,
                     decided_at=NOW)  # fmt: skip
    session.add(aside)
    session.flush()
    session.add_all(
        [
            SetAsideStakeholder(set_aside_id=aside.id, stakeholder_id=position.stakeholder_id),
            Mentioned(number=act, stakeholder_id=holder),
        ]
    )
    session.flush()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        make_database(Path(folder) / "var")
