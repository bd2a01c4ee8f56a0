"""Response schemas for comments, dispositions and positions."""

import datetime as dt

from flask import url_for

from app.api.shapes import ApiData
from app.compilation.models import Uptake
from app.discussion.models import Comment as Said
from app.discussion.models import Visibility
from app.discussion.queries import CommentLine
from app.foundation.versions import version_of
from app.norms.models import Norm
from app.norms.seen import Seen
from app.positions.models import Position as Stated
from app.stakeholders.models import Stakeholder as Speaker


class StakeholderData(ApiData):
    """Who speaks. ``country``: ISO 3166-1 alpha-2."""

    id: int
    name: str
    category: str
    country: str | None
    verification: str

    @classmethod
    def of(cls, one: Speaker) -> "StakeholderData":
        return cls(
            id=one.id,
            name=one.name,
            category=one.category,
            country=one.country,
            verification=one.verification,
        )


class ProposedChangeData(ApiData):
    """Exact wording that is proposed: replace, insert-after or delete. ``wording`` is the whole new text."""

    operation: str
    language: str
    wording: str | None
    backed_by: int
    opposed_by: int


class DispositionData(ApiData):
    """The decision on a comment. ``provision`` and ``draft``: where it was taken up, once that draft is open.

    Where ``language`` is "zxx", the reason is a code of the program's: "merged" or "merged-in-part".
    ``reply``: what its author says.
    """

    decision: str
    reason: str
    language: str
    decided_at: dt.datetime
    provision: str | None
    draft: int | None
    reply: str | None
    reply_note: str | None


class CommentData(ApiData):
    """A comment, "c12"; of one that was hidden or taken back only its place is left. ``page``: for people.

    ``version``: of its words, to be sent with an answer to them.
    """

    comment: str
    version: int
    norm: str
    provision: str | None
    draft: int
    answers: str | None
    visibility: str
    kind: str
    stakeholder: StakeholderData | None
    language: str
    read_language: str
    body: str
    quote: str
    change: ProposedChangeData | None
    disposition: DispositionData | None
    created_at: dt.datetime
    page: str

    @classmethod
    def of(cls, norm: Norm, line: CommentLine, uptake: Uptake | None = None) -> "CommentData":
        said = line.comment
        is_shown = said.visibility in (Visibility.SHOWN, Visibility.HELD)
        return cls(
            comment=f"c{said.number}",
            version=said.version,
            norm=norm.slug,
            provision=said.provision.code if said.provision else None,
            draft=said.draft.number,
            answers=f"c{said.parent.number}" if said.parent else None,
            visibility=said.visibility,
            kind=said.kind,
            stakeholder=StakeholderData.of(said.stakeholder) if is_shown else None,
            language=said.language,
            read_language=said.read_language,
            body=said.body if is_shown else "",
            quote=said.quote if is_shown else "",
            change=change_of(said, line) if is_shown else None,
            disposition=disposition_of(line, uptake),
            created_at=said.created_at,
            page=url_for("discussion.comment", slug=norm.slug, number=said.number),
        )


def change_of(said: Said, line: CommentLine) -> ProposedChangeData | None:
    if said.change is None:
        return None
    return ProposedChangeData(
        operation=said.change.operation,
        language=said.change.language,
        wording=said.change.wording,
        backed_by=line.backing.get("back", 0),
        opposed_by=line.backing.get("oppose", 0),
    )


def disposition_of(line: CommentLine, uptake: Uptake | None) -> DispositionData | None:
    decided, reply = line.disposition, line.reply
    if decided is None:
        return None
    return DispositionData(
        decision=decided.decision,
        reason=decided.reason,
        language=decided.language,
        decided_at=decided.decided_at,
        provision=decided.clause.provision.code if decided.clause else None,
        draft=uptake.draft.number if uptake else None,
        reply=reply.satisfaction if reply else None,
        reply_note=reply.note if reply else None,
    )


class PositionData(ApiData):
    """A stakeholder's position. ``remedy``: what would resolve an objection. ``text_digest``: of the words
    that were read, in ``read_language``. ``version``: to be sent with what replaces it.
    """

    norm: str
    provision: str
    stakeholder: int
    stance: str
    reason: str
    remedy: str
    language: str
    read_language: str
    text_digest: str
    version: str
    stated_at: dt.datetime

    @classmethod
    def of(cls, norm: Norm, code: str, one: Stated) -> "PositionData":
        return cls(
            norm=norm.slug,
            provision=code,
            stakeholder=one.stakeholder_id,
            stance=one.stance,
            reason=one.reason,
            remedy=one.remedy,
            language=one.language,
            read_language=one.read_language,
            text_digest=str(Seen(one.text_digest, one.translation_digest)),
            version=version_of(one.fields),
            stated_at=one.stated_at,
        )
