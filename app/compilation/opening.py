"""Opening the next draft: the compilation becomes text, and its sources get their answer."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.authority.actor import Actor
from app.authority.grants import Permission, require
from app.compilation import commitments, queries
from app.compilation.attribution import wholly_taken
from app.compilation.carry_forward import carry, spans
from app.compilation.lineage import origin_of, trace
from app.compilation.merge import provenance
from app.compilation.models import CompilationItem, Wording
from app.compilation.operations import locked
from app.discussion.models import Comment, Decision, Disposition, RebasedChange, Visibility
from app.discussion.moderation import Settling, settle
from app.discussion.program_reasons import CODED, ProgramReason
from app.discussion.queries import IS_CURRENT
from app.foundation.database import number
from app.foundation.errors import N_, RuleBroken
from app.foundation.locking import Hold
from app.foundation.text import text_digest
from app.norms import queries as norms
from app.norms.locking import lock
from app.norms.models import Clause, ClauseText, Draft, Norm, Provision, TextStatus


class CollisionsLeft(RuleBroken):
    code = "collisions-left"
    message = N_("Clause %(label)s still has conflicting proposed changes. Resolve the conflicts first.")


class LanguageBehind(RuleBroken):
    code = "language-behind"
    message = N_("Clause %(label)s has no up-to-date text in %(language)s. Add one first.")


def open_draft(session: Session, actor: Actor, norm: Norm, *, now: dt.datetime) -> Draft:
    """Turn the compilation into the next draft and make it the current one.

    Positions need no touch: they count where the authentic text is the same to the letter. The proposed
    changes whose words went in are disposed with a link to their clause, and so is what a step took up; those
    that stand still are put to the new draft. The authors are told.

    :raises CollisionsLeft: two proposed changes still contradict each other somewhere.
    :raises LanguageBehind: the authentic languages of a clause do not all follow the change, or are not all
        there in a new one.
    """
    lock(session, norm, Hold.ALONE)
    require(actor, Permission.MOVE_STAGE, norm.matter(now))
    compilation = locked(session, norm, by_many=False)
    base = {clause.provision_id: clause for clause in norms.clauses(session, compilation.base_draft_id)}
    draft = Draft(norm_id=norm.id, number=compilation.base_draft.number + 1, created_at=now, opened_at=now)
    session.add(draft)
    session.flush()
    went_into: dict[int, Clause] = {}
    entries = queries.entries(session, compilation)
    kept = [one for one in entries if not one.is_left_out]
    writers, clauses = queries.writers(session, compilation), dict[int, Clause]()
    provisions = _provisions(session, norm, kept, now)
    for place, entry in enumerate(kept, 1):
        before = base.get(origin_of(entry).provision_id or 0)
        clauses[entry.id] = _clause(norm, draft, entry, provisions[entry.id], before, place, writers)
        for wording in entry.wordings:
            went_into |= dict.fromkeys(wording.merge.get("taken", ()), clauses[entry.id])
    number(session, list(clauses.values()))
    number(session, [text for clause in clauses.values() for text in clause.texts])
    session.add_all(clauses.values())
    session.flush()
    is_whole, taken = wholly_taken(session, norm, kept), commitments.kept(session, compilation)
    trace(session, draft, entries, {number: one.provision for number, one in clauses.items()})
    compilation.draft_id = draft.id
    norm.current_draft = draft
    session.flush()
    _answer(session, actor, norm, went_into, is_whole, now)
    commitments.keep(session, norm, draft, taken, clauses)
    carried = carry(session, norm, compilation.base_draft, draft, merged=went_into, now=now)
    details = {
        "draft": draft.number,
        "clauses": len(kept),
        "merged": sorted(went_into),
        "taken_up": sorted(taken),
        **{outcome.value: spans(numbers) for outcome, numbers in carried.items()},
    }
    subject, put = f"draft:{draft.number}", [(RebasedChange, {"draft_id": draft.id}, 0)]
    audit.record(session, actor, "draft-opened", subject, norm=norm.slug, now=now, details=details, lots=put)
    return draft


def _clause(
    norm: Norm,
    draft: Draft,
    entry: CompilationItem,
    provision: Provision,
    before: Clause | None,
    place: int,
    writers: Mapping[tuple[int, str], int],
) -> Clause:
    """The entry's clause. ``before``: where its words stood, in which what was split off is one part.
    ``writers``: entry's id and language → who last worked on its words.
    """
    wordings = {one.language: one for one in entry.wordings}
    if any(one.unsettled for one in entry.wordings):
        raise CollisionsLeft(label=entry.label)
    source = {one.language: one for one in before.texts} if before else {}
    old = source if entry.provision_id else {}
    texts = {code: one.text for code, one in old.items()}
    for code in queries.lagging(entry, texts, norm.authentic_languages):
        if code in old or not old:  # else it was outstanding before, which the chair may let pass again
            raise LanguageBehind(label=entry.label, language=code)
    texts |= {code: one.text for code, one in wordings.items()}
    digest = text_digest({code: texts[code] for code in norm.authentic_languages if code in texts})
    clause = Clause(
        draft_id=draft.id,
        provision=provision,
        place=place,
        depth=entry.depth,
        label=entry.label,
        kind=entry.kind,
        subject=before.subject if before else "",
        risk_tier=before.risk_tier if before else None,
        is_counted=before.is_counted if before else True,
        text_digest=digest,
    )
    for code in sorted(texts):
        before_it = old.get(code)
        status, rendered, writer = TextStatus.DRAFT, digest, writers.get((entry.id, code))
        if code in norm.authentic_languages:
            status = TextStatus.AUTHENTIC
        elif before_it is not None and before_it.text == texts[code]:
            status, rendered = before_it.status, before_it.source_digest
            writer = before_it.written_by
        clause.texts.append(
            ClauseText(
                language=code,
                text=texts[code],
                status=status,
                source_digest=rendered,
                written_by=writer,
                provenance=_provenance(wordings.get(code), source.get(code)),
            )
        )
    return clause


def _provenance(wording: Wording | None, text: ClauseText | None) -> list[Any] | None:
    """Where each word comes from, back through the drafts before."""
    if wording is None:
        return text.provenance if text else None
    runs = [(run, tuple(sources)) for run, sources in wording.runs]
    if text is not None and text.provenance:
        runs = provenance.traced(runs, [(run, tuple(sources)) for run, sources in text.provenance])
    return [[run, list(sources)] for run, sources in runs]


def _provisions(
    session: Session, norm: Norm, entries: Sequence[CompilationItem], now: dt.datetime
) -> dict[int, Provision]:
    """Entry's id → its provision; what is new gets the next codes of the norm."""
    found = {one.id: one.provision for one in entries if one.provision is not None}
    new = [one for one in entries if one.provision is None]
    if new:
        codes = session.scalars(sa.select(Provision.code).where(Provision.norm_id == norm.id))
        last = max((int(code[1:]) for code in codes), default=0)
        made = [
            Provision(norm_id=norm.id, code=f"p{last + place}", created_at=now)
            for place, _ in enumerate(new, 1)
        ]
        number(session, made)
        session.add_all(made)
        session.flush()
        found |= zip((one.id for one in new), made, strict=True)
    return found


def _answer(
    session: Session,
    actor: Actor,
    norm: Norm,
    merged: Mapping[int, Clause],
    is_whole: Mapping[int, bool],
    now: dt.datetime,
) -> None:
    """The dispositions of merged changes that nobody has decided on; what is not shown any more gets none."""
    undecided = session.scalars(
        sa.select(Comment)
        .outerjoin(Disposition, IS_CURRENT)
        .where(
            Comment.norm_id == norm.id,
            Comment.number.in_(merged),
            Comment.visibility == Visibility.SHOWN,
            sa.or_(Disposition.id.is_(None), Disposition.decision == Decision.DEFERRED),
        )
        .order_by(Comment.number)
    ).all()
    taken = []
    for comment in undecided:
        whole = is_whole.get(comment.number, False)
        decision = Decision.ACCEPTED if whole else Decision.MODIFIED
        reason = ProgramReason.MERGED if whole else ProgramReason.MERGED_IN_PART
        taken.append(Settling(comment, decision, reason, CODED, clause=merged[comment.number]))
    settle(session, actor, norm, taken, now=now)
