"""Compilation of a demonstration norm's second draft."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.compilation import queries as merging_queries
from app.compilation import service as merging
from app.compilation.merge.nway import collisions, merge
from app.compilation.merge.provenance import EDITOR
from app.compilation.merged_wording import base_text, source_of, wording_of
from app.compilation.models import CompilationItem
from app.demo.course import Course, read


def compile_draft(course: Course) -> None:
    """Merge what was chosen, settle what collides, and bring the other languages into line."""
    file = read(f"{course.prefix}compilation")
    for row in file["entries"]:
        entry = added(course, row) if row["treatment"] == "add" else merged(course, row)
        wanted = next(one for one in course.file["provisions"] if one["key"] == row["provision"])
        for language, text in sorted(wanted["drafts"]["2"].items()):
            if language != row["language"]:
                merging.edit(
                    course.session,
                    course.people.seated("editor"),
                    course.norm,
                    entry,
                    language=language,
                    text=text,
                    motive=file["other_languages_motive"],
                    version=entry.version,
                    takes_up=numbers(course, row.get("motivated_by_in", {}).get(language, ())),
                    now=course.later(seconds=20),
                )


def numbers(course: Course, keys: Iterable[str]) -> list[int]:
    return [course.comments[key].number for key in keys]


def entry_of(course: Course, key: str) -> CompilationItem:
    compilation = merging_queries.compilation_of(course.session, course.norm)
    entries = merging_queries.entries(course.session, compilation) if compilation else ()
    return next(one for one in entries if one.provision and one.provision.code == course.codes[key])


def merged(course: Course, row: Mapping[str, Any]) -> CompilationItem:
    entry, chosen = entry_of(course, row["provision"]), [course.comments[key] for key in row["merge"]]
    base = base_text(course.session, course.norm, entry, row["language"])
    found = collisions(merge(base, {source_of(c): wording_of(c) for c in chosen}))
    choices: dict[int, tuple[str, str]] = {}
    for settlement in row["settlements"]:
        between = {source_of(course.comments[key]) for key in settlement["between"]}
        for place, collision in enumerate(found):
            if between <= {source for one in collision.alternatives for source in one.sources}:
                choices[place] = choice(course, settlement)
    merging.merge(
        course.session,
        course.people.seated("editor"),
        course.norm,
        entry,
        language=row["language"],
        numbers=[one.number for one in chosen],
        choices=choices,
        version=entry.version,
        takes_up=numbers(course, row["motivated_by"]),
        now=course.later(minutes=2),
    )
    return entry


def choice(course: Course, settlement: Mapping[str, Any]) -> tuple[str, str]:
    if "choose" in settlement:
        return source_of(course.comments[settlement["choose"]]), ""
    return EDITOR, settlement["words"]


def added(course: Course, row: Mapping[str, Any]) -> CompilationItem:
    wanted = next(one for one in course.file["provisions"] if one["key"] == row["provision"])
    course.codes[row["provision"]] = f"p{len(course.codes) + 1}"
    return merging.add(
        course.session,
        course.people.seated("editor"),
        course.norm,
        after=entry_of(course, row["after"]),
        label=row["label"],
        language=row["language"],
        text=wanted["drafts"]["2"][row["language"]],
        motive=row["motive"],
        source=course.comments[row["merge"][0]] if row["merge"] else None,
        takes_up=numbers(course, row["motivated_by"]),
        now=course.later(minutes=2),
    )
