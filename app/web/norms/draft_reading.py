"""A part of a draft as everybody sees it, made once for all, with one person's positions laid over it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import get_template_attribute, render_template
from flask_babel import gettext, ngettext
from markupsafe import Markup
from sqlalchemy.orm import Session

from app.authority.actor import SPEAKERS, Actor
from app.consensus.status import CONSENSUS, CONTESTED, INSUFFICIENT, NOT_SUPPORTED, ROUGH
from app.discussion import queries as discussion
from app.discussion.queries import Talk
from app.foundation.errors import N_, Phrase
from app.foundation.versions import version_of
from app.kernel.labels import WORDS
from app.kernel.redlines import corrected
from app.lifecycle.overrides import on_the_way_to
from app.norms import queries
from app.norms.models import Clause, ClauseKind, ClauseText, Draft, Norm
from app.norms.parts import WHOLE, DraftPart
from app.norms.seen import seen_in
from app.positions import queries as positions
from app.positions import statements
from app.positions.models import Stance
from app.stakeholders.models import Stakeholder
from app.web.parts import verdicts
from app.web.parts.assessments import latest
from app.web.parts.overrides import told
from app.web.parts.text_columns import columns

#: Templates of what stands around the clauses.
AROUND = ("head", "opening", "outline", "parts", "corrigenda", "colophon")
WAYS = ("way_to_state", "ways_to_speak", "way_to_talk")  #: macros
STATUSES = (CONSENSUS, ROUGH, CONTESTED, NOT_SUPPORTED, INSUFFICIENT)


@dataclass(frozen=True)
class ClauseReading:
    """One clause: what everybody sees alike is rendered already."""

    provision_id: int
    code: str
    kind: str
    depth: int
    takes_position: bool
    language: str  #: in which it is read first
    seen: str  #: its words as they are read in it
    body: Markup
    stating: Markup  #: the way to state a position
    speaking: Markup  #: the ways to comment and to propose
    talk: Markup  #: the way to what is said of it


@dataclass(frozen=True)
class OwnPosition:
    """What the reader's stakeholder has said of a clause, in words."""

    stakeholder: Stakeholder
    counts: bool
    words: Phrase
    version: str  #: that is shown, where it may be reaffirmed


@dataclass(frozen=True)
class DraftReading:
    """Some clauses of a draft and what stands around them."""

    draft_id: int
    clauses: Sequence[ClauseReading]
    head: Markup
    opening: Markup
    outline: Markup
    parts: Markup
    corrigenda: Markup
    colophon: Markup

    def mine(self, session: Session, actor: Actor) -> Mapping[int, Sequence[OwnPosition]]:
        """The positions of the stakeholders this person speaks for, by provision; one statement."""
        holders = sorted({holder for role, holder in actor.mandates if role in SPEAKERS})
        found: dict[int, list[OwnPosition]] = {}
        shown = [clause.provision_id for clause in self.clauses]
        for one in positions.standing(session, self.draft_id, holders, shown) if holders else ():
            version = "" if one.counts else version_of(one.position.fields)
            own = OwnPosition(one.position.stakeholder, one.counts, own_words(one), version)
            found.setdefault(one.position.provision_id, []).append(own)
        return found


def own_words(standing: positions.CurrentPosition) -> Phrase:
    stance = Phrase(WORDS[Stance, standing.position.stance.value])
    if standing.counts:
        return Phrase(N_("Your position: %(stance)s."), {"stance": stance})
    return Phrase(
        N_("Your position is not confirmed: you stated “%(stance)s” on an earlier wording."),
        {"stance": stance},
    )


def read_draft(
    session: Session,
    norm: Norm,
    draft: Draft,
    parts: Sequence[DraftPart],
    part: DraftPart | None,
    language: str,
    beside: str | None,
    now: dt.datetime,
) -> DraftReading:
    """Gather one of a draft's parts, or all of it; the statements are as many however much there is."""
    wanted = [] if part is None else [Clause.place.between(part.first.place, part.last.place)]
    clauses = queries.clauses(session, draft.id, *wanted)
    provisions = [clause.provision_id for clause in clauses]
    heard = statements.heard(session, draft.id, provisions)
    talks = discussion.talk(session, norm.id, provisions)
    assessment = latest(norm.id, draft.id)
    figures = {clause["provision"]: clause for clause in assessment.result["clauses"]} if assessment else {}
    shown = {
        "norm": norm,
        "draft": draft,
        "clauses": clauses,
        "parts": parts,
        "part": part,
        "at": "" if len(parts) < 2 else part.first.code if part else WHOLE,
        "assessment": assessment,
        "figures": figures,
        "statuses": STATUSES,
        "beside": beside,
        "is_open": norm.round_is_open(now),
        "opening_words": {clause.id: opening_words(norm, clause, language) for clause in clauses},
        "participation": statements.participation(session, draft.id),
        "talk": talk_words(talks.get(None)) if None in talks else "",
        "corrigenda": corrected(session, norm),
        "overrides": told(on_the_way_to(session, norm.id, draft.number)),
    }

    around = {name: rendered(f"norms/_{name}.html", shown) for name in AROUND}
    read = [
        clause_reading(
            norm,
            clause,
            columns(norm, clause, language, beside),
            heard.get(clause.provision_id),
            figures.get(clause.provision.code),
            talk_words(talks.get(clause.provision_id)),
        )
        for clause in clauses
    ]
    return DraftReading(draft.id, read, **around)


def rendered(name: str, shown: Mapping[str, Any]) -> Markup:
    return Markup(render_template(name, **shown))  # noqa: S704 - from our own template, which escapes


def clause_reading(
    norm: Norm,
    clause: Clause,
    texts: Sequence[ClauseText],
    heard: statements.Heard | None,
    figure: Mapping[str, Any] | None,
    talk: str,
) -> ClauseReading:
    """``texts``: beside each other, the first is read first; ``figure``: the clause's result, or none."""
    body = get_template_attribute("norms/_clause.html", "body")
    state, speak, listen = (get_template_attribute("norms/_macros.html", name) for name in WAYS)
    language = texts[0].language if texts else norm.authentic_languages[0]
    code = clause.provision.code
    return ClauseReading(
        clause.provision_id,
        code,
        clause.kind.value,
        min(clause.depth, 3),
        clause.kind is not ClauseKind.HEADING,
        language,
        str(seen_in(clause, language)),
        body(clause, texts, heard, figure, verdicts),
        state(norm, code),
        speak(norm, code),
        listen(norm, code, talk),
    )


def opening_words(norm: Norm, clause: Clause, language: str) -> str:
    """How a clause begins, for a list of clauses."""
    shown = columns(norm, clause, language, None)
    text = shown[0].text if shown else ""
    return text if len(text) <= 30 else text[:28].rstrip() + "…"


def talk_words(talk: Talk | None) -> str:
    """How much is said about a clause, and what still waits for an answer."""
    if talk is None or not (talk.comments or talk.changes):
        return str(gettext("No comments yet"))
    parts = [ngettext("%(num)d comment", "%(num)d comments", talk.comments)]
    if talk.unanswered:
        parts.append(ngettext("%(num)d not answered yet", "%(num)d not answered yet", talk.unanswered))
    if talk.changes:
        parts.append(ngettext("%(num)d proposed change", "%(num)d proposed changes", talk.changes))
    return " · ".join(map(str, parts))
