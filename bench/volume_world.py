"""A consultation at volume: what is said, positions, decisions and the record, put in in bulk."""

import datetime as dt
import random
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import sqlalchemy as sa

from app.audit.chain import START, Link, link_digest
from app.audit.models import AuditEntry
from app.audit.service import KEPT
from app.authority.actor import Role
from app.discussion.models import (
    Backing,
    ChangeOperation,
    Comment,
    Decision,
    Disposition,
    DispositionReply,
    HidingReason,
    ProposedChange,
    Satisfaction,
    Side,
    Visibility,
)
from app.norms.models import Clause, Norm
from app.norms.queries import clauses
from app.positions.models import Objection, ObjectionState, Position, Stance
from app.reference.countries import members, shipped
from app.stakeholders.models import Category, Stakeholder, Verification
from bench.speech import CLAUSES, COMMENTS, LANGUAGES, SEED, STAKEHOLDERS, Said, comments, wording, words
from tests.factories import Make

SLUG = "volume"
AT_A_TIME = 1_000
ANSWERED = 0.3  #: of the comments that open a thread
STATED = 40  #: positions of each stakeholder
STANCES = {Stance.SUPPORT: 50, Stance.ACCEPT: 35, Stance.ABSTAIN: 12, Stance.OBJECT: 3}
GIVEN = [one for one in Decision if one not in (Decision.DUPLICATE, Decision.WITHDRAWN)]
Row = dict[str, Any]


class Furnishing:
    """One norm and what is to be put into its tables, in order."""

    def __init__(self, make: Make, *, clauses_: int, stakeholders: int, slug: str = SLUG) -> None:
        self.session, self.now, self.chance = make.session, make.now, random.Random(SEED)
        self.norm = make.norm(*map(wording, range(clauses_)), slug=slug)
        self.there = clauses(self.session, self.norm.current_draft_id or 0)
        self.editor = make.user("An editor")
        make.seat(self.editor, Role.EDITOR, self.norm)
        self.people = [make.user() for _ in range(stakeholders)]
        self.holders = self._stakeholders(stakeholders)
        for user, holder in zip(self.people, self.holders, strict=True):
            make.mandate(user, holder)

    def _stakeholders(self, count: int) -> list[Stakeholder]:
        countries = [one.iso2 for one in members(shipped())]
        found = [
            Stakeholder(
                category=list(Category)[number % len(Category)],
                country=countries[number * 7 % len(countries)],
                name=f"Stakeholder {number + 1}",
                language=LANGUAGES[number % len(LANGUAGES)],
                verification=Verification.VERIFIED if number % 3 else Verification.SELF_DECLARED,
                created_at=self.now,
            )
            for number in range(count)
        ]
        self.session.add_all(found)
        self.session.flush()
        return found

    def put(self, table: Any, rows: Iterable[Row], *, key: str = "id") -> list[int]:
        """Rows in bulk; their numbers in order."""
        last = self.session.scalar(sa.select(sa.func.max(getattr(table, key)))) or 0
        first, left = last + 1, iter(rows)
        while some := list(islice(left, AT_A_TIME)):
            self.session.execute(sa.insert(table), [{key: n, **row} for n, row in enumerate(some, last + 1)])
            last += len(some)
        if last >= first and self.session.get_bind().dialect.name == "postgresql":
            counter = sa.func.pg_get_serial_sequence(table.__tablename__, key)
            self.session.execute(sa.select(sa.func.setval(counter, last)))
        return list(range(first, last + 1))

    def speech(self, everything: Sequence[Said]) -> list[int]:
        """Comments, what they answer, what they propose, and who backs that; the comments' ids."""
        ids = self.put(Comment, self._comments(everything))
        placed = list(zip(ids, everything, strict=True))
        answers = [
            {"id": own, "parent_id": ids[said.parent]} for own, said in placed if said.parent is not None
        ]
        if answers:
            self.session.execute(sa.update(Comment), answers)
        proposed = {"operation": ChangeOperation.REPLACE, "language": "en"}
        changes = [
            proposed | {"comment_id": own, "wording": said.change} for own, said in placed if said.change
        ]
        self.session.execute(sa.insert(ProposedChange), changes)
        self.put(Backing, (row for one in changes for row in self._backing(one["comment_id"])))
        return ids

    def _comments(self, everything: Sequence[Said]) -> Iterator[Row]:
        for number, said in enumerate(everything, 1):
            clause = None if said.clause is None else self.there[said.clause]
            yield {
                "norm_id": self.norm.id,
                "number": number,
                "draft_id": self.norm.current_draft_id,
                "clause_id": clause.id if clause else None,
                "provision_id": clause.provision_id if clause else None,
                "stakeholder_id": self.holders[said.stakeholder].id,
                "author_id": self.people[said.stakeholder].id,
                "kind": said.kind,
                "language": said.language,
                "read_language": "en",
                "body": said.body,
                "visibility": said.visibility,
                "hiding_reason": HidingReason.SPAM if said.visibility is Visibility.HIDDEN else None,
                "created_at": self.said_at(number, len(everything)),
            }

    def said_at(self, number: int, count: int) -> dt.datetime:
        return self.now - dt.timedelta(minutes=count - number)

    def _backing(self, comment_id: int) -> Iterator[Row]:
        for holder in self.chance.sample(self.holders, self.chance.randint(0, 6)):
            side = self.chance.choice((Side.BACK, Side.BACK, Side.OPPOSE))
            yield {"comment_id": comment_id, "stakeholder_id": holder.id, "side": side, "stated_at": self.now}

    def decisions(self, ids: Sequence[int], everything: Sequence[Said]) -> None:
        """A third of what wants an answer has one, given in the last two weeks; a fifth of these a reply."""
        given = {"reason": "Considered with those on the same clause.", "language": "en"}
        rows = [
            given
            | {
                "comment_id": own,
                "decision": self.chance.choice(GIVEN),
                "decided_by": self.editor.id,
                "decided_at": self.now - dt.timedelta(minutes=self.chance.randrange(14 * 24 * 60)),
            }
            for own, said in zip(ids, everything, strict=True)
            if said.parent is None and said.visibility is Visibility.SHOWN and self.chance.random() < ANSWERED
        ]
        decided = self.put(Disposition, rows)
        replied = [
            {"disposition_id": one, "satisfaction": self.chance.choice(list(Satisfaction)), "note": ""}
            | {"replied_at": self.now}
            for one in decided[::5]
        ]
        self.put(DispositionReply, replied)

    def positions(self) -> None:
        """Each stakeholder on some clauses; who objects says why, and stands in the ledger."""
        said = [
            (clause, holder, stance)
            for holder in self.holders
            for clause in self.chance.sample(self.there, min(STATED, len(self.there)))
            for stance in self.chance.choices(list(STANCES), list(STANCES.values()))
        ]
        ids = self.put(Position, (self._position(*one) for one in said))
        objections = [
            {
                "norm_id": self.norm.id,
                "provision_id": clause.provision_id,
                "stakeholder_id": holder.id,
                "position_id": own,
                "state": ObjectionState.OPEN,
                "opened_at": self.now,
                "changed_at": self.now,
            }
            for own, (clause, holder, stance) in zip(ids, said, strict=True)
            if stance is Stance.OBJECT
        ]
        self.put(Objection, objections)

    def _position(self, clause: Clause, holder: Stakeholder, stance: Stance) -> Row:
        objects = stance is Stance.OBJECT
        return {
            "norm_id": self.norm.id,
            "provision_id": clause.provision_id,
            "clause_id": clause.id,
            "stakeholder_id": holder.id,
            "stance": stance,
            "reason": words(self.chance, holder.language, clause.place - 1) if objects else "",
            "remedy": "",
            "language": holder.language,
            "read_language": "en",
            "text_digest": clause.text_digest,
            "stated_at": self.now,
        }

    def record(self, everything: Sequence[Said]) -> None:
        """One act for each comment, chained as the record is, in a record that is empty."""
        self.put(AuditEntry, self._entries(everything), key="number")

    def _entries(self, everything: Sequence[Said]) -> Iterator[Row]:
        previous = START
        for place, said in enumerate(everything, 1):
            who = self.people[said.stakeholder].pseudonym
            at, subject = self.said_at(place, len(everything)), f"comment:c{place}"
            told = {"visibility": said.visibility}
            link = Link(place, SLUG, place, at, who, "comment-made", SLUG, subject, told, previous)
            previous = link_digest(link)
            yield {name: getattr(link, name) for name in KEPT} | {"digest": previous}


def furnish(
    make: Make, *, count: int = COMMENTS, clauses_: int = CLAUSES, stakeholders: int = STAKEHOLDERS
) -> Norm:
    """The norm with everything said on it."""
    furnishing = Furnishing(make, clauses_=clauses_, stakeholders=stakeholders)
    everything = list(comments(count, clauses_, stakeholders))
    ids = furnishing.speech(everything)
    furnishing.decisions(ids, everything)
    furnishing.positions()
    furnishing.record(everything)
    make.session.flush()
    return furnishing.norm
