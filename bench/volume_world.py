"""A consultation at volume: 200 clauses, 2,000 stakeholders, 50,000 comments in six languages.

It is always the same. What is said is put together from parts of sentences, so that comments differ as
people's do; one in ten is a campaign's text with small changes, one in twenty that text as it stands.
"""

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.authority.actor import Role
from app.discussion.models import (
    Backing,
    Comment,
    CommentKind,
    Decision,
    Disposition,
    DispositionReply,
    HidingReason,
    Operation,
    ProposedChange,
    Satisfaction,
    Side,
    Visibility,
)
from app.norms.models import Clause, Norm
from app.norms.queries import clauses
from app.reference.countries import members, shipped
from app.stakeholders.models import Category, Stakeholder, Verification
from tests.factories import Make

SLUG = "volume"
CLAUSES, STAKEHOLDERS, COMMENTS = 200, 2_000, 50_000
LANGUAGES = ("en", "es", "fr", "ru", "zh", "ar")
SEED = 20261123
AT_A_TIME = 1_000
ANSWERED = 0.3  #: of the comments that open a thread

PHRASES = Path(__file__).parent / "phrases.txt"  #: a language, "opening", "wish" or "reason", the words
ADDED = ("always", "publicly", "together", "soon")
SUBJECTS = ("Whoever offers a system", "A State", "A public body", "A company", "A research institute")
DUTIES = (
    "shall say what it was made for and by whom",
    "shall keep a record of how it was tested",
    "shall answer within thirty days to those it concerns",
    "shall share the means of testing with others",
    "shall not decide alone where somebody may be harmed",
    "shall make its findings public in plain words",
    "shall ask those who are affected before it begins",
    "shall repair what it has done and tell what it learned",
)


@dataclass(frozen=True)
class Said:
    """One comment as it will be: ``parent`` is the place of the comment it answers among all."""

    clause: int | None
    stakeholder: int
    language: str
    body: str
    kind: CommentKind
    change: str | None
    parent: int | None
    visibility: Visibility


def wording(number: int) -> str:
    """Clause ``number``, from 0."""
    duties = (DUTIES[number % len(DUTIES)], DUTIES[(number // 5) % len(DUTIES)])
    return f"{SUBJECTS[number % len(SUBJECTS)]} {duties[0]}, and in case {number + 1} {duties[1]}."


@cache
def phrases(language: str, part: str) -> list[str]:
    lines = (line.split(" ", 2) for line in PHRASES.read_text(encoding="utf-8").splitlines())
    return [words for own, kind, words in lines if (own, kind) == (language, part)]


def words(chance: random.Random, language: str, clause: int) -> str:
    order = ("opening", "wish", "reason", "wish", "reason")
    said = [chance.choice(phrases(language, part)) for part in order]
    return ("" if language == "zh" else " ").join((*said, f"({clause + 1}.{chance.randint(1, 99)})"))


def changed(chance: random.Random, text: str) -> str:
    """A few letters of a campaign's text as somebody else writes them."""
    letters = list(text)
    for _ in range(chance.randint(1, 4)):
        letters[chance.randrange(len(letters))] = chance.choice(letters)
    return "".join(letters)


def comments(
    count: int = COMMENTS, clauses_: int = CLAUSES, stakeholders: int = STAKEHOLDERS, seed: int = SEED
) -> Iterator[Said]:
    """What is said, in order. A few clauses get most of it, and a few stakeholders say most."""
    chance = random.Random(seed)
    weights = [1 / (place + 3) for place in range(clauses_)]
    campaigns: dict[tuple[int, str], str] = {}
    opened: list[int | None] = []  #: the clause of each, None where it answers another
    for number in range(count):
        clause = chance.choices(range(clauses_), weights)[0]
        language = chance.choice(LANGUAGES)
        campaign = campaigns.setdefault((clause, language), words(chance, language, clause))
        draw = chance.random()
        body = campaign if draw < 0.05 else words(chance, language, clause)
        if 0.05 <= draw < 0.15:
            body = changed(chance, campaign)
        parent = None
        if draw >= 0.88 and number:
            place = chance.randrange(max(0, number - 5_000), number)
            parent = place if opened[place] is not None else None
            clause = opened[place] if parent is not None else clause  # type: ignore[assignment]
        change = None
        if 0.15 <= draw < 0.23:
            own = wording(clause).rstrip(".").split()
            own.insert(chance.randrange(1, len(own)), chance.choice(ADDED))
            change = " ".join(own) + "."
        visibility = chance.choices((Visibility.SHOWN, Visibility.HELD, Visibility.HIDDEN), (94, 4, 2))[0]
        kind = CommentKind.SUBSTANTIVE if change else chance.choice(list(CommentKind))
        opened.append(clause if parent is None and visibility is Visibility.SHOWN else None)
        holder = min(int(chance.paretovariate(0.7)) - 1, stakeholders - 1)
        yield Said(
            None if draw >= 0.985 and parent is None else clause,
            (holder * 7 + chance.randrange(stakeholders)) % stakeholders,
            language,
            body,
            kind,
            change,
            parent,
            visibility,
        )


def furnish(
    make: Make,
    *,
    count: int = COMMENTS,
    clauses_: int = CLAUSES,
    stakeholders: int = STAKEHOLDERS,
) -> Norm:
    """The norm with everything said on it, in bulk; answers to a third, backing, and replies to answers."""
    session, now = make.session, make.now
    norm = make.norm(*map(wording, range(clauses_)), slug=SLUG)
    there = clauses(session, norm.current_draft_id or 0)
    countries = [one.iso2 for one in members(shipped())]
    chance = random.Random(SEED)
    editor = make.user("An editor")
    make.seat(editor, Role.EDITOR, norm)
    people = [make.user() for _ in range(stakeholders)]
    holders = [
        Stakeholder(
            category=list(Category)[number % len(Category)],
            country=countries[number * 7 % len(countries)],
            name=f"Stakeholder {number + 1}",
            language=LANGUAGES[number % len(LANGUAGES)],
            verification=Verification.VERIFIED if number % 3 else Verification.SELF_DECLARED,
            created_at=now,
        )
        for number in range(stakeholders)
    ]
    session.add_all(holders)
    session.flush()
    for user, holder in zip(people, holders, strict=True):
        make.mandate(user, holder)
    everything = list(comments(count, clauses_, stakeholders))
    ids = put(session, Comment, rows_of(norm, there, holders, people, everything, now))
    parents = [
        {"id": own, "parent_id": ids[said.parent]}
        for own, said in zip(ids, everything, strict=True)
        if said.parent is not None
    ]
    if parents:
        session.execute(sa.update(Comment), parents)
    changes = [
        {"comment_id": own, "operation": Operation.REPLACE, "language": "en", "wording": said.change}
        for own, said in zip(ids, everything, strict=True)
        if said.change
    ]
    session.execute(sa.insert(ProposedChange), changes)
    backed = [
        {"comment_id": one["comment_id"], "stakeholder_id": holder.id, "side": side, "stated_at": now}
        for one in changes
        for holder in chance.sample(holders, chance.randint(0, 6))
        for side in [chance.choice((Side.BACK, Side.BACK, Side.OPPOSE))]
    ]
    session.execute(sa.insert(Backing), backed)
    decisions = [one for one in Decision if one not in (Decision.DUPLICATE, Decision.WITHDRAWN)]
    answered = [
        {
            "comment_id": own,
            "decision": chance.choice(decisions),
            "reason": "Considered with those on the same clause.",
            "language": "en",
            "decided_by": editor.id,
            "decided_at": now - dt.timedelta(days=chance.randrange(14), minutes=chance.randrange(600)),
        }
        for own, said in zip(ids, everything, strict=True)
        if said.parent is None and said.visibility is Visibility.SHOWN and chance.random() < ANSWERED
    ]
    decided = put(session, Disposition, answered)
    replies = [
        {
            "disposition_id": one,
            "satisfaction": chance.choice(list(Satisfaction)),
            "note": "",
            "replied_at": now,
        }
        for one in decided[::5]
    ]
    session.execute(sa.insert(DispositionReply), replies)
    session.flush()
    return norm


def rows_of(
    norm: Norm,
    there: Sequence[Clause],
    holders: Sequence[Stakeholder],
    people: Sequence[Any],
    everything: Sequence[Said],
    now: dt.datetime,
) -> Iterator[dict[str, Any]]:
    for number, said in enumerate(everything, 1):
        clause = None if said.clause is None else there[said.clause]
        yield {
            "norm_id": norm.id,
            "number": number,
            "draft_id": norm.current_draft_id,
            "clause_id": clause.id if clause else None,
            "provision_id": clause.provision_id if clause else None,
            "stakeholder_id": holders[said.stakeholder].id,
            "author_id": people[said.stakeholder].id,
            "kind": said.kind,
            "language": said.language,
            "read_language": "en",
            "body": said.body,
            "visibility": said.visibility,
            "hiding_reason": HidingReason.SPAM if said.visibility is Visibility.HIDDEN else None,
            "created_at": now - dt.timedelta(minutes=len(everything) - number),
        }


def put(session: Session, table: Any, rows: Any) -> list[int]:
    """Rows in bulk; their ids in order."""
    first = (session.scalar(sa.select(sa.func.max(table.id))) or 0) + 1
    found: list[int] = []
    left = iter(rows)
    while some := list(islice(left, AT_A_TIME)):
        ids = range(first, first + len(some))
        session.execute(sa.insert(table), [row | {"id": own} for row, own in zip(some, ids, strict=True)])
        found += ids
        first += len(some)
    return found
