"""One clause at the bench as its page shows it: the proposals, what was typed, and what they make."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request

from app.accounts.models import User
from app.compilation import merged_wording, queries, working_notes
from app.compilation.merge import contrast
from app.compilation.merge.nway import METHOD
from app.compilation.merge.provenance import text_of
from app.compilation.merge.redline import redline
from app.compilation.merged_wording import Woven
from app.compilation.models import CompilationItem, MergeOperation, Wording, WorkingNote
from app.compilation.reading_modes import ReadingMode
from app.discussion.models import Comment
from app.kernel import context
from app.kernel.input_limits import whole
from app.kernel.locale import preferred_language
from app.kernel.redlines import Runs, as_runs
from app.norms.models import Norm
from app.web.compilation.commitments import ToDo, names_asked, provisions_of, to_do
from app.web.compilation.reading import Listed, NextDraftReading, Proposal, backers, listed_from, read

Typed = Mapping[str, Any]


@dataclass(frozen=True)
class Merging:
    """The changes that can be merged, and what those that are ticked, ``picked``, make together.

    ``replacing``: those of them that are shown; ``otherwise``: numbers of those with another disposition;
    ``mergeable``: names of all, taken up by their words if merged; ``is_new``: what they make is not saved;
    ``choices``: what settles each collision.
    """

    listed: Listed
    replacing: Sequence[Proposal]
    otherwise: Collection[int]
    picked: Sequence[int]
    mergeable: Collection[str]
    woven: Woven | None
    woven_runs: Runs
    is_new: bool
    contrasts: Sequence[contrast.CollisionContrast]
    choices: Mapping[int, tuple[str, str]]


@dataclass(frozen=True)
class EntryDesk:
    """``mode``: in which the clause is only read; ``verb``: of the form that comes back with what was
    ``typed``. ``here``: what was accepted of this clause and is not taken up; ``todo``: that, and what was
    said of no clause; ``named``: what the address or the note names of it.
    """

    norm: Norm
    entry: CompilationItem
    language: str
    mode: ReadingMode | None
    verb: str
    typed: Typed
    here: Sequence[ToDo]
    todo: Sequence[ToDo]
    named: Sequence[str]
    reading: NextDraftReading
    wording: Wording | None
    merging: Merging
    others: Sequence[CompilationItem]
    entry_before: int
    note: WorkingNote | None
    at_work: User | None
    steps: Sequence[MergeOperation]
    last: MergeOperation | None


def desk(norm: Norm, chosen: CompilationItem, typed: Typed | None) -> EntryDesk:
    """Each form carries the version of what fills it."""
    session, actor, language = context.session(), context.actor(), language_asked(norm)
    wording = chosen.wording(language)
    numbers, choices = asked_for(typed, wording.merge if wording else {})
    listed = changes_listed(norm, chosen, language, numbers, request.args.get("start", 0, type=whole))
    reading = read_entry(norm, chosen, language, listed.changes)
    entries = queries.entries(session, chosen.compilation)
    note = working_notes.note_of(session, actor, chosen, language)
    here, todo = to_do_at(norm, chosen, entries)
    return EntryDesk(
        norm,
        chosen,
        language,
        mode_asked(),
        verb_asked(),
        typed or {},
        here=here,
        todo=todo,
        named=names_asked() or [f"c{number}" for number in (note.takes_up if note else ())],
        reading=reading,
        wording=wording,
        merging=merging(norm, chosen, language, listed, reading, numbers, choices),
        others=[one for one in entries if one.id != chosen.id],
        entry_before=next((one.id for one in reversed(entries) if one.place < chosen.place), 0),
        note=note,
        at_work=working_notes.at_work(session, [chosen], actor, now=context.now()).get(chosen.id),
        steps=queries.steps(session, chosen),
        last=queries.last_step(session, chosen),
    )


def merging(
    norm: Norm,
    chosen: CompilationItem,
    language: str,
    listed: Listed,
    reading: NextDraftReading,
    numbers: list[int],
    choices: Mapping[int, tuple[str, str]],
) -> Merging:
    """What the ticked changes make together, if they still are among those that can be merged."""
    session, base = context.session(), reading.base
    woven = merged_wording.weave_known(session, norm, chosen, language, numbers, choices) if base else None
    if woven is None or list(woven.numbers) != numbers:
        choices = {}
    wording = chosen.wording(language)
    return Merging(
        listed,
        replacing=[one for one in reading.proposals if base and one.said in listed.mergeable],
        otherwise=queries.decided_otherwise(session, norm, [one.number for one in listed.mergeable]),
        picked=woven.numbers if woven else [],
        mergeable={f"c{one.number}" for one in listed.mergeable},
        woven=woven,
        woven_runs=as_runs(redline(base, text_of(woven.runs))) if woven else [],
        is_new=woven is not None and not is_saved(woven, wording.merge if wording else {}, choices),
        contrasts=list(contrast.contrasts(woven.segments)) if woven else [],
        choices=choices,
    )


def mode_asked() -> ReadingMode | None:
    asked = request.args.get("mode", "")
    return ReadingMode(asked) if asked in set(ReadingMode) else None


def language_asked(norm: Norm) -> str:
    asked: str = request.values.get("in") or request.form.get("language") or ""
    return asked if asked in norm.languages else preferred_language(norm)


def verb_asked() -> str:
    """What a form asks for. What was typed fills that form alone."""
    return (request.endpoint or "").rpartition(".")[2]


def to_do_at(
    norm: Norm, chosen: CompilationItem, entries: Sequence[CompilationItem]
) -> tuple[list[ToDo], list[ToDo]]:
    """What was accepted of a clause and waits to be taken up; the same and what was said of no clause."""
    provisions = provisions_of(entries)
    todo = [one for one in to_do(norm) if one.is_of(chosen) or one.is_elsewhere(provisions)]
    return [one for one in todo if one.is_of(chosen)], todo


def changes_listed(
    norm: Norm, chosen: CompilationItem, language: str, picked: Sequence[int], start: int
) -> Listed:
    """Some of the proposed changes to a clause, those that are ticked among them."""
    if chosen.provision_id is None:
        return Listed()
    found = queries.changes_to(context.session(), norm.current_draft_id or 0, chosen.provision_id)
    return listed_from(found, language, picked, start)


def read_entry(
    norm: Norm, chosen: CompilationItem, language: str, proposed: Sequence[Comment] = ()
) -> NextDraftReading:
    """A clause with proposed changes to it and who backs them."""
    session = context.session()
    clause = merged_wording.base_clause(session, norm, chosen)
    return read(chosen, clause, proposed, backers(session, proposed), language)


def asked_for(typed: Typed | None, saved: Typed) -> tuple[list[int], dict[int, tuple[str, str]]]:
    """The ticked changes and what settles their collisions: as typed, or else as saved."""
    if typed is None or not ({"settles", "changes"} & set(typed)):
        choices = saved["choices"] if saved.get("method") == METHOD and "choices" in saved else {}
        settled = {int(place): (source, words) for place, (source, words) in choices.items()}
        return list(saved.get("changes", ())), settled
    numbers = numbers_in(typed)
    return numbers, choices_in(typed, numbers)


def is_saved(woven: Woven, saved: Typed, choices: Mapping[int, tuple[str, str]]) -> bool:
    """Whether what is shown is what the clause is at present."""
    settled = {str(place): list(choices[place]) for place in woven.settled}
    return list(woven.numbers) == saved.get("changes") and settled == saved.get("choices", {})


def numbers_in(values: Any) -> list[int]:
    """The proposed changes that are ticked."""
    return sorted(
        {int(value) for value in values.getlist("changes") if value.isdecimal() and len(value) < 10}
    )


def choices_in(values: Any, numbers: list[int]) -> dict[int, tuple[str, str]]:
    """``choice.N`` and ``words.N`` settle the collision N, unless other changes were ticked by then."""
    if values.get("settles", listed(numbers)) != listed(numbers):
        return {}
    places = (name.removeprefix("choice.") for name in values if name.startswith("choice."))
    return {
        int(place): (values[f"choice.{place}"], values.get(f"words.{place}", ""))
        for place in places
        if place.isdecimal() and len(place) < 5
    }


def listed(numbers: list[int]) -> str:
    return ",".join(map(str, numbers))
