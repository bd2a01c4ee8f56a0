"""What the reading pages show, gathered in a fixed number of statements and made once for everybody."""

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
from app.discussion import threads
from app.discussion.threads import Threads
from app.foundation.errors import N_, NotFound, Phrase
from app.foundation.versions import version_of
from app.kernel.labels import WORDS
from app.lifecycle.overrides import on_the_way_to
from app.norms import queries
from app.norms.models import Clause, ClauseKind, ClauseText, Draft, Norm, ProvisionLineage, TextStatus
from app.norms.seen import seen_in
from app.positions import queries as positions
from app.positions import statements
from app.positions.models import Stance
from app.reading_aids import queries as reading_aids
from app.reading_aids.models import Bearing, ReadingAid, Reason
from app.reading_aids.queries import Explained
from app.reading_aids.term_marking import Piece, marked
from app.stakeholders.models import Stakeholder
from app.web.parts import verdicts
from app.web.parts.assessments import latest
from app.web.parts.overrides import told
from app.web.parts.text_columns import columns


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
    talk: str


@dataclass(frozen=True)
class OwnPosition:
    """What the reader's stakeholder has said of a clause, in words."""

    stakeholder: Stakeholder
    counts: bool
    words: Phrase
    version: str  #: that is shown


@dataclass(frozen=True)
class DraftReading:
    """A draft as everybody sees it, and how to lay one person's positions over it."""

    draft_id: int
    opening: Markup
    outline: Markup
    clauses: Sequence[ClauseReading]
    colophon: Markup

    def mine(self, session: Session, actor: Actor) -> Mapping[int, Sequence[OwnPosition]]:
        """The positions of the stakeholders this person speaks for, by provision; one statement."""
        holders = sorted({holder for role, holder in actor.mandates if role in SPEAKERS})
        found: dict[int, list[OwnPosition]] = {}
        for one in positions.standing(session, self.draft_id, *holders) if holders else ():
            own = OwnPosition(
                one.position.stakeholder, one.counts, own_words(one), version_of(one.position.fields)
            )
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
    session: Session, norm: Norm, draft: Draft, language: str, beside: str | None, now: dt.datetime
) -> DraftReading:
    """Gather a draft: the number of statements does not depend on how much there is."""
    clauses = queries.clauses(session, draft.id)
    heard = statements.heard(session, draft.id, [one.provision_id for one in clauses])
    talks = discussion.talk(session, norm.id)
    assessment = latest(norm.id, draft.id)
    figures = {clause["provision"]: clause for clause in assessment.result["clauses"]} if assessment else {}

    clause_body = get_template_attribute("norms/_clause.html", "body")

    def reading(clause: Clause) -> ClauseReading:
        talk = talks.get(clause.provision_id)
        texts = columns(norm, clause, language, beside)
        main = texts[0].language if texts else language
        body = clause_body(
            clause,
            texts,
            heard.get(clause.provision_id),
            figures.get(clause.provision.code),
            verdicts,
        )
        return ClauseReading(
            clause.provision_id,
            clause.provision.code,
            clause.kind.value,
            min(clause.depth, 3),
            clause.kind is not ClauseKind.HEADING,
            main,
            str(seen_in(clause, main)),
            body,
            talk_words(talk),
        )

    shown = {
        "norm": norm,
        "draft": draft,
        "clauses": clauses,
        "assessment": assessment,
        "figures": figures,
        "statuses": (CONSENSUS, ROUGH, CONTESTED, NOT_SUPPORTED, INSUFFICIENT),
        "beside": beside,
        "is_open": norm.round_is_open(now),
        "opening_words": {clause.id: opening_words(norm, clause, language) for clause in clauses},
        "participation": statements.participation(session, draft.id),
        "talk": talk_words(talks.get(None)) if None in talks else "",
        "overrides": told(on_the_way_to(session, norm.id, draft.number)),
    }
    return DraftReading(
        draft.id,
        Markup(render_template("norms/_opening.html", **shown)),  # noqa: S704 - from our own template, which escapes
        Markup(render_template("norms/_outline.html", **shown)),  # noqa: S704
        [reading(clause) for clause in clauses],
        Markup(render_template("norms/_colophon.html", **shown)),  # noqa: S704
    )


def opening_words(norm: Norm, clause: Clause, language: str) -> str:
    """How a clause begins, for a list of clauses."""
    shown = columns(norm, clause, language, None)
    text = shown[0].text if shown else ""
    return text if len(text) <= 30 else text[:28].rstrip() + "…"


def talk_words(talk: Any) -> str:
    """How much is said about a clause, and what still waits for an answer."""
    if talk is None or not (talk.comments or talk.changes):
        return str(gettext("No comments yet"))
    parts = [ngettext("%(num)d comment", "%(num)d comments", talk.comments)]
    if talk.unanswered:
        parts.append(ngettext("%(num)d not answered yet", "%(num)d not answered yet", talk.unanswered))
    if talk.changes:
        parts.append(ngettext("%(num)d proposed change", "%(num)d proposed changes", talk.changes))
    return " · ".join(map(str, parts))


@dataclass(frozen=True)
class ProvisionReading:
    """One provision: its clause now, and in each draft before."""

    clause: Clause
    texts: Sequence[ClauseText]
    pieces: Mapping[str, Sequence[Piece]]  #: of the text in each language
    explained: Explained
    reasons: Mapping[Bearing, Sequence[Reason]]
    history: Sequence[Clause]
    lineage: Sequence[ProvisionLineage]
    places: Mapping[int, queries.Place]  #: of the provisions it names
    heard: Any
    figure: Mapping[str, Any] | None
    threads: Threads
    standing: Sequence[positions.CurrentPosition]
    last_standing: int | None  #: after which others follow

    @property
    def read_first(self) -> Sequence[ClauseText]:
        """The text in the page's language, and the authentic one where it is another."""
        own, others = self.texts[:1], self.texts[1:]
        if own and own[0].status is not TextStatus.AUTHENTIC:
            return [*own, *[text for text in others if text.status is TextStatus.AUTHENTIC][:1]]
        return own

    @property
    def read_also(self) -> Sequence[ClauseText]:
        """The texts in other languages."""
        return [text for text in self.texts if text not in self.read_first]

    @property
    def has_reasons(self) -> bool:
        return any(self.reasons.values())

    @property
    def number_of_positions(self) -> int:
        return int(self.heard.total + self.heard.unconfirmed)

    @property
    def terms(self) -> list[ReadingAid]:
        """Those that stand in the text that is read first."""
        found = {piece.term for piece in self.pieces[self.texts[0].language]} if self.texts else set()
        return [term for term in self.explained.terms if term.id in found]


def strand(of: str) -> Sequence[Any]:
    """What an address asks for of all that is said: a kind, or the answers to a question by its number."""
    if of in threads.STRANDS:
        return [threads.STRANDS[of]]
    return [reading_aids.answering(int(of))] if of.isdecimal() and len(of) < 19 else []


def read_provision(
    session: Session,
    norm: Norm,
    code: str,
    language: str,
    *,
    of: str = "",
    after: int = 0,
    before: int = 0,
    positions_after: int = 0,
) -> ProvisionReading:
    """One provision as this person may see it, with what is said of it (``of``: which part of that) after or
    before a comment's number, and the positions after one's id.

    :raises NotFound: the norm never had such a provision.
    """
    clause = queries.clause_of(session, norm.current_draft_id or 0, code) or queries.last_clause(
        session, norm, code
    )
    if clause is None:
        raise NotFound
    assessment = latest(norm.id, clause.draft_id)
    figures = {each["provision"]: each for each in assessment.result["clauses"]} if assessment else {}
    explained = reading_aids.explained(session, norm.id, clause.provision_id)
    lineage = queries.lineage(session, clause.provision_id)
    return ProvisionReading(
        clause,
        sorted(clause.texts, key=lambda text: (text.language != language, text.language)),
        {
            text.language: marked(
                text.text, reading_aids.entries(explained.terms, text.language), text.language
            )
            for text in clause.texts
        },
        explained,
        reading_aids.reasons(session, clause.provision_id),
        queries.history(session, clause.provision_id),
        lineage,
        queries.places(session, [norm.id]) if lineage else {},
        statements.heard(session, clause.draft_id, [clause.provision_id]).get(clause.provision_id),
        figures.get(code),
        threads.about(session, norm.id, clause.provision_id, strand(of), after=after, before=before),
        *positions.on_provision(session, clause.draft_id, clause.provision_id, after=positions_after),
    )
