"""Gathering what an assessment is computed from; a handful of statements, whatever the size."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.consensus.frozen import FrozenStakeholder, Roll
from app.consensus.input import AssessmentInput
from app.consensus.matrix import PositionMatrix
from app.consensus.models import SetAside, SetAsideStakeholder
from app.foundation.arrays import Ints
from app.foundation.libraries import np
from app.norms.models import Clause, ClauseKind, Draft, Norm, Provision
from app.positions.ledger import LIVE
from app.positions.models import Objection, ObjectionState, Position
from app.positions.packing import newest, packed, still_there, unpacked
from app.positions.snapshot import Shelf, Snapshot
from app.reference.countries import Facts, to_rows
from app.stakeholders.file_names import file_names
from app.stakeholders.models import Stakeholder, Verification

WHO = sa.select(
    Stakeholder.id,
    Stakeholder.category,
    Stakeholder.country,
    Stakeholder.verification,
    Stakeholder.origin,
    Stakeholder.external_id,
)
CellKey = tuple[str, str | None, bool]

OVERLAP = 256  #: positions below the mark that are read again: one may get its number first and be kept later


@dataclass(frozen=True)
class Wordings:
    """The clauses that are assessed, and where every clause of the norm belongs.

    ``clause_ids``: every clause of every draft, ascending. ``place``: of its provision among those assessed,
    −1 for none; ``is_current``: whether its wording is the current one. Shapes (clause_ids,).
    """

    provisions: Sequence[tuple[str, str]]
    provisions_of: Ints  #: the provision's id of each clause
    place_of: Mapping[int, int]  #: provision id → place
    clause_ids: Ints
    place: Ints
    is_current: Ints


@dataclass(frozen=True)
class InputPeople:
    """Who has a position, in the order of their names in files.

    ``row_of``: stakeholder id → row, −1 for none.
    """

    names: Sequence[str]
    cells: Sequence[CellKey]
    cell_of: Ints
    row_of: Ints


def gather(
    session: Session,
    norm: Norm,
    categories: Sequence[str],
    facts: Facts,
    *,
    closing: bool,
    shelf: Shelf | None = None,
) -> AssessmentInput:
    """What an assessment of the norm's current draft is computed from.

    Only clauses that count and take positions, only stakeholders of the categories that are counted. With a
    ``shelf``, positions that lie there are not read again.
    """
    words = wordings(session, norm)
    portions = (
        list(packed(session, norm.id)) if shelf is None else read(session, norm, words, shelf).portions()
    )
    people = people_of(session, portions, categories)
    positions, unconfirmed = arranged(portions, words, people)
    objections, verified, unanswered = objections_of(session, norm, words.place_of, categories)
    places = range(len(words.provisions))
    return AssessmentInput(
        norm=norm.slug,
        draft=norm.current_draft.number if norm.current_draft else 0,
        closing=closing,
        provisions=words.provisions,
        cells=people.cells,
        people=people.names,
        cell_of=people.cell_of,
        positions=positions,
        set_aside=set_aside(session, norm, people),
        unconfirmed=unconfirmed.tolist(),
        objections=[objections.get(number, {}) for number in places],
        verified_objections=[verified[number] for number in places],
        unanswered_objections=[unanswered[number] for number in places],
        country_facts=to_rows(facts),
    )


def wordings(session: Session, norm: Norm) -> Wordings:
    current = norm.current_draft_id or 0
    rows = session.execute(
        sa.select(
            Clause.id, Clause.draft_id, Clause.provision_id, Provision.code, Clause.label, Clause.text_digest,
            (Clause.is_counted & (Clause.kind != ClauseKind.HEADING)).label("is_assessed"),
        )
        .join(Provision, Provision.id == Clause.provision_id)
        .join(Draft, Draft.id == Clause.draft_id)
        .where(Draft.norm_id == norm.id)
        .order_by(Clause.draft_id, Clause.place)
    ).all()  # fmt: skip
    assessed = [row for row in rows if row.draft_id == current and row.is_assessed]
    place_of = {row.provision_id: number for number, row in enumerate(assessed)}
    digests = {row.provision_id: row.text_digest for row in assessed}
    known = sorted(rows, key=lambda row: row.id)
    return Wordings(
        [(row.code, row.label) for row in assessed],
        np.array([row.provision_id for row in known], dtype=np.int64),
        place_of,
        np.array([row.id for row in known], dtype=np.int64),
        np.array([place_of.get(row.provision_id, -1) for row in known], dtype=np.int64),
        np.array([row.text_digest == digests.get(row.provision_id) for row in known], dtype=bool),
    )


def read(session: Session, norm: Norm, words: Wordings, shelf: Shelf) -> Snapshot:
    """The current positions, of which the shelf need not be asked for again."""
    known = shelf.take(norm.id)
    if not still_there(session, norm.id, known.mark):
        known = Snapshot.empty()
    mark = newest(session, norm.id)
    begin = max(0, known.mark.id - OVERLAP)
    later = np.concatenate([*packed(session, norm.id, after=begin), Snapshot.empty().keys])
    return known.with_later(later, mark, words.clause_ids, words.provisions_of)


def keep(session: Session, norm: Norm, shelf: Shelf) -> None:
    """Put the current positions onto the shelf, while nobody states one; see ``service.shelve``."""
    shelf.put(norm.id, read(session, norm, wordings(session, norm), shelf))


def people_of(session: Session, portions: Sequence[Ints], categories: Sequence[str]) -> InputPeople:
    """Everybody of the counted categories who has a position on anything of the norm and was not refused."""
    most = max((int(unpacked(keys)[0].max()) for keys in portions if len(keys)), default=0)
    speaks = np.zeros(most + 2, dtype=bool)
    for keys in portions:
        speaks[unpacked(keys)[0]] = True
    least = int(speaks.argmax())
    in_reach = Stakeholder.id.between(least, most)
    rows = session.execute(WHO.where(in_reach, Stakeholder.verification != Verification.REFUSED))
    speaking = [row for row in rows if speaks[row.id]]
    names = file_names((row.id, row.origin, row.external_id) for row in speaking)
    found = [row for row in speaking if row.category.value in categories]
    found.sort(key=lambda row: names[row.id])
    own = [(row.category.value, row.country, row.verification is Verification.VERIFIED) for row in found]
    cells = sorted(set(own), key=lambda key: (key[0], key[1] or "", key[2]))
    number = {key: place for place, key in enumerate(cells)}
    row_of = np.full(most + 2, -1, dtype=np.int64)
    row_of[[row.id for row in found]] = np.arange(len(found))
    cell_of = np.array([number[key] for key in own], dtype=np.int64)
    return InputPeople([names[row.id] for row in found], cells, cell_of, row_of)


def arranged(portions: Sequence[Ints], words: Wordings, people: InputPeople) -> tuple[PositionMatrix, Ints]:
    """The positions on the wordings that stand, and for each clause how many wait to be confirmed."""
    size = len(words.provisions)
    waiting = np.zeros(size, dtype=np.int64)
    kept = []
    for portion in portions:
        holders, clause_ids, stances = unpacked(portion)
        known = np.searchsorted(words.clause_ids, clause_ids)
        rows, places = people.row_of[holders], words.place[known]
        counted = (rows >= 0) & (places >= 0)
        current = counted & words.is_current[known]
        waiting += np.bincount(places[counted & ~current], minlength=size)
        kept.append((rows[current] * size + places[current]) * 4 + stances[current])
    keys = np.concatenate(kept) if kept else np.zeros(0, dtype=np.int64)
    return PositionMatrix.of_keys(keys, people=len(people.names), clauses=size), waiting


def roll(session: Session, norm: Norm) -> Roll:
    """Who has a position on the norm, how its objections stand, and whom decisions set aside."""
    speaks = sa.select(Position.stakeholder_id).where(
        Position.norm_id == norm.id, Position.superseded_at.is_(None)
    )
    people = session.execute(WHO.where(Stakeholder.id.in_(speaks))).all()
    refused = {row.id for row in people if row.verification is Verification.REFUSED}
    names = file_names((row.id, row.origin, row.external_id) for row in people if row.id not in refused)
    stakeholders = {
        row.id: FrozenStakeholder(
            names.get(row.id, ""),
            row.category.value,
            row.country,
            row.verification is Verification.VERIFIED,
            row.id in refused,
        )
        for row in people
    }
    objections = session.execute(sa.select(Objection.id, Objection.state).where(Objection.norm_id == norm.id))
    decisions = sa.select(SetAside.id).where(
        SetAside.norm_id == norm.id, SetAside.confirmed_at.is_not(None), SetAside.lifted_at.is_(None)
    )
    states = {number: state.value for number, state in objections}
    return Roll(stakeholders, states, session.scalars(decisions).all())


def set_aside(session: Session, norm: Norm, people: InputPeople) -> list[int]:
    """The rows of those whom a decision in force sets aside."""
    ids = session.scalars(
        sa.select(SetAsideStakeholder.stakeholder_id)
        .join(SetAside, SetAside.id == SetAsideStakeholder.set_aside_id)
        .where(SetAside.norm_id == norm.id, SetAside.confirmed_at.is_not(None), SetAside.lifted_at.is_(None))
    ).all()
    rows = {int(people.row_of[one]) for one in ids if one < len(people.row_of)}
    return sorted(rows - {-1})


def objections_of(
    session: Session, norm: Norm, place_of: Mapping[int, int], categories: Sequence[str]
) -> tuple[dict[int, dict[str, dict[str, int]]], Counter[int], Counter[int]]:
    """For each clause: objections by state and category; and of verified stakeholders of the counted
    categories alone, how many stand and how many are unanswered."""
    states: dict[int, dict[str, dict[str, int]]] = {}
    verified: Counter[int] = Counter()
    unanswered: Counter[int] = Counter()
    kinds = (Objection.provision_id, Objection.state, Stakeholder.category, Stakeholder.verification)
    for provision_id, state, category, known, count in session.execute(
        sa.select(*kinds, sa.func.count())
        .join(Stakeholder, Stakeholder.id == Objection.stakeholder_id)
        .where(Objection.norm_id == norm.id, Stakeholder.verification != Verification.REFUSED)
        .group_by(*kinds)
    ):
        number = place_of.get(provision_id)
        if number is None:
            continue
        own = states.setdefault(number, {}).setdefault(state.value, {})
        own[category.value] = own.get(category.value, 0) + count
        if known is not Verification.VERIFIED or category.value not in categories:
            continue
        if state in LIVE:
            verified[number] += count
        if state is ObjectionState.OPEN:
            unanswered[number] += count
    return states, verified, unanswered
