"""Reading aids of a demonstration norm, and the reasons chosen from its comments."""

from collections.abc import Mapping
from typing import Any

from app.demo.course import Course, read
from app.reading_aids import reasons, service
from app.reading_aids.models import AidKind, Bearing
from app.reading_aids.wording import AidWords


def explain(course: Course) -> None:
    """Terms, notes and questions in every language, the comments that answer, and reasons for and against."""
    course.look()
    file = read(f"{course.prefix}explaining")
    for row in file["aids"]:
        write(course, row)
    moderator = course.people.seated("moderator")
    for row in file["reasons"]:
        said, bearing = course.comments[row["comment"]], Bearing(row["bearing"])
        reasons.choose(
            course.session,
            moderator,
            course.norm,
            said,
            bearing=bearing,
            words=row["words"],
            now=course.later(minutes=1),
        )


def write(course: Course, row: Mapping[str, Any]) -> None:
    editor, translator = course.people.seated("editor"), course.people.seated("translator")
    clause = course.clause(row["provision"]) if row["provision"] else None
    titles, forms = row.get("titles", {}), row.get("forms", {})
    first, *others = (
        AidWords(language, text, titles.get(language, ""), forms.get(language, ""))
        for language, text in row["texts"].items()
    )
    aid = service.add(
        course.session,
        editor,
        course.norm,
        kind=AidKind(row["kind"]),
        clause=clause,
        words=first,
        now=course.later(minutes=1),
    )
    for words in others:
        service.word(
            course.session,
            translator,
            course.norm,
            aid,
            clause=clause,
            words=words,
            version=0,
            now=course.later(minutes=1),
        )
    for key, speaker in row.get("answers", {}).items():
        said, actor = course.comments[key], course.people.voice(speaker)
        service.answer(course.session, actor, course.norm, said, aid.id, now=course.later(seconds=10))
