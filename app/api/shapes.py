"""Response schemas for norms, their texts, figures and record."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Generic, TypeVar

import pydantic

from app.audit.chain import details_digest, spelled
from app.audit.models import AuditEntry as Act
from app.audit.queries import link
from app.kernel.formats import words
from app.lifecycle.missing import read
from app.norms.models import Clause as Wording
from app.norms.models import Norm as Instrument
from app.norms.seen import Seen, seen_in
from app.positions.statements import Heard

T = TypeVar("T")
ITS_SCHEMA = pydantic.WithJsonSchema({"type": "string", "format": "date-time"})


class ApiData(pydantic.BaseModel):
    """Something the API tells."""


class PageData(ApiData, Generic[T]):
    """Some of a long list. ``next`` is the address of those that follow, null at the end."""

    items: list[T]
    next: str | None


class NormLine(ApiData):
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


class DraftLine(ApiData):
    number: int
    opened_at: dt.datetime | None


class Missing(ApiData):
    """Something that was missing before a step: a code, and values such as the numbers of comments."""

    code: str
    values: dict[str, Any]
    words: str


class OverrideData(ApiData):
    """A step that the chair took although something was missing. ``draft``: the current one after it."""

    draft: int | None
    from_stage: str
    to_stage: str
    reason: str
    language: str
    missing: list[Missing]
    taken_by: str
    taken_at: dt.datetime

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> "OverrideData":
        missing = [{**one.content(), "words": words(one.phrase)} for one in read(facts["missing"])]
        return cls.model_validate({**facts, "missing": missing})


class NormData(NormLine):
    """A norm with its drafts and its rules of procedure; ``rules_digest`` is null until they are frozen.

    ``overrides``: the steps that were taken although something was missing, oldest first.
    """

    drafts: list[DraftLine]
    overrides: list[OverrideData]
    rules: dict[str, Any]
    rules_digest: str | None


class Text(ApiData):
    """``status``: authentic, verified, draft or machine. ``text_digest``: of the words a person has read who
    read this text, to be sent with what is said on them.
    """

    text: str
    status: str
    text_digest: str


class ClauseData(ApiData):
    """The wording of one provision in one draft. ``text_digest``: of its authentic texts together; the one of
    a text is sent with what is said on it.
    """

    provision: str
    label: str
    kind: str
    depth: int
    text_digest: str
    texts: dict[str, Text]

    @classmethod
    def of(cls, one: Wording) -> "ClauseData":
        return cls(
            provision=one.provision.code,
            label=one.label,
            kind=one.kind,
            depth=one.depth,
            text_digest=digest_of(one),
            texts={
                text.language: Text(
                    text=text.text, status=text.status, text_digest=str(seen_in(one, text.language))
                )
                for text in one.texts
            },
        )


class DraftData(ApiData):
    """A draft with every clause in order, in every language.

    ``overrides``: the steps around it that were taken although something was missing.
    """

    norm: str
    number: int
    opened_at: dt.datetime | None
    clauses: list[ClauseData]
    overrides: list[OverrideData]


class Edition(ApiData):
    """A provision's wording in one draft."""

    draft: int
    clause: ClauseData


class Stances(ApiData):
    """How many take each position on the present wording; ``unconfirmed`` spoke of another wording.

    ``beside``: self-declared entities, which are not counted among them.
    """

    support: int
    accept: int
    abstain: int
    object: int
    unconfirmed: int
    beside: dict[str, int]

    @classmethod
    def of(cls, heard: Heard) -> "Stances":
        counts = {stance.value: number for stance, number in heard.ordered()}
        beside = {stance.value: number for stance, number in heard.beside.items()}
        return cls(**counts, unconfirmed=heard.unconfirmed, beside=beside)


class ProvisionData(ApiData):
    """A provision over its whole life, oldest wording first. ``positions`` is null where it is gone."""

    norm: str
    provision: str
    editions: list[Edition]
    positions: Stances | None


class AssessmentData(pydantic.RootModel[dict[str, Any]]):
    """What ``flask assess --json`` prints, byte for byte: the figures that the pages show."""


class PublicationData(ApiData):
    """A signed publication. ``package``: address of the data package, with which anybody can recompute it."""

    norm: str
    number: int
    published_at: dt.datetime
    public_key: str
    package_digest: str
    package: str
    summary: dict[str, Any]


class AuditEntryData(ApiData):
    """An act in the record, with the digests that chain it to the one before; of a closed norm, only that.

    ``chain``: the slug of the norm in whose chain it stands, null for the platform's; ``place``: there, from
    1 without gaps. ``number`` orders the whole record and is the cursor. ``details``: null where they are not
    public; ``binds``: digests of the rows that the entry tells of, null in entries from before that.
    """

    number: int
    chain: str | None
    place: int
    at: Annotated[dt.datetime, pydantic.PlainSerializer(spelled), ITS_SCHEMA]
    actor: str
    act: str
    norm: str | None
    subject: str | None
    details: dict[str, Any] | None
    details_digest: str
    binds: dict[str, Any] | None
    previous: str
    digest: str

    @classmethod
    def of(cls, one: Act, closed: set[str], positions: Mapping[int, bool]) -> "AuditEntryData":
        """``positions``: entries on a position → whether it is an individual's, so that nobody joins them."""
        is_closed = one.norm in closed
        is_hidden = is_closed or positions.get(one.number, "salt" in one.details)
        return cls(
            number=one.number,
            chain=None if is_closed else one.chain or None,
            place=one.place,
            at=one.at,
            actor=one.actor,
            act=one.act,
            norm=None if is_closed else one.norm,
            subject=None if is_closed else one.subject,
            details=None if is_hidden else one.details,
            details_digest=details_digest(link(one)),
            binds=one.binds,
            previous=one.previous.hex(),
            digest=one.digest.hex(),
        )


def digest_of(clause: Wording) -> str:
    return str(Seen(clause.text_digest))


def page(items: Sequence[T], following: str | None) -> PageData[T]:
    """A page, and the address of the next one, if there is one."""
    return PageData(items=list(items), next=following)
