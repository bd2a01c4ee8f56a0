"""Bringing deliberations that were held elsewhere: all of it in one transaction, or nothing."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.authority.actor import PLATFORM, Actor
from app.authority.grants import Permission, require
from app.foundation.database import number
from app.foundation.errors import N_, Conflict, Phrase
from app.foundation.text import text_digest
from app.importing import queries
from app.importing.csv_rows import RowUnclear
from app.importing.polis import Conversation
from app.importing.records import Statement, Taking
from app.importing.staging import staged
from app.lifecycle.freezing import freeze
from app.lifecycle.presets import CONVERSATION, DEFAULT, PRESETS, WITHOUT_VERIFICATION
from app.norms.locking import lock
from app.norms.models import Clause, ClauseText, Draft, Norm, Provision, RulesOfProcedure, TextStatus
from app.norms.queries import norm_by_slug
from app.norms.rules import Rules
from app.norms.service import SlugTaken, create
from app.norms.stages import Stage
from app.positions.models import Objection, Position
from app.stakeholders.models import Stakeholder

NO_CLAUSE = N_(
    "The norm's current draft has no clause “%(label)s”. Use the labels shown before its clauses, "
    "or remove the row."
)
SEVERAL_CLAUSES = N_(
    "The norm's current draft has several clauses “%(label)s”. Give them different labels before "
    "you import the file."
)


class AlreadyImported(Conflict):
    code = "already-imported"
    message = N_("“%(stakeholder)s” has already been imported into “%(slug)s”; no data were imported.")


class NotOpen(Conflict):
    code = "norm-not-open"
    message = N_("“%(slug)s” does not accept positions at this stage.")


class RulesStand(Conflict):
    code = "rules-stand"
    message = N_("“%(slug)s” already has rules; they were frozen when the consultation opened.")


@dataclass(frozen=True, slots=True)
class Source:
    """Where an import comes from: a name for messages, a digest for the record, the language of its texts."""

    name: str
    digest: str
    language: str = "en"
    title: str = ""


@dataclass(frozen=True, slots=True)
class Imported:
    """What there is now."""

    clauses: int
    stakeholders: int
    positions: int
    left_out: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  #: why → statements, votes


def import_polis(
    session: Session,
    actor: Actor,
    *,
    slug: str,
    source: Source,
    conversation: Conversation,
    votes: Iterable[Taking],
    rules: Rules | None = None,
    now: dt.datetime,
) -> Imported:
    """A new norm in consultation from a Polis conversation, in which nobody was verified.

    :raises SlugTaken: a norm has this slug already.
    :raises RowUnclear: something in the files is wrong; its place is named.
    """
    require(actor, Permission.IMPORT, PLATFORM)
    if norm_by_slug(session, slug) is not None:
        raise SlugTaken(slug=slug)
    with staged(session, conversation.kept(votes), language=source.language, now=now) as stage:
        norm = new_norm(session, actor, slug, source, conversation.statements, now)
        open_norm(session, norm, rules or PRESETS[CONVERSATION], _categories(session, stage), now)
        return _take_over(
            session, actor, norm, source, stage, "Participant ", now, left_out=conversation.told()
        )


def import_positions(
    session: Session,
    actor: Actor,
    *,
    slug: str,
    source: Source,
    positions: Iterable[Taking],
    rules: Rules | None = None,
    now: dt.datetime,
) -> Imported:
    """Positions from a table; a norm that does not exist yet is made from the table's own clauses.

    Its rules, where none are given, are the default if the table calls anybody verified, else those without
    verification.

    :raises RulesStand: the norm is there and has its own.
    :raises AlreadyImported: a stakeholder of the table came with an earlier import into this norm.
    :raises RowUnclear: something in the table is wrong; its place is named.
    """
    require(actor, Permission.IMPORT, PLATFORM)
    norm = norm_by_slug(session, slug)
    with staged(session, positions, language=source.language, now=now) as stage:
        if norm is None:
            norm = new_norm(session, actor, slug, source, _statements(session, source, stage), now)
            usual = PRESETS[DEFAULT if _anybody_verified(session, stage) else WITHOUT_VERIFICATION]
            open_norm(session, norm, rules or usual, _categories(session, stage), now)
        elif rules is not None:
            raise RulesStand(slug=slug)
        else:
            lock(session, norm)
            if not norm.matter(now).takes_positions:
                raise NotOpen(slug=slug)
        return _take_over(session, actor, norm, source, stage, "", now)


def _statements(session: Session, source: Source, stage: sa.Table) -> list[Statement]:
    """The distinct clauses in order of first appearance; their words from ``clause_text``, else the label."""
    texts = sa.func.count(sa.distinct(stage.c.clause_text))
    rows = session.execute(
        sa.select(stage.c.clause, sa.func.max(stage.c.clause_text), texts, sa.func.max(stage.c.line))
        .group_by(stage.c.clause)
        .order_by(sa.func.min(stage.c.place))
    ).all()
    for _label, _text, count, line in rows:
        if count > 1:
            raise RowUnclear(
                source.name, line, "clause_text", N_("This clause has another text in an earlier row.")
            )
    if not rows:
        raise RowUnclear(source.name, 1, 1, N_("The file has no rows."))
    return [Statement(label, text or label) for label, text, *_ in rows]


def new_norm(
    session: Session,
    actor: Actor,
    slug: str,
    source: Source,
    statements: Sequence[Statement],
    now: dt.datetime,
) -> Norm:
    norm = create(
        session,
        actor,
        slug=slug,
        titles={source.language: source.title or slug},
        authentic_languages=[source.language],
        now=now,
    )
    provisions = [
        Provision(norm_id=norm.id, code=f"p{place}", created_at=now)
        for place in range(1, len(statements) + 1)
    ]
    number(session, provisions)
    session.add_all(provisions)
    session.flush()
    clauses = []
    for place, (provision, statement) in enumerate(zip(provisions, statements, strict=True), 1):
        digest = text_digest({source.language: statement.text})
        text = ClauseText(
            language=source.language, text=statement.text, status=TextStatus.AUTHENTIC, source_digest=digest
        )
        clauses.append(
            Clause(
                draft_id=norm.current_draft_id,
                provision_id=provision.id,
                place=place,
                label=statement.label,
                is_counted=statement.is_counted,
                text_digest=digest,
                texts=[text],
            )
        )
    number(session, clauses)
    number(session, [clause.texts[0] for clause in clauses])
    session.add_all(clauses)
    session.flush()
    return norm


def open_norm(
    session: Session, norm: Norm, rules: Rules, categories: Iterable[str], now: dt.datetime
) -> None:
    """Straight into consultation, under these rules, for the categories that occur if they name none."""
    row = session.scalars(sa.select(RulesOfProcedure).where(RulesOfProcedure.norm_id == norm.id)).one()
    measurement = {"categories": list(categories)} | dict(rules.measurement)
    row.content = replace(rules, measurement=measurement).content()
    freeze(row, now=now)
    norm.stage, norm.opens_at = Stage.CONSULTATION, now
    session.get_one(Draft, norm.current_draft_id).opened_at = now
    session.flush()


def _anybody_verified(session: Session, stage: sa.Table) -> bool:
    return bool(session.scalar(sa.select(sa.exists().where(stage.c.verification == "verified"))))


def _categories(session: Session, stage: sa.Table) -> Sequence[str]:
    return session.scalars(sa.select(stage.c.category).distinct().order_by(stage.c.category)).all()


def _take_over(
    session: Session,
    actor: Actor,
    norm: Norm,
    source: Source,
    stage: sa.Table,
    name_prefix: str,
    now: dt.datetime,
    left_out: Mapping[str, Mapping[str, int]] = MappingProxyType({}),
) -> Imported:
    lots = [
        (kind, {column: value}, session.scalar(sa.select(sa.func.max(kind.id))) or 0)
        for kind, column, value in (
            (Stakeholder, "origin", norm.slug),
            (Position, "norm_id", norm.id),
            (Objection, "norm_id", norm.id),
        )
    ]
    clauses = _match_clauses(session, norm, source, stage)
    stakeholders = _add_stakeholders(session, norm, source, stage, name_prefix, now)
    positions = _add_positions(session, norm, stage)
    audit.record(
        session,
        actor,
        "deliberation-imported",
        norm.slug,
        norm=norm.slug,
        now=now,
        details={
            "file": source.digest,
            "clauses": clauses,
            "stakeholders": stakeholders,
            "positions": positions,
        }
        | ({"left_out": left_out} if left_out else {}),
        lots=lots,
    )
    return Imported(clauses, stakeholders, positions, left_out)


def _match_clauses(session: Session, norm: Norm, source: Source, stage: sa.Table) -> int:
    """How many clauses the draft has; every label of the import must be exactly one of them."""
    labels = Counter(session.scalars(sa.select(Clause.label).where(Clause.draft_id == norm.current_draft_id)))
    used = session.execute(sa.select(stage.c.clause, sa.func.min(stage.c.line)).group_by(stage.c.clause))
    for label, line in used:
        if labels[label] != 1:
            problem = Phrase(SEVERAL_CLAUSES if labels[label] else NO_CLAUSE, {"label": label})
            raise RowUnclear(source.name, line, "clause", problem)
    line = session.scalar(queries.other_words(norm, stage, source.language))
    if line is not None:
        raise RowUnclear(source.name, line, "clause_text", N_("The text of this clause in the norm differs."))
    return labels.total()


def _add_stakeholders(
    session: Session, norm: Norm, source: Source, stage: sa.Table, name_prefix: str, now: dt.datetime
) -> int:
    known = session.scalar(queries.known(norm, stage))
    if known is not None:
        raise AlreadyImported(stakeholder=known, slug=norm.slug)
    for column in (stage.c.category, stage.c.country, stage.c.verification):
        line = session.scalar(queries.torn(stage, column))
        if line is not None:
            problem = N_("This stakeholder has another value in an earlier row.")
            raise RowUnclear(source.name, line, column.name, problem)
    made = queries.stakeholders(norm, stage, name_prefix=name_prefix, language=source.language, now=now)
    session.execute(sa.insert(Stakeholder).from_select(list(made.selected_columns.keys()), made))
    return session.scalar(sa.select(sa.func.count(sa.distinct(stage.c.stakeholder)))) or 0


def _add_positions(session: Session, norm: Norm, stage: sa.Table) -> int:
    """The last word of each stakeholder on each clause, and an open objection for each that objects."""
    before = session.scalar(sa.select(sa.func.max(Position.id))) or 0
    made = queries.last_words(norm, stage)
    session.execute(sa.insert(Position).from_select(list(made.selected_columns.keys()), made))
    fresh = sa.and_(Position.norm_id == norm.id, Position.id > before)
    raised = queries.objections(fresh)
    session.execute(sa.insert(Objection).from_select(list(raised.selected_columns.keys()), raised))
    return session.scalar(sa.select(sa.func.count()).where(fresh)) or 0
