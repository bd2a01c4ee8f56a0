"""Comments on a demonstration norm, and their dispositions."""

from collections.abc import Mapping
from typing import Any

from app.demo.course import Course, read
from app.discussion import backing, moderation, replying
from app.discussion import service as discussion
from app.discussion.models import (
    ChangeOperation,
    Comment,
    CommentKind,
    Decision,
    HidingReason,
    Satisfaction,
    Side,
)
from app.discussion.submissions import Submission
from app.norms.models import Clause
from app.norms.queries import draft_seen
from app.norms.seen import Seen, seen_in


def discuss(course: Course, draft: int) -> None:
    """Comments, proposed changes and who backs them, hidden ones, decisions and replies."""
    course.look()
    rows = [row for row in read(f"{course.prefix}discussion")["comments"] if row["draft"] == draft]
    for row in rows:
        course.comments[row["key"]] = say(course, row)
    for row in rows:
        decide(course, row)


def say(course: Course, row: Mapping[str, Any]) -> Comment:
    holder, actor = course.people.stakeholders[row["stakeholder"]], course.people.voice(row["stakeholder"])
    now, words = course.later(minutes=3), (holder.id, row["body"], row["language"])
    clause = course.clause(row["provision"]) if row["provision"] else None
    if "change" not in row or clause is None:
        parent = course.comments.get(row["parent"] or "")
        seen = words_read(course, clause, parent, row["read_language"])
        given = Submission(*words, row["read_language"], seen, kind=CommentKind(row["kind"]))
        return discussion.comment(
            course.session, actor, course.norm, given, clause=clause, parent=parent, now=now
        )
    change = row["change"]
    said = discussion.propose(
        course.session,
        actor,
        course.norm,
        Submission(*words, change["language"], seen_in(clause, change["language"])),
        clause=clause,
        operation=ChangeOperation(change["operation"]),
        wording=change["wording"] or "",
        now=now,
    )
    for side in Side:
        for key in row.get(side.value, ()):
            backing.back(
                course.session,
                course.people.voice(key),
                course.norm,
                said,
                stakeholder_id=course.people.stakeholders[key].id,
                side=side,
                seen=said.version,
                now=course.later(seconds=10),
            )
    return said


def words_read(course: Course, clause: Clause | None, parent: Comment | None, language: str) -> Seen | int:
    """What is before a person who comments or answers."""
    if parent is not None:
        return parent.version
    return seen_in(clause, language) if clause else draft_seen(course.session, course.norm.current_draft_id)


def decide(course: Course, row: Mapping[str, Any]) -> None:
    said, now = course.comments[row["key"]], course.later(seconds=30)
    if row["visibility"] == "hidden":
        reason = HidingReason(row["hiding_reason"])
        moderator = course.people.seated("moderator")
        moderation.hide(course.session, moderator, course.norm, said, reason=reason, now=now)
    elif "disposition" in row:
        given = row["disposition"]
        decided = moderation.dispose(
            course.session,
            course.people.seated("editor"),
            course.norm,
            said,
            decision=Decision(given["decision"]),
            reason=given["reason"],
            language=given["language"],
            duplicate_of=course.comments.get(given.get("duplicate_of") or ""),
            seen=said.version,
            version=0,
            now=now,
        )
    if "reply" in row:
        replying.reply(
            course.session,
            course.people.voice(row["stakeholder"]),
            course.norm,
            said,
            satisfaction=Satisfaction(row["reply"]["satisfaction"]),
            note=row["reply"].get("note", ""),
            seen=decided.id,
            now=now,
        )
