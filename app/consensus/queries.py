"""Reading assessments, and gathering what they are made from."""

from collections import Counter
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.consensus.assessing import STANCES, AssessmentInput
from app.consensus.models import Assessment
from app.norms.models import Clause, ClauseKind, Norm, Provision
from app.positions.ledger import LIVE
from app.positions.models import Objection, ObjectionState, Position
from app.reference.countries import Facts, to_rows
from app.stakeholders.models import Stakeholder, Verification

CellKey = tuple[str, str | None, bool]


def latest(session: Session, norm_id: int, draft_id: int | None = None) -> Assessment | None:
    """The newest assessment of a norm, or of one of its drafts."""
    query = (
        sa.select(Assessment).where(Assessment.norm_id == norm_id).order_by(Assessment.number.desc()).limit(1)
    )
    if draft_id is not None:
        query = query.where(Assessment.draft_id == draft_id)
    return session.scalars(query).one_or_none()


def gather(session: Session, norm: Norm, categories: Sequence[str], facts: Facts) -> AssessmentInput:
    """What an assessment of the norm's current draft is computed from; five statements.

    Only clauses that count and take positions, only stakeholders of the categories that are counted.
    """
    draft_id = norm.current_draft_id or 0
    clauses = session.execute(
        sa.select(Clause.provision_id, Provision.code, Clause.label, Clause.text_digest)
        .join(Provision, Provision.id == Clause.provision_id)
        .where(Clause.draft_id == draft_id, Clause.is_counted, Clause.kind != ClauseKind.HEADING)
        .order_by(Clause.place)
    ).all()
    place = {row.provision_id: number for number, row in enumerate(clauses)}
    digests = {row.provision_id: row.text_digest for row in clauses}
    rows = _positions(session, norm, categories)
    people = _people(session, norm, categories)
    cells, cell_of = _cells(people)
    seat = {holder: number for number, holder in enumerate(sorted(people))}
    counted = [row for row in rows if row.provision_id in place]
    current = [row for row in counted if row.text_digest == digests[row.provision_id]]
    waiting = Counter(place[row.provision_id] for row in counted) - Counter(
        place[row.provision_id] for row in current
    )
    tallies = Counter(
        (place[row.provision_id], cell_of[row.stakeholder_id], STANCES.index(row.stance)) for row in current
    )
    present = Counter(cell_of[holder] for holder in {row.stakeholder_id for row in current})
    states, verified, unanswered = _objections(session, norm, place)
    return AssessmentInput(
        norm=norm.slug,
        draft=norm.current_draft.number if norm.current_draft else 0,
        provisions=[(row.code, row.label) for row in clauses],
        cells=cells,
        stakeholders=[present[number] for number in range(len(cells))],
        tallies=[(*key, count) for key, count in sorted(tallies.items())],
        unconfirmed=[waiting[number] for number in range(len(clauses))],
        objections=[dict(sorted(states.get(number, {}).items())) for number in range(len(clauses))],
        verified_objections=[verified[number] for number in range(len(clauses))],
        unanswered_objections=[unanswered[number] for number in range(len(clauses))],
        country_facts=to_rows(facts),
        positions=sorted(
            (seat[row.stakeholder_id], place[row.provision_id], STANCES.index(row.stance)) for row in current
        ),
        people=[people[holder][3] for holder in sorted(people)],
    )


def _positions(
    session: Session, norm: Norm, categories: Sequence[str]
) -> Sequence[sa.Row[int, int, str, bytes]]:
    """Every current position on the norm, in a fixed order, without building objects."""
    return session.execute(
        sa.select(
            Position.stakeholder_id,
            Position.provision_id,
            sa.cast(Position.stance, sa.String).label("stance"),
            Position.text_digest,
        )
        .join(Stakeholder, Stakeholder.id == Position.stakeholder_id)
        .where(
            Position.norm_id == norm.id,
            Position.superseded_at.is_(None),
            Stakeholder.category.in_(categories),
        )
        .order_by(Position.stakeholder_id, Position.provision_id)
    ).all()


Person = tuple[str, str | None, bool, str]


def _people(session: Session, norm: Norm, categories: Sequence[str]) -> dict[int, Person]:
    """Category, country, whether verified, and the name in files, of each stakeholder with a position."""
    with_a_position = sa.select(Position.stakeholder_id).where(
        Position.norm_id == norm.id, Position.superseded_at.is_(None)
    )
    rows = session.execute(
        sa.select(
            Stakeholder.id,
            Stakeholder.category,
            Stakeholder.country,
            Stakeholder.verification,
            Stakeholder.external_id,
        ).where(Stakeholder.category.in_(categories), Stakeholder.id.in_(with_a_position))
    )
    return {
        row.id: (
            row.category.value,
            row.country,
            row.verification is Verification.VERIFIED,
            row.external_id or f"s{row.id}",
        )
        for row in rows
    }


def _cells(people: dict[int, Person]) -> tuple[list[CellKey], dict[int, int]]:
    """The cells in a fixed order, and which one each stakeholder belongs to."""
    keys = {holder: person[:3] for holder, person in people.items()}
    cells = sorted(set(keys.values()), key=lambda key: (key[0], key[1] or "", key[2]))
    number = {key: place for place, key in enumerate(cells)}
    return cells, {holder: number[key] for holder, key in keys.items()}


def _objections(
    session: Session, norm: Norm, place: dict[int, int]
) -> tuple[dict[int, Counter[str]], Counter[int], Counter[int]]:
    """For each clause: objections by state, standing ones of verified stakeholders, and unanswered ones."""
    states: dict[int, Counter[str]] = {}
    verified: Counter[int] = Counter()
    unanswered: Counter[int] = Counter()
    for provision_id, state, known, count in session.execute(
        sa.select(Objection.provision_id, Objection.state, Stakeholder.verification, sa.func.count())
        .join(Stakeholder, Stakeholder.id == Objection.stakeholder_id)
        .where(Objection.norm_id == norm.id)
        .group_by(Objection.provision_id, Objection.state, Stakeholder.verification)
    ):
        number = place.get(provision_id)
        if number is None:
            continue
        states.setdefault(number, Counter())[state.value] += count
        if state in LIVE and known is Verification.VERIFIED:
            verified[number] += count
        if state is ObjectionState.OPEN:
            unanswered[number] += count
    return states, verified, unanswered
