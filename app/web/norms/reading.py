"""What the reading pages show, gathered in a fixed number of statements and made once for everybody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.discussion import threads
from app.discussion.threads import Threads
from app.foundation.errors import NotFound
from app.norms import queries
from app.norms.models import Clause, ClauseText, Norm, ProvisionLineage, TextStatus
from app.positions import queries as positions
from app.positions import statements
from app.reading_aids import queries as reading_aids
from app.reading_aids.models import Bearing, ReadingAid, Reason
from app.reading_aids.queries import Explained
from app.reading_aids.term_marking import Piece, marked
from app.web.parts.assessments import latest


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
