"""One demonstration norm from its first text on, by the same verbs everybody uses."""

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.demo.people import DemoPeople
from app.discussion.models import (
    Comment,
)
from app.norms import queries as norms
from app.norms import service as norms_service
from app.norms.models import Clause, ClauseKind, Norm, RiskTier, TextStatus
from app.norms.readers.reading import ParsedClause, ParsedText
from app.norms.seen import seen_in
from app.norms.text_import import import_texts
from app.positions import ledger, service
from app.positions.models import Objection, ObjectionState, Stance
from app.positions.queries import ObjectionFilter
from app.positions.queries import ledger as ledger_lines
from app.translation.service import verify_translation

FOLDER = Path(__file__).parent


def read(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


class Course:
    """The files of one norm, and how far it has come. ``now`` moves with the story."""

    def __init__(self, session: Session, people: DemoPeople, prefix: str, now: dt.datetime) -> None:
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
            language: ParsedText(
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
        for clause, row in zip(self.clauses(), first, strict=True):
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

    def verify_translations(self) -> None:
        """The translator verifies what the editor has brought."""
        translator = self.people.seated("translator")
        for clause in self.clauses():
            for text in clause.texts:
                if text.status is TextStatus.DRAFT:
                    verify_translation(
                        self.session,
                        translator,
                        self.norm,
                        clause,
                        language=text.language,
                        seen=text.digest,
                        now=self.now,
                    )

    def clauses(self) -> list[Clause]:
        return list(norms.clauses(self.session, self.norm.current_draft_id or 0))

    def look(self) -> None:
        """Take up the clauses of the current draft."""
        self._current = self.clauses()

    def clause(self, key: str) -> Clause:
        return next(one for one in self._current if one.provision.code == self.codes[key])

    def state_positions(self, draft: int) -> None:
        """Everybody's positions on a draft, objections with their reasons."""
        self.look()
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
            self.clause(provision),
            stakeholder_id=holder.id,
            stance=stance,
            reason=words.get("reason", ""),
            remedy=words.get("remedy", ""),
            language=words.get("language", holder.language),
            read_language=holder.language,
            seen=seen_in(self.clause(provision), holder.language),
            now=self.later(seconds=20),
        )

    def reaffirm(self, key: str, provision: str) -> None:
        holder, clause = self.people.stakeholders[key], self.clause(provision)
        service.reaffirm(
            self.session,
            self.people.voice(key),
            self.norm,
            clause,
            stakeholder_id=holder.id,
            seen=seen_in(clause, holder.language),
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
        for line in ledger_lines(self.session, self.norm.id, ObjectionFilter(ledger.LIVE, [holder])):
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
                seen=(found.position_id, found.state),
                now=self.later(seconds=20),
            )

    def _settle(self, objection: Objection, key: str, state: ObjectionState) -> None:
        ledger.settle(
            self.session,
            self.people.voice(key),
            self.norm,
            objection,
            state=state,
            seen=ledger.last_answers(self.session, [objection.id])[objection.id].id,
            now=self.later(seconds=20),
        )
