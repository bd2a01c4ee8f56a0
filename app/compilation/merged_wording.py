"""The words of one clause at the bench: where they start from, and proposed changes merged into them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.compilation import queries
from app.compilation.merge import nway, provenance
from app.compilation.models import CompilationItem
from app.discussion.models import ChangeOperation, Comment
from app.foundation.errors import N_, BadInput, NotFound
from app.norms.models import Clause, Norm


class ChangeUnknown(BadInput):
    code = "change-unknown"
    message = N_("%(number)s does not propose wording for this clause in this language.")


class NoChangeChosen(BadInput):
    code = "nothing-chosen"
    message = N_("Select at least one proposed change, or keep the clause unchanged.")


def source_of(comment: Comment) -> str:
    """A proposed change's name among the sources of words."""
    return f"c{comment.number}"


@dataclass(frozen=True)
class Woven:
    """Proposed changes merged: what collides, which of it is settled, and the words with their sources."""

    numbers: Sequence[int]
    segments: Sequence[nway.Segment]
    settled: Sequence[int]
    runs: provenance.RunList

    @property
    def unsettled(self) -> int:
        return len(nway.collisions(self.segments)) - len(self.settled)


def weave(
    session: Session,
    norm: Norm,
    entry: CompilationItem,
    language: str,
    numbers: Sequence[int],
    choices: Mapping[int, tuple[str, str]],
) -> Woven:
    """What ``merge`` would make, without making it. Choices for collisions that are not there are left.

    :raises ChangeUnknown: a number is not a change to this clause in this language.
    """
    proposed = _proposed(session, norm, entry, language)
    if not numbers:
        raise NoChangeChosen(field="changes")
    for number in numbers:
        if number not in proposed:
            raise ChangeUnknown(number=f"c{number}")
    base = base_text(session, norm, entry, language)
    try:
        return _woven(base, [proposed[number] for number in sorted(set(numbers))], choices)
    except KeyError as error:
        raise ChangeUnknown(number=error.args[0]) from error


def weave_known(
    session: Session,
    norm: Norm,
    entry: CompilationItem,
    language: str,
    numbers: Sequence[int],
    choices: Mapping[int, tuple[str, str]],
) -> Woven | None:
    """What can be shown of a selection, some of which may be gone by now; None if all of it is.

    Then the collisions are others, and what was chosen for them says nothing any more.
    """
    proposed = _proposed(session, norm, entry, language)
    chosen = [proposed[number] for number in sorted(set(numbers)) if number in proposed]
    if not chosen:
        return None
    base = base_text(session, norm, entry, language)
    try:
        return _woven(base, chosen, choices if len(chosen) == len(set(numbers)) else {})
    except KeyError:
        return _woven(base, chosen, {})


def _woven(base: str, chosen: Sequence[Comment], choices: Mapping[int, tuple[str, str]]) -> Woven:
    """:raises KeyError: no wording in a collision has the source that was chosen for it."""
    segments = nway.merge(base, {source_of(one): wording_of(one) for one in chosen})
    collisions = nway.collisions(segments)
    settled = {
        place: nway.choose(collisions[place], source, own_words)
        for place, (source, own_words) in choices.items()
        if 0 <= place < len(collisions) and source
    }
    return Woven([one.number for one in chosen], segments, list(settled), nway.settle(segments, settled))


def present_runs(session: Session, norm: Norm, entry: CompilationItem, language: str) -> provenance.RunList:
    """The words an entry has at present in one language with their sources; none where it has no text."""
    wording = entry.wording(language)
    if wording is not None:
        return [(run, tuple(sources)) for run, sources in wording.runs]
    text = base_text(session, norm, entry, language, needed=False)
    return [(text, (provenance.BASE,))] if text else []


def base_text(
    session: Session, norm: Norm, entry: CompilationItem, language: str, *, needed: bool = True
) -> str:
    """The clause's text in the draft the compilation starts from.

    :raises NotFound: there is none in this language, and one is needed.
    """
    clause = base_clause(session, norm, entry)
    text = next((one.text for one in clause.texts if one.language == language), "") if clause else ""
    if needed and not text:
        raise NotFound
    return text


def base_clause(session: Session, norm: Norm, entry: CompilationItem) -> Clause | None:
    return session.scalars(
        sa.select(Clause).where(
            Clause.draft_id == norm.current_draft_id, Clause.provision_id == entry.provision_id
        )
    ).one_or_none()


def wording_of(comment: Comment) -> str:
    """What a change proposes on the norm's current draft, where it was made or to which it was carried."""
    wording = comment.change.wording_on(comment.norm.current_draft_id) if comment.change else None
    assert wording is not None  # noqa: S101 - chosen as such
    return wording


def _proposed(session: Session, norm: Norm, entry: CompilationItem, language: str) -> dict[int, Comment]:
    """Number → proposed change of the clause's words in a language."""
    return {
        one.number: one
        for one in queries.changes_to(session, norm.current_draft_id or 0, entry.provision_id or 0)
        if one.change is not None
        and one.change.operation is ChangeOperation.REPLACE
        and one.change.language == language
    }
