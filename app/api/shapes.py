"""What the API tells: the facts of the pages as JSON."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Generic, TypeVar

import pydantic
from flask import url_for

from app.audit.models import Entry as Act
from app.discussion.models import Comment as Said
from app.discussion.models import Visibility
from app.discussion.queries import Line
from app.norms.models import Clause as Wording
from app.norms.models import Norm as Instrument
from app.positions.models import Position as Stated
from app.positions.queries import Heard
from app.stakeholders.models import Stakeholder as Speaker

T = TypeVar("T")


class Answer(pydantic.BaseModel):
    """Something the API tells."""


class Page(Answer, Generic[T]):
    """Some of a long list. ``next`` is the address of those that follow, null at the end."""

    items: list[T]
    next: str | None


class Stakeholder(Answer):
    """Who speaks. ``country``: ISO 3166-1 alpha-2."""

    id: int
    name: str
    category: str
    country: str | None
    verification: str

    @classmethod
    def of(cls, one: Speaker) -> "Stakeholder":
        return cls(
            id=one.id,
            name=one.name,
            category=one.category,
            country=one.country,
            verification=one.verification,
        )


class NormLine(Answer):
    """A norm in a list. ``titles`` by language (BCP 47); ``draft``: the number of the present one."""

    slug: str
    titles: dict[str, str]
    summaries: dict[str, str]
    stage: str
    draft: int | None
    languages: list[str]
    authentic_languages: list[str]
    opens_at: dt.datetime | None
    closes_at: dt.datetime | None

    @classmethod
    def facts(cls, norm: Instrument) -> dict[str, Any]:
        return {
            "slug": norm.slug,
            "titles": norm.titles,
            "summaries": norm.summaries,
            "stage": norm.stage,
            "draft": norm.current_draft.number if norm.current_draft else None,
            "languages": norm.languages,
            "authentic_languages": norm.authentic_languages,
            "opens_at": norm.opens_at,
            "closes_at": norm.closes_at,
        }


class DraftLine(Answer):
    number: int
    opened_at: dt.datetime | None


class Norm(NormLine):
    """A norm with its drafts and its rules of procedure; ``rules_digest`` is null until they are frozen."""

    drafts: list[DraftLine]
    rules: dict[str, Any]
    rules_digest: str | None


class Text(Answer):
    """``status``: authentic, verified, draft or machine."""

    text: str
    status: str


class Clause(Answer):
    """The wording of one provision in one draft. ``text_digest``: of its authentic texts together."""

    provision: str
    label: str
    kind: str
    depth: int
    text_digest: str
    texts: dict[str, Text]

    @classmethod
    def of(cls, one: Wording) -> "Clause":
        return cls(
            provision=one.provision.code,
            label=one.label,
            kind=one.kind,
            depth=one.depth,
            text_digest=digest_of(one),
            texts={text.language: Text(text=text.text, status=text.status) for text in one.texts},
        )


class Draft(Answer):
    """A draft with every clause in order, in every language."""

    norm: str
    number: int
    opened_at: dt.datetime | None
    clauses: list[Clause]


class Edition(Answer):
    """A provision's wording in one draft."""

    draft: int
    clause: Clause


class Stances(Answer):
    """How many take each position on the present wording; ``unconfirmed`` spoke of another wording."""

    support: int
    accept: int
    abstain: int
    object: int
    unconfirmed: int

    @classmethod
    def of(cls, heard: Heard) -> "Stances":
        counts = {stance.value: number for stance, number in heard.ordered()}
        return cls(**counts, unconfirmed=heard.unconfirmed)


class Provision(Answer):
    """A provision over its whole life, oldest wording first. ``positions`` is null where it is gone."""

    norm: str
    provision: str
    editions: list[Edition]
    positions: Stances | None


class Change(Answer):
    """Exact wording that is proposed: replace, insert-after or delete. ``wording`` is the whole new text."""

    operation: str
    language: str
    wording: str | None
    backed_by: int
    opposed_by: int


class Disposition(Answer):
    """The decision on a comment. ``provision``: where its words went. ``reply``: what its author says."""

    decision: str
    reason: str
    language: str
    decided_at: dt.datetime
    provision: str | None
    reply: str | None
    reply_note: str | None


class Comment(Answer):
    """A comment, "c12"; of one that was hidden or taken back only its place is left. ``page``: for people."""

    comment: str
    norm: str
    provision: str | None
    draft: int
    answers: str | None
    visibility: str
    kind: str
    stakeholder: Stakeholder | None
    language: str
    read_language: str
    body: str
    quote: str
    change: Change | None
    disposition: Disposition | None
    created_at: dt.datetime
    page: str

    @classmethod
    def of(cls, norm: Instrument, line: Line) -> "Comment":
        said = line.comment
        is_shown = said.visibility in (Visibility.SHOWN, Visibility.HELD)
        return cls(
            comment=f"c{said.number}",
            norm=norm.slug,
            provision=said.provision.code if said.provision else None,
            draft=said.draft.number,
            answers=f"c{said.parent.number}" if said.parent else None,
            visibility=said.visibility,
            kind=said.kind,
            stakeholder=Stakeholder.of(said.stakeholder) if is_shown else None,
            language=said.language,
            read_language=said.read_language,
            body=said.body if is_shown else "",
            quote=said.quote if is_shown else "",
            change=change_of(said, line) if is_shown else None,
            disposition=disposition_of(line),
            created_at=said.created_at,
            page=url_for("comments.comment", slug=norm.slug, number=said.number),
        )


def change_of(said: Said, line: Line) -> Change | None:
    if said.change is None:
        return None
    return Change(
        operation=said.change.operation,
        language=said.change.language,
        wording=said.change.wording,
        backed_by=line.backing.get("back", 0),
        opposed_by=line.backing.get("oppose", 0),
    )


def disposition_of(line: Line) -> Disposition | None:
    decided, reply = line.disposition, line.reply
    if decided is None:
        return None
    return Disposition(
        decision=decided.decision,
        reason=decided.reason,
        language=decided.language,
        decided_at=decided.decided_at,
        provision=decided.clause.provision.code if decided.clause else None,
        reply=reply.satisfaction if reply else None,
        reply_note=reply.note if reply else None,
    )


class Position(Answer):
    """A stakeholder's position. ``remedy``: what would resolve an objection."""

    norm: str
    provision: str
    stakeholder: int
    stance: str
    reason: str
    remedy: str
    language: str
    text_digest: str
    stated_at: dt.datetime

    @classmethod
    def of(cls, norm: Instrument, code: str, one: Stated) -> "Position":
        return cls(
            norm=norm.slug,
            provision=code,
            stakeholder=one.stakeholder_id,
            stance=one.stance,
            reason=one.reason,
            remedy=one.remedy,
            language=one.language,
            text_digest="sha256:" + one.text_digest.hex(),
            stated_at=one.stated_at,
        )


class Assessment(pydantic.RootModel[dict[str, Any]]):
    """What ``flask assess --json`` prints, byte for byte: the figures that the pages show."""


class Publication(Answer):
    """A signed publication. ``package``: address of the data package, with which anybody can recompute it."""

    norm: str
    number: int
    published_at: dt.datetime
    public_key: str
    package_digest: str
    package: str
    summary: dict[str, Any]


class Entry(Answer):
    """An act in the record, with the digests that chain it to the one before; of a closed norm, only that."""

    number: int
    at: dt.datetime
    actor: str
    act: str
    norm: str | None
    subject: str | None
    previous: str
    digest: str

    @classmethod
    def of(cls, one: Act, closed: set[str]) -> "Entry":
        is_closed = one.norm in closed
        return cls(
            number=one.number,
            at=one.at,
            actor=one.actor,
            act=one.act,
            norm=None if is_closed else one.norm,
            subject=None if is_closed else one.subject,
            previous=one.previous.hex(),
            digest=one.digest.hex(),
        )


def digest_of(clause: Wording) -> str:
    return "sha256:" + clause.text_digest.hex()


def page(found: Sequence[T], limit: int, address: str) -> Page[T]:
    """The first ``limit`` of what was found, one more of which tells that there are others."""
    return Page(items=list(found[:limit]), next=address if len(found) > limit else None)
