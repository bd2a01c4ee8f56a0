"""What a stage permits is refused to whoever sends it while a step ends that stage, verb by verb."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.authority.actor import SYSTEM, Actor, Role
from app.authority.grants import NotTaken
from app.compilation import queries as bench
from app.compilation import service as merging
from app.consensus import exclusions
from app.discussion import backing, editing
from app.discussion import service as discussion
from app.discussion.models import Comment, Side
from app.discussion.sheets import service as sheets
from app.discussion.sheets.columns import Column
from app.discussion.sheets.row_model import SheetRow
from app.foundation.database import unit_of_work
from app.foundation.locking import Hold
from app.importing import service as intake
from app.importing.csv_rows import CsvRow as Line
from app.importing.records import Taking
from app.internal_drafts import endorsing
from app.internal_drafts import service as internal_drafts
from app.internal_drafts.models import ContributionKind, InternalDraft
from app.lifecycle import service as lifecycle
from app.norms import service as norms
from app.norms import text_import as importing
from app.norms.locking import lock
from app.norms.models import ClauseKind, Norm
from app.norms.queries import draft_seen
from app.norms.readers.blocks import Format
from app.norms.readers.reading import read_text
from app.norms.rules import Rules
from app.norms.seen import seen_in
from app.norms.stages import Stage
from app.positions import explanations_of_position, reservations
from app.positions import service as positions
from app.positions.models import Reservation, Stance
from app.reading_aids import service as aids
from app.reading_aids.models import AidKind, ReadingAid
from app.reading_aids.wording import AidWords
from app.stakeholders.models import Category, Stakeholder
from tests.discussion.saying import proposal, remark
from tests.factories import Make
from tests.moments import Meanwhile
from tests.positions.saying import clause_of, next_draft, say
from tests.seen import token

TWO = ("Everybody has a say.", "States share what they learn.")
TONGUES = {"language": "en", "read_language": "en", "seen": token(en=TWO[0])}


@dataclass
class Table:
    """A norm at a stage, and who acts on it. An act looks everything up again in a session of its own."""

    session: Session
    make: Make
    norm_id: int
    kenya: tuple[Actor, Stakeholder]
    chile: tuple[Actor, Stakeholder]
    seated: dict[Role, Actor]
    now: dt.datetime

    def here(self, own: Session) -> Norm:
        return own.get_one(Norm, self.norm_id)

    @property
    def norm(self) -> Norm:
        return self.here(self.session)


Act = Callable[[Session, Table], object]
Acts = list[tuple[Stage, Act]]
VERBS: Acts = []


def verb(stage: Stage) -> Callable[[Act], Act]:
    """An act that the stage permits; ``PREPARED`` says what makes that on which it acts."""

    def keep(act: Act) -> Act:
        VERBS.append((stage, act))
        return act

    return keep


def position(table: Table) -> None:
    norm = table.norm
    say(table.session, norm, clause_of(table.session, norm, 1), table.kenya, Stance.SUPPORT, now=table.now)


def outdated_position(table: Table) -> None:
    position(table)
    next_draft(table.make, table.norm, "Everybody has a say, always.", TWO[1])


def comment(table: Table) -> None:
    norm = table.norm
    remark(table.session, norm, clause_of(table.session, norm, 1), table.kenya, now=table.now)


def question(table: Table) -> None:
    norm = table.norm
    comment(table)
    aids.add(
        table.session, table.seated[Role.EDITOR], norm, kind=AidKind.QUESTION,
        clause=clause_of(table.session, norm, 1), words=AidWords("en", "Who decides?"), now=table.now,
    )  # fmt: skip


def contribution(table: Table) -> None:
    fields = {"kind": "technical", "body": "Say who decides.", "quote": ""}
    internal_drafts.draft(
        table.session, table.kenya[0], table.norm, clause=clause_of(table.session, table.norm, 1),
        stakeholder_id=table.kenya[1].id, kind=ContributionKind.COMMENT, fields=fields | TONGUES,
        now=table.now,
    )  # fmt: skip


def reservation(table: Table) -> None:
    reserve(table.session, table)


def compilation(table: Table) -> None:
    merging.start(table.session, table.seated[Role.CHAIR], table.norm, now=table.now)


@verb(Stage.CONSULTATION)
@verb(Stage.CONSENSUS_CALL)
def state(own: Session, table: Table) -> object:
    norm = table.here(own)
    return say(own, norm, clause_of(own, norm, 1), table.kenya, Stance.SUPPORT, now=table.now)


@verb(Stage.CONSULTATION)
def reaffirm(own: Session, table: Table) -> object:
    clause = clause_of(own, norm := table.here(own), 1)
    return positions.reaffirm(
        own, table.kenya[0], norm, clause, stakeholder_id=table.kenya[1].id, seen=seen_in(clause, "en"),
        read_language="en", now=table.now,
    )  # fmt: skip


@verb(Stage.CONSULTATION)
def comment_on_a_clause(own: Session, table: Table) -> object:
    norm = table.here(own)
    return remark(own, norm, clause_of(own, norm, 1), table.kenya, now=table.now)


@verb(Stage.CONSULTATION)
def reply(own: Session, table: Table) -> object:
    parent = own.scalars(sa.select(Comment)).one()
    return remark(own, table.here(own), None, table.chile, "I agree.", parent=parent, now=table.now)


@verb(Stage.CONSULTATION)
def propose(own: Session, table: Table) -> object:
    norm = table.here(own)
    return proposal(own, norm, clause_of(own, norm, 1), table.kenya, "All have a say.", now=table.now)


@verb(Stage.CONSULTATION)
def edit(own: Session, table: Table) -> object:
    said = own.scalars(sa.select(Comment)).one()
    return editing.edit(
        own, table.kenya[0], table.here(own), said, body="Other words.", language="en", version=said.version,
        now=table.now,
    )  # fmt: skip


@verb(Stage.CONSULTATION)
def withdraw(own: Session, table: Table) -> object:
    said = own.scalars(sa.select(Comment)).one()
    return discussion.withdraw(own, table.kenya[0], table.here(own), said, now=table.now)


@verb(Stage.CONSULTATION)
def back(own: Session, table: Table) -> object:
    said = own.scalars(sa.select(Comment)).one()
    return backing.back(
        own, table.chile[0], table.here(own), said, stakeholder_id=table.chile[1].id, side=Side.BACK,
        seen=said.version, now=table.now,
    )  # fmt: skip


@verb(Stage.CONSULTATION)
def answer_a_question(own: Session, table: Table) -> object:
    said, aid = own.scalars(sa.select(Comment)).one(), own.scalars(sa.select(ReadingAid)).one()
    return aids.answer(own, table.kenya[0], table.here(own), said, aid.id, now=table.now)


@verb(Stage.CONSULTATION)
def send_a_sheet(own: Session, table: Table) -> object:
    norm = table.here(own)
    row = SheetRow("1", {Column.CLAUSE: "1", Column.COMMENT: "Say who decides."})
    upload = sheets.Upload(table.kenya[1].id, norm.current_draft_id or 0, 1, [row], "en", False, "sha256:0")
    return sheets.take_in(own, table.kenya[0], norm, upload, now=table.now)


@verb(Stage.CONSULTATION)
def endorse(own: Session, table: Table) -> object:
    drafted = own.scalars(sa.select(InternalDraft)).one()
    return endorsing.endorse(own, table.kenya[0], drafted, seen_version=drafted.version, now=table.now)


@verb(Stage.CONSULTATION)
def import_positions(own: Session, table: Table) -> object:
    taking = Taking(Line("rows", 1, {}), "1", "Fiji", Category.GOVERNMENT, "FJ", Stance.SUPPORT)
    return intake.import_positions(
        own, SYSTEM, slug=table.here(own).slug, source=intake.Source("rows", "sha256:0"), positions=[taking],
        now=table.now,
    )  # fmt: skip


@verb(Stage.CONSENSUS_CALL)
def reserve(own: Session, table: Table) -> object:
    norm = table.here(own)
    return reservations.reserve(
        own, table.kenya[0], norm, clause_of(own, norm, 1), stakeholder_id=table.kenya[1].id,
        text="Not for us.", language="en", read_language="en", seen=seen_in(clause_of(own, norm, 1), "en"),
        now=table.now,
    )  # fmt: skip


@verb(Stage.CONSENSUS_CALL)
def take_back(own: Session, table: Table) -> object:
    made = own.scalars(sa.select(Reservation)).one()
    return reservations.take_back(own, table.kenya[0], table.here(own), made, now=table.now)


@verb(Stage.CONSENSUS_CALL)
@verb(Stage.ADOPTED)
def explain(own: Session, table: Table) -> object:
    return explanations_of_position.explain(
        own, table.kenya[0], table.here(own), stakeholder_id=table.kenya[1].id, text="We agree.",
        language="en", seen=draft_seen(own, table.here(own).current_draft_id), now=table.now,
    )  # fmt: skip


@verb(Stage.COMPILATION)
def work_on_the_next_draft(own: Session, table: Table) -> object:
    norm = table.here(own)
    entry = bench.entries(own, bench.compilation_of(own, norm))[0]
    return merging.edit(
        own, table.seated[Role.EDITOR], norm, entry, language="en", text="All have a say.",
        motive="Shorter.", version=entry.version, now=table.now,
    )  # fmt: skip


@verb(Stage.PREPARATION)
def edit_the_text(own: Session, table: Table) -> object:
    norm = table.here(own)
    return norms.edit_text(
        own, table.seated[Role.EDITOR], norm, clause_of(own, norm, 1), language="en", text="All speak.",
        now=table.now,
    )  # fmt: skip


@verb(Stage.PREPARATION)
def edit_a_clause(own: Session, table: Table) -> object:
    norm = table.here(own)
    return norms.edit_clause(
        own, table.seated[Role.EDITOR], norm, clause_of(own, norm, 1), label="I",
        kind=ClauseKind.PREAMBULAR, depth=0, now=table.now,
    )  # fmt: skip


@verb(Stage.PREPARATION)
def set_titles(own: Session, table: Table) -> object:
    return norms.set_titles(
        own, table.seated[Role.EDITOR], table.here(own), titles={"en": "Title"}, summaries={}, now=table.now
    )


@verb(Stage.PREPARATION)
def import_texts(own: Session, table: Table) -> object:
    reading = read_text("1. All speak.", Format.MARKDOWN)
    norm = table.here(own)
    return importing.import_texts(own, table.seated[Role.EDITOR], norm, {"en": reading}, now=table.now)


@verb(Stage.PREPARATION)
def edit_the_rules(own: Session, table: Table) -> object:
    return lifecycle.edit_rules(
        own,
        table.seated[Role.EDITOR],
        table.here(own),
        Rules(minimum_days=21).content(),
        version=1,
        now=table.now,
    )


PREPARED: dict[Act, Callable[[Table], None]] = {
    reaffirm: outdated_position,
    reply: comment,
    edit: comment,
    withdraw: comment,
    back: comment,
    answer_a_question: question,
    endorse: contribution,
    take_back: reservation,
    work_on_the_next_draft: compilation,
}


def at_table(session: Session, make: Make, stage: Stage) -> Table:
    norm = make.norm(*TWO, slug="s", stage=stage)
    roles = (Role.CHAIR, Role.EDITOR)
    seated = {role: make.seated(role, norm) for role in roles}
    kenya, chile = make.speaker(name="Kenya"), make.speaker(name="Chile", country="CL")
    return Table(session, make, norm.id, kenya, chile, seated, make.now)


@pytest.mark.parametrize(("stage", "act"), VERBS, ids=lambda one: getattr(one, "__name__", one))
def test_what_is_sent_while_a_step_ends_the_stage_is_refused(
    engine: sa.Engine, session: Session, make: Make, stage: Stage, act: Act
) -> None:
    table = at_table(session, make, stage)
    PREPARED.get(act, lambda _: None)(table)
    session.commit()
    with unit_of_work(session):
        lifecycle.step(session, table.seated[Role.CHAIR], table.norm, Stage.SUSPENDED, now=table.now)
        meanwhile = Meanwhile(engine, lambda own: act(own, table))
    assert isinstance(meanwhile.outcome(), NotTaken | intake.NotOpen)
    last = session.scalars(sa.select(AuditEntry.act).order_by(AuditEntry.number.desc())).first()
    assert last == "step-taken"


@pytest.mark.parametrize(("stage", "act"), VERBS, ids=lambda one: getattr(one, "__name__", one))
def test_the_same_is_taken_where_no_step_ends_the_stage(
    engine: sa.Engine, session: Session, make: Make, stage: Stage, act: Act
) -> None:
    table = at_table(session, make, stage)
    PREPARED.get(act, lambda _: None)(table)
    session.commit()
    with Session(engine) as own, unit_of_work(own):
        act(own, table)
    last = session.scalars(sa.select(AuditEntry.act).order_by(AuditEntry.number.desc())).first()
    assert last not in (None, "step-taken")


def test_those_who_act_inside_a_stage_do_not_wait_for_each_other_at_the_norm(
    engine: sa.Engine, session: Session, make: Make
) -> None:
    table = at_table(session, make, Stage.CONSULTATION)
    session.commit()
    if engine.dialect.name == "sqlite":
        return  # it has one writer
    with unit_of_work(session):
        lock(session, table.norm, Hold.IN_TURN)
        beside = Meanwhile(engine, lambda own: lock(own, table.here(own)))
        assert beside.outcome() is None  # it has ended, with the first transaction still open


def test_nobody_is_set_aside_while_the_outcome_is_stated(
    engine: sa.Engine, session: Session, make: Make
) -> None:
    table = at_table(session, make, Stage.CONSENSUS_CALL)
    position(table)
    session.commit()

    def act(own: Session) -> object:
        return exclusions.set_aside(
            own, table.seated[Role.CHAIR], table.here(own), [table.kenya[1].id], detector="",
            reason="One person.", language="en", now=table.now,
        )  # fmt: skip

    with unit_of_work(session):
        lock(session, table.norm, Hold.ALONE)
        table.norm.stage = Stage.ADOPTED
        session.flush()
        meanwhile = Meanwhile(engine, act)
    assert isinstance(meanwhile.outcome(), exclusions.Settled)
