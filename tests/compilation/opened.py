"""A norm whose next draft is opened, for tests of what becomes of proposed changes."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.authority.actor import Actor, Role
from app.compilation import queries
from app.compilation import service as merging
from app.compilation.models import CompilationItem
from app.compilation.opening import open_draft
from app.compilation.undo import undo
from app.discussion import backing, moderation, service
from app.discussion.models import ChangeOperation, Comment, CommentKind, Decision, Disposition, Side
from app.discussion.submissions import Submission
from app.norms import queries as norms
from app.norms.models import Draft, Norm
from app.norms.seen import seen_in
from app.norms.stages import Stage
from tests.factories import Make

FIRST = "States should ensure the safety of AI systems."
SECOND = "Everybody has a say."


@dataclass
class Course:
    """One norm on its way from draft to draft."""

    session: Session
    make: Make
    norm: Norm
    editor: Actor
    now: dt.datetime

    def propose(
        self,
        wording: str,
        code: str = "p1",
        operation: ChangeOperation = ChangeOperation.REPLACE,
        language: str = "en",
    ) -> Comment:
        actor, holder = self.make.speaker()
        clause = norms.clause_of(self.session, self.norm.current_draft_id or 0, code)
        assert clause is not None
        return service.propose(
            self.session,
            actor,
            self.norm,
            Submission(
                stakeholder_id=holder.id,
                body="It is clearer.",
                language=language,
                read_language=language,
                seen=seen_in(clause, language),
            ),
            clause=clause,
            operation=operation,
            wording=wording,
            now=self.now,
        )

    def comment(self, body: str = "Name disability.", code: str | None = "p1") -> Comment:
        """What a person says of a clause, or of the whole draft."""
        actor, holder = self.make.speaker()
        draft = self.norm.current_draft_id or 0
        clause = norms.clause_of(self.session, draft, code) if code else None
        return service.comment(
            self.session,
            actor,
            self.norm,
            Submission(
                stakeholder_id=holder.id,
                kind=CommentKind.SUBSTANTIVE,
                body=body,
                language="en",
                read_language="en",
                seen=seen_in(clause, "en") if clause else norms.draft_seen(self.session, draft),
            ),
            clause=clause,
            now=self.now,
        )

    def back(self, said: Comment, side: Side = Side.BACK, **stakeholder: str) -> None:
        """One more who backs a proposed change, or opposes it."""
        actor, holder = self.make.speaker(**stakeholder)
        backing.back(
            self.session,
            actor,
            self.norm,
            said,
            seen=said.version,
            stakeholder_id=holder.id,
            side=side,
            now=self.now,
        )

    def decide(self, said: Comment, decision: Decision) -> None:
        taken = moderation.Settling(said, decision, "Later.", "en")
        moderation.settle(self.session, self.editor, self.norm, [taken], now=self.now)

    def decision(self, said: Comment) -> Disposition | None:
        """The decision on it that is in force."""
        return self.session.scalars(
            sa.select(Disposition).where(
                Disposition.comment_id == said.id, Disposition.superseded_at.is_(None)
            )
        ).one_or_none()

    def compile(self) -> None:
        self.norm.stage = Stage.COMPILATION
        merging.start(self.session, self.make.seated(Role.CHAIR, self.norm), self.norm, now=self.now)

    def entry(self, code: str) -> CompilationItem:
        compilation = queries.compilation_of(self.session, self.norm)
        assert compilation is not None
        return next(
            one
            for one in queries.entries(self.session, compilation)
            if one.provision and one.provision.code == code
        )

    def edit(
        self,
        text: str,
        code: str = "p1",
        motive: str = "To be short.",
        language: str = "en",
        takes_up: Sequence[Comment] = (),
    ) -> None:
        entry = self.entry(code)
        merging.edit(
            self.session,
            self.editor,
            self.norm,
            entry,
            language=language,
            text=text,
            motive=motive,
            version=entry.version,
            takes_up=[said.number for said in takes_up],
            now=self.now,
        )

    def merge(
        self, *said: Comment, code: str = "p1", choices: Mapping[int, tuple[str, str]] | None = None
    ) -> None:
        entry = self.entry(code)
        merging.merge(
            self.session,
            self.editor,
            self.norm,
            entry,
            language="en",
            numbers=[one.number for one in said],
            choices=choices or {},
            version=entry.version,
            now=self.now,
        )

    def delete(
        self, code: str, motive: str = "It says nothing.", *, takes_up: Sequence[Comment] = ()
    ) -> None:
        entry = self.entry(code)
        merging.delete(
            self.session,
            self.editor,
            self.norm,
            entry,
            motive=motive,
            version=entry.version,
            takes_up=[said.number for said in takes_up],
            now=self.now,
        )

    def undo(self, code: str = "p1") -> None:
        entry = self.entry(code)
        undo(self.session, self.editor, self.norm, entry, version=entry.version, now=self.now)

    def open(self, stage: Stage = Stage.CONSULTATION) -> Draft:
        draft = open_draft(self.session, self.make.seated(Role.CHAIR, self.norm), self.norm, now=self.now)
        self.norm.stage = stage
        self.session.flush()
        self.session.expire_all()
        return draft


def course(session: Session, make: Make, now: dt.datetime, *texts: str | dict[str, str]) -> Course:
    norm = make.norm(*(texts or (FIRST, SECOND)))
    return Course(session, make, norm, make.seated(Role.EDITOR, norm), now)
