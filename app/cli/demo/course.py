"""One demonstration norm from its first text on, by the same verbs everybody uses."""

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.cli.demo.people import People
from app.discussion import moderation
from app.discussion import service as discussion
from app.discussion.models import (
    Comment,
    CommentKind,
    Decision,
    HidingReason,
    Operation,
    Satisfaction,
    Side,
)
from app.merging import queries as merging_queries
from app.merging import service as merging
from app.merging.models import Entry
from app.merging.nway import collisions, merge
from app.merging.provenance import EDITOR
from app.norms import queries as norms
from app.norms import service as norms_service
from app.norms.importing.service import import_texts
from app.norms.models import Clause, ClauseKind, Norm, RiskTier
from app.norms.readers.reading import ParsedClause, Reading
from app.positions import ledger, service
from app.positions.models import Objection, ObjectionState, Stance
from app.positions.queries import ledger as ledger_lines

FOLDER = Path(__file__).parent


def read(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


class Course:
    """The files of one norm, and how far it has come. ``now`` moves with the story."""

    def __init__(self, session: Session, people: People, prefix: str, now: dt.datetime) -> None:
        self.session, self.people, self.prefix, self.now = session, people, prefix, now
        self.file: dict[str, Any] = read(f"{prefix}norm")
        self.codes: dict[str, str] = {}
        self.comments: dict[str, Comment] = {}
        self.norm: Norm

    def later(self, **duration: float) -> dt.datetime:
        self.now += dt.timedelta(**duration)
        return self.now

    def prepare(self) -> None:
        """Create the norm and import its first draft in every language."""
        editor = self.people.seated("editor")
        self.norm = norms_service.create(
            self.session,
            editor,
            slug=self.file["slug"],
            titles=self.file["titles"],
            summaries=self.file["summaries"],
            authentic_languages=self.file["authentic_languages"],
            languages=self.file["languages"],
            now=self.now,
        )
        first = [one for one in self.file["provisions"] if "1" in one["drafts"]]
        readings = {
            language: Reading(
                self.file["titles"][language],
                tuple(
                    ParsedClause(
                        one["label"], ClauseKind(one["kind"]), one["depth"], one["drafts"]["1"][language]
                    )
                    for one in first
                ),
            )
            for language in self.file["languages"]
        }
        import_texts(self.session, editor, self.norm, readings, now=self.now)
        for clause, row in zip(self._clauses(), first, strict=True):
            self.codes[row["key"]] = clause.provision.code
            norms_service.edit_clause(
                self.session,
                editor,
                self.norm,
                clause,
                label=row["label"],
                kind=ClauseKind(row["kind"]),
                depth=row["depth"],
                subject=row["subject"] or "",
                risk_tier=RiskTier(row["risk_tier"]) if row["risk_tier"] else None,
                now=self.now,
            )

    def _clauses(self) -> list[Clause]:
        return list(norms.clauses(self.session, self.norm.current_draft_id or 0))

    def _clause(self, key: str) -> Clause:
        return next(one for one in self._current if one.provision.code == self.codes[key])

    def state_positions(self, draft: int) -> None:
        """Everybody's positions on a draft, objections with their reasons."""
        self._current = self._clauses()
        reasons = {
            (row["provision"], row["stakeholder"]): row
            for row in read(f"{self.prefix}positions")["objections"]
            if row["draft"] == draft
        }
        for row in read(f"{self.prefix}positions")[f"draft_{draft}"]:
            stances = row if draft == 1 else row["restated"]
            for stance in Stance:
                for key in stances.get(stance.value, ()):
                    self.state(key, row["provision"], stance, reasons.get((row["provision"], key), {}))
            for key in row.get("reaffirmed", ()):
                self.reaffirm(key, row["provision"])

    def state(self, key: str, provision: str, stance: Stance, words: Mapping[str, Any]) -> None:
        holder = self.people.stakeholders[key]
        service.state(
            self.session,
            self.people.voice(key),
            self.norm,
            self._clause(provision),
            stakeholder_id=holder.id,
            stance=stance,
            reason=words.get("reason", ""),
            remedy=words.get("remedy", ""),
            language=words.get("language", holder.language),
            read_language=holder.language,
            now=self.later(seconds=20),
        )

    def reaffirm(self, key: str, provision: str) -> None:
        holder, clause = self.people.stakeholders[key], self._clause(provision)
        service.reaffirm(
            self.session,
            self.people.voice(key),
            self.norm,
            clause,
            stakeholder_id=holder.id,
            seen=clause.text_digest,
            read_language=holder.language,
            now=self.later(seconds=20),
        )

    def settle_objections(self, draft: int) -> None:
        """The chair's answers, what each objector makes of them, and the chair's notes."""
        file = read(f"{self.prefix}objections")
        answers = [row for row in file["answers"] if row["draft"] == draft]
        for row in (one for one in answers if not one["is_note"]):
            self._answer(row)
        accommodated = [one for one in file["states_at_the_end"] if one["state"] == "accommodated"]
        for row in accommodated:
            for key in row["stakeholders"]:
                found = self._objection(row["provision"], key)
                if found is not None and found.state is ObjectionState.ANSWERED:
                    self._settle(found, key, ObjectionState.ACCOMMODATED)
        for row in file["withdrawn"]:
            if row["draft"] == draft:
                self.state(row["stakeholder"], row["provision"], Stance(row["stance"]), {})
        for row in file["maintained"]:
            found = self._objection(row["provision"], row["stakeholder"])
            if row["draft"] == draft and found is not None and found.state is ObjectionState.ANSWERED:
                self._settle(found, row["stakeholder"], ObjectionState.MAINTAINED)
        for row in (one for one in answers if one["is_note"]):
            self._answer(row)

    def _objection(self, provision: str, key: str) -> Objection | None:
        holder = self.people.stakeholders[key].id
        for line in ledger_lines(self.session, self.norm.id, states=ledger.LIVE, stakeholder_ids=[holder]):
            if line.objection.provision.code == self.codes[provision]:
                return line.objection
        return None

    def _answer(self, row: Mapping[str, Any]) -> None:
        for key in row["stakeholders"]:
            found = self._objection(row["provision"], key)
            if found is None:
                raise LookupError(f"{key} has no objection to {row['provision']}")
            ledger.answer(
                self.session,
                self.people.seated("chair"),
                self.norm,
                found,
                text=row["text"],
                language=row["language"],
                now=self.later(seconds=20),
            )

    def _settle(self, objection: Objection, key: str, state: ObjectionState) -> None:
        ledger.settle(
            self.session,
            self.people.voice(key),
            self.norm,
            objection,
            state=state,
            now=self.later(seconds=20),
        )

    def discuss(self, draft: int) -> None:
        """Comments, proposed changes and who backs them, hidden ones, decisions and replies."""
        self._current = self._clauses()
        rows = [row for row in read(f"{self.prefix}discussion")["comments"] if row["draft"] == draft]
        for row in rows:
            self.comments[row["key"]] = self._say(row)
        for row in rows:
            self._decide(row)

    def _say(self, row: Mapping[str, Any]) -> Comment:
        holder, actor = self.people.stakeholders[row["stakeholder"]], self.people.voice(row["stakeholder"])
        shared = {
            "stakeholder_id": holder.id,
            "body": row["body"],
            "language": row["language"],
            "read_language": row["read_language"],
            "now": self.later(minutes=3),
        }
        clause = self._clause(row["provision"]) if row["provision"] else None
        if "change" not in row or clause is None:
            parent = self.comments.get(row["parent"] or "")
            kind = CommentKind(row["kind"])
            return discussion.comment(
                self.session, actor, self.norm, clause=clause, kind=kind, parent=parent, **shared
            )
        change = row["change"]
        said = discussion.propose(
            self.session,
            actor,
            self.norm,
            clause=clause,
            operation=Operation(change["operation"]),
            wording=change["wording"] or "",
            **(shared | {"read_language": change["language"]}),
        )
        for side in Side:
            for key in row.get(side.value, ()):
                discussion.back(
                    self.session,
                    self.people.voice(key),
                    self.norm,
                    said,
                    stakeholder_id=self.people.stakeholders[key].id,
                    side=side,
                    now=self.later(seconds=10),
                )
        return said

    def _decide(self, row: Mapping[str, Any]) -> None:
        said, now = self.comments[row["key"]], self.later(seconds=30)
        if row["visibility"] == "hidden":
            reason = HidingReason(row["hiding_reason"])
            moderator = self.people.seated("moderator")
            moderation.hide(self.session, moderator, self.norm, said, reason=reason, now=now)
        elif "disposition" in row:
            given = row["disposition"]
            moderation.dispose(
                self.session,
                self.people.seated("editor"),
                self.norm,
                said,
                decision=Decision(given["decision"]),
                reason=given["reason"],
                language=given["language"],
                duplicate_of=self.comments.get(given.get("duplicate_of") or ""),
                now=now,
            )
        if "reply" in row:
            moderation.reply(
                self.session,
                self.people.voice(row["stakeholder"]),
                self.norm,
                said,
                satisfaction=Satisfaction(row["reply"]["satisfaction"]),
                note=row["reply"].get("note", ""),
                now=now,
            )

    def compile(self) -> None:
        """Merge what was chosen, settle what collides, and bring the other languages into line."""
        file = read(f"{self.prefix}compilation")
        for row in file["entries"]:
            entry = self._add(row) if row["treatment"] == "add" else self._merge(row)
            wanted = next(one for one in self.file["provisions"] if one["key"] == row["provision"])
            for language, text in sorted(wanted["drafts"]["2"].items()):
                if language != row["language"]:
                    merging.edit(
                        self.session,
                        self.people.seated("editor"),
                        self.norm,
                        entry,
                        language=language,
                        text=text,
                        motive=file["other_languages_motive"],
                        version=entry.version,
                        now=self.later(seconds=20),
                    )

    def _entry(self, key: str) -> Entry:
        compilation = merging_queries.compilation_of(self.session, self.norm)
        entries = merging_queries.entries(self.session, compilation) if compilation else ()
        return next(one for one in entries if one.provision and one.provision.code == self.codes[key])

    def _merge(self, row: Mapping[str, Any]) -> Entry:
        entry, chosen = self._entry(row["provision"]), [self.comments[key] for key in row["merge"]]
        base = merging.base_text(self.session, self.norm, entry, row["language"])
        found = collisions(merge(base, {merging.source_of(c): merging.wording_of(c) for c in chosen}))
        choices: dict[int, tuple[str, str]] = {}
        for settlement in row["settlements"]:
            between = {merging.source_of(self.comments[key]) for key in settlement["between"]}
            for place, collision in enumerate(found):
                if between <= {source for one in collision.alternatives for source in one.sources}:
                    choices[place] = self._choice(settlement)
        merging.merge(
            self.session,
            self.people.seated("editor"),
            self.norm,
            entry,
            language=row["language"],
            numbers=[one.number for one in chosen],
            choices=choices,
            version=entry.version,
            now=self.later(minutes=2),
        )
        return entry

    def _choice(self, settlement: Mapping[str, Any]) -> tuple[str, str]:
        if "choose" in settlement:
            return merging.source_of(self.comments[settlement["choose"]]), ""
        return EDITOR, settlement["words"]

    def _add(self, row: Mapping[str, Any]) -> Entry:
        wanted = next(one for one in self.file["provisions"] if one["key"] == row["provision"])
        self.codes[row["provision"]] = f"p{len(self.codes) + 1}"
        return merging.add(
            self.session,
            self.people.seated("editor"),
            self.norm,
            after=self._entry(row["after"]),
            label=row["label"],
            language=row["language"],
            text=wanted["drafts"]["2"][row["language"]],
            motive=row["motive"],
            source=self.comments[row["merge"][0]] if row["merge"] else None,
            now=self.later(minutes=2),
        )
