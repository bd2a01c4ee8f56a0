"""A small world for the access matrix: one norm with something of everything, and one person of each kind."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from flask import Flask, url_for
from flask_migrate import upgrade
from sqlalchemy.orm import Session

from app import create_app
from app.accounts import sign_ins
from app.authority.actor import SYSTEM, MandateRole, Role
from app.compilation.models import Compilation, CompilationItem
from app.compilation.order_keys import nth
from app.consensus import service as consensus
from app.consensus.input_queries import roll
from app.discussion import moderation
from app.discussion import service as discussion
from app.discussion.models import ChangeOperation, CommentKind, Decision, RebasedChange, Rebasing
from app.discussion.submissions import Submission
from app.foundation.jobs import Job, JobState
from app.foundation.versions import version_of
from app.internal_drafts import service as internal_drafts
from app.internal_drafts.models import ContributionKind
from app.kernel.extensions import db
from app.lifecycle import requested_steps
from app.lifecycle.models import Determination, DeterminationOutcome
from app.norms.models import Norm
from app.norms.queries import clauses, draft_seen
from app.norms.seen import seen_in
from app.norms.stages import Stage
from app.positions import service as positions
from app.positions.models import Objection, Reservation, Stance
from app.publication import queries as publications
from app.publication.models import Publication
from app.reading_aids import reasons
from app.reading_aids import service as reading_aids
from app.reading_aids.models import AidKind, Bearing
from app.reading_aids.wording import AidWords
from app.triage import answer_templates, grouping
from config import Config
from tests.access import PEOPLE, Row
from tests.conftest import NOW, StoppedClock, forget
from tests.factories import Make

SEATS = {role.value: role for role in Role}


@dataclass
class World:
    """An application on a database that is laid again for each request."""

    app: Flask
    template: Path
    database: Path
    tokens: dict[str, str]
    names: dict[str, str]
    laid: tuple[str, int] | None = None  #: the stage, and how much of the log of what is written

    def ask(self, person: str, endpoint: str, row: Row) -> int:
        """The status of one person's request to one route."""
        self.lay(row.stage)
        client = self.app.test_client()
        if person in self.tokens:
            with client.session_transaction() as cookie:
                cookie["_user_id"] = self.tokens[person]
        filled = {name: self.named(value) for name, value in row.args.items()}
        form = {name: self.named(value) for name, value in row.form.items()}
        rule = next(iter(self.app.url_map.iter_rules(endpoint)))
        with self.app.test_request_context("/en/"):
            address = url_for(endpoint, **filled)
        method = "GET" if "GET" in (rule.methods or ()) else next(iter((rule.methods or set()) - {"OPTIONS"}))
        response = client.open(address, method=method, data=form if method == "POST" else None)
        response.close()
        return response.status_code

    def named(self, value: str) -> str:
        """``value``, or what it names where it is the name of one of the world's things, as "{slug}"."""
        return self.names.get(value[1:-1], value) if value.startswith("{") else value

    def lay(self, stage: str) -> None:
        """Lay the database anew, unless the last request wrote nothing and it lies there already."""
        if self.laid == (stage, self.written()):
            return
        forget(self.app)
        with self.app.app_context():
            db.engine.dispose()
            for leftover in self.database.parent.glob(f"{self.database.name}*"):
                leftover.unlink()
            shutil.copy(self.template, self.database)
            if stage != "consultation":
                db.session.execute(sa.update(Norm).values(stage=stage))
                db.session.commit()
        self.laid = stage, self.written()

    def written(self) -> int:
        """Bytes of SQLite's write-ahead log, which is there from the first write on and only grows."""
        log = self.database.with_name(f"{self.database.name}-wal")
        return log.stat().st_size if log.exists() else 0


def build(folder: Path) -> World:
    config = Config(data_dir=folder / "var", secret_key="a secret for tests only")
    config.data_dir.mkdir()
    app = create_app(config, clock=StoppedClock(NOW), wait=lambda: None)
    app.testing = True
    app.config["WTF_CSRF_ENABLED"] = False  # the CSRF test has a loop of its own over every route
    template, database = folder / "template.db", config.data_dir / "concord.db"
    with app.app_context():
        upgrade()
        tokens, names = furnish(Make(db.session(), NOW))
        db.session.commit()
        db.engine.dispose()
    with sa.create_engine(f"sqlite:///{database}").connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(database, template)
    return World(app, template, database, tokens, names)


def furnish(make: Make, *, is_published: bool = True) -> tuple[dict[str, str], dict[str, str]]:
    """One of everything; the sign-in tokens of the people, and the names rows may use."""
    session = make.session
    norm = make.norm("Everybody has a say.", "States share what they learn.", slug="norm")
    entity = make.stakeholder("Ministry")
    people = {person: make.user(person) for person in PEOPLE if person != "visitor"}
    held = make.mandate(people["contact"], entity)
    make.mandate(people["reviewer"], entity, MandateRole.REVIEWER)
    for person, role in SEATS.items():
        make.seat(people[person], role, norm)
    people["administrator"].is_administrator = True
    contact, first = make.actor(people["contact"]), clauses(session, norm.current_draft_id or 0)[0]
    words = {"language": "en", "read_language": "en", "seen": seen_in(first, "en")}
    shared = {"stakeholder_id": entity.id, "now": NOW, **words}
    asked = Submission(entity.id, "Why?", **words, kind=CommentKind.QUESTION)
    comment = discussion.comment(session, contact, norm, asked, clause=first, now=NOW)
    change = discussion.propose(
        session,
        contact,
        norm,
        Submission(entity.id, "Shorter.", **words),
        clause=first,
        operation=ChangeOperation.REPLACE,
        wording="All have a say.",
        now=NOW,
    )
    session.add(
        RebasedChange(
            comment_id=change.id,
            draft_id=first.draft_id,
            clause_id=first.id,
            outcome=Rebasing.RETURNED,
            rebased_at=NOW,
        )
    )
    editor = make.actor(people["editor"])
    moderation.dispose(
        session,
        editor,
        norm,
        change,
        seen=change.version,
        version=0,
        decision=Decision.ACCEPTED,
        reason="Seen.",
        language="en",
        now=NOW,
    )
    kept = answer_templates.add(
        session, editor, norm, title="Seen", language="en", decision=Decision.NOTED, reason="Seen.", now=NOW
    )
    drafted = internal_drafts.draft(
        session, make.actor(people["reviewer"]), norm, clause=first, stakeholder_id=entity.id, now=NOW,
        kind=ContributionKind.COMMENT,
        fields={"body": "Who?"} | {name: str(one) for name, one in words.items()},
    )  # fmt: skip
    note = reading_aids.add(
        session, editor, norm, kind=AidKind.NOTE, clause=first, words=AidWords("en", "All speak."), now=NOW
    )
    moderator = make.actor(people["moderator"])
    reason = reasons.choose(session, moderator, norm, change, bearing=Bearing.FOR, words="", now=NOW)
    bundle = grouping.form(session, editor, norm, [comment.number, change.number], now=NOW)
    positions.state(session, contact, norm, first, stance=Stance.OBJECT, reason="Unclear.", **shared)
    objection = session.scalars(sa.select(Objection)).one()
    reservation = Reservation(
        norm_id=norm.id, provision_id=first.provision_id, stakeholder_id=entity.id, text="Not this.",
        language="en", text_digest=first.text_digest, stated_at=NOW,
    )  # fmt: skip
    session.add(reservation)
    session.flush()
    asked = requested_steps.ask(session, make.actor(people["chair"]), norm, Stage.COMPILATION, {}, now=NOW)
    requested_steps.end(session, asked.id, requested_steps.Lapsed(), now=NOW)
    entry = begin_compilation(make, norm)
    if is_published:
        publish(make, norm, people["publisher"].id)
    tokens = {name: sign_ins.begin(session, user, now=NOW) for name, user in people.items()}
    return tokens, {
        "slug": norm.slug,
        "code": first.provision.code,
        "comment": str(comment.number),
        "change": str(change.number),
        "objection": str(objection.id),
        "position": str(objection.position_id),
        "stood": f"{objection.id}.{objection.position_id}.open",
        "seen": str(words["seen"]),
        "draft_seen": str(draft_seen(session, norm.current_draft_id)),
        "reservation": str(reservation.id),
        "stakeholder": str(entity.id),
        "contribution": str(drafted.id),
        "drafted": f"{drafted.id}.{drafted.version}",
        "mandate": str(held.id),
        "entry": str(entry.id),
        "other_entry": str(entry.id + 1),
        "publication": "1",
        "asked": str(asked.id),
        "group": str(bundle.number),
        "template": str(kept.id),
        "template_version": version_of(kept.fields),
        "name_version": version_of({"name": entity.name}),
        "evidence_version": version_of({"evidence": entity.evidence}),
        "aid": str(note.id),
        "reason": str(reason.id),
        "moderator": str(people["moderator"].id),
        "failed": str(failed_mail(session)),
    }


def failed_mail(session: Session) -> int:
    """A job that was given up."""
    job = Job(kind="mail", payload={}, state=JobState.FAILED, created_at=NOW, due_at=NOW, done_at=NOW)
    session.add(job)
    session.flush()
    return job.id


def begin_compilation(make: Make, norm: Norm) -> CompilationItem:
    compilation = Compilation(norm_id=norm.id, base_draft_id=norm.current_draft_id, started_at=NOW)
    make.session.add(compilation)
    make.session.flush()
    entries = [
        CompilationItem(
            compilation_id=compilation.id,
            provision_id=clause.provision_id,
            place=nth(clause.place),
            label=clause.label,
            kind=clause.kind,
        )
        for clause in clauses(make.session, norm.current_draft_id or 0)
    ]
    make.session.add_all(entries)
    make.session.flush()
    return entries[0]


def publish(make: Make, norm: Norm, publisher: int) -> None:
    session = make.session
    assessment = consensus.assess(session, SYSTEM, norm, now=NOW)
    stated = Determination(
        norm_id=norm.id,
        draft_id=norm.current_draft_id,
        outcome=DeterminationOutcome.CONSENSUS,
        texts={"en": "Agreed."},
        reasons={},
        despite=[],
        stated_by=publisher,
        stated_at=NOW,
    )
    summary = publications.summary(session, norm, assessment, stated, roll(session, norm), number=1, now=NOW)
    session.add(
        Publication(
            norm_id=norm.id,
            number=1,
            draft_id=norm.current_draft_id,
            assessment_id=assessment.id,
            summary=summary,
            package_digest="sha256:" + "0" * 64,
            public_key="0" * 64,
            published_by=publisher,
            published_at=NOW,
        )
    )
    session.flush()
