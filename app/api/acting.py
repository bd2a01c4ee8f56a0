"""Write operations: the verbs of the pages, for the person whose token it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated

from flask import request
from pydantic import Field

from app.api import sayings
from app.api.operations import Shape, operation
from app.discussion import queries, service
from app.discussion.models import ChangeOperation, Comment, CommentKind
from app.discussion.resending import LONGEST_KEY, sent_before
from app.discussion.submissions import Submission
from app.foundation.errors import N_, BadInput, NotFound
from app.foundation.versions import ChangedMeanwhile
from app.kernel import context
from app.kernel.input_limits import Number
from app.kernel.lookup import at_clause, clause_or_404
from app.kernel.wordings import members
from app.norms.models import Clause, Norm
from app.norms.seen import Seen, SeenUnclear, WordingChanged, check_seen, seen_in
from app.positions import service as positions
from app.positions.models import Stance


class KeyUnfit(BadInput):
    code = "idempotency-key-unfit"
    message = N_("Idempotency-Key has 1 to %(limit)s characters.")


class ChangeByItself(BadInput):
    code = "change-by-itself"
    message = N_("A proposed change cannot also reply to a comment or quote text: submit them separately.")


KEY = Annotated[str, Field(pattern=r"^c[1-9][0-9]{0,17}$")]


class NewChange(Shape):
    """``wording``: the whole new text of the clause, or of the clause to insert; nothing for a deletion."""

    operation: ChangeOperation
    wording: str = ""


class NewComment(Shape):
    """``stakeholder``: for whom one speaks. ``language``: of ``body``; ``read_language``: in which the clause
    was read, and of ``quote`` and the wording of ``change``. ``text_digest``: that of the text that was read;
    if its words are others by now, nothing is said. ``answers``: the comment, on the same provision, that is
    answered, with ``answers_version``, the version that was read. ``change`` comes without ``quote`` and
    ``answers``.
    """

    stakeholder: Number
    body: str
    language: str
    read_language: str
    text_digest: str
    kind: CommentKind = CommentKind.GENERAL
    quote: str = ""
    answers: KEY | None = None
    answers_version: Number | None = None
    change: NewChange | None = None


class NewPosition(Shape):
    """An objection needs a ``reason``. ``text_digest``: that of the text, in ``read_language``, that was
    read; if its words are others by now, nothing is stated. ``version``: that of the stakeholder's position
    that is replaced, empty where there is none; if another stands by now, nothing is stated.
    """

    stakeholder: Number
    stance: Stance
    reason: str = ""
    remedy: str = ""
    language: str
    read_language: str
    text_digest: str
    version: str = ""


@operation("POST", "/norms/<slug>/provisions/<code>/comments", status=201)
def add_comment(slug: str, code: str, body: NewComment) -> sayings.CommentData:
    """Comment on a clause of the present draft, or propose other wording for it.

    It is shown at once or held for a moderator, as the rules of procedure say. The same sent again with its
    Idempotency-Key is answered as at first, also when the words are others or the round is closed by then.
    """
    key = request.headers.get("Idempotency-Key")
    if key is not None and not 1 <= len(key) <= LONGEST_KEY:
        raise KeyUnfit(limit=LONGEST_KEY)
    with context.work() as session:
        norm = context.norm_or_404(slug)
        before = sent_before(session, context.actor(), key)
        clause = clause_sent_to(before, code) or clause_or_404(norm, code)
        with told(norm, clause, body.read_language, seen := Seen.read(body.text_digest, "text_digest")):
            said = put(norm, clause, body, seen, key, is_again=before is not None)
        session.flush()
    return sayings.CommentData.of(norm, queries.line(context.session(), said))


def clause_sent_to(before: Comment | None, code: str) -> Clause | None:
    """Where the same was sent before, though the present draft may no longer have it."""
    clause = before.clause if before else None
    return clause if clause is not None and clause.provision.code == code else None


@contextmanager
def told(norm: Norm, clause: Clause, language: str, seen: Seen) -> Iterator[None]:
    """A refusal of words that are others by now tells both texts, one of another position tells that."""
    try:
        yield
    except WordingChanged as refusal:
        refusal.facts = members(norm, clause, language, seen)
        raise
    except ChangedMeanwhile as refusal:
        refusal.facts = {"present": dict(refusal.theirs), "version": refusal.version}
        raise


def put(
    norm: Norm, clause: Clause, body: NewComment, seen: Seen, key: str | None, *, is_again: bool
) -> Comment:
    session, actor, now = context.session(), context.actor(), context.now()
    words = (body.body, body.language, body.read_language)
    given = Submission(body.stakeholder, *words, seen, kind=body.kind, quote=body.quote, form_key=key)
    if body.change is not None:
        if body.answers is not None or body.quote:
            raise ChangeByItself(field="change")
        change = body.change.model_dump()
        return service.propose(session, actor, norm, given, clause=clause, **change, now=now)
    if body.answers is None:
        return service.comment(session, actor, norm, given, clause=clause, now=now)
    if not is_again:
        check_seen(seen_in(clause, body.read_language), seen)
    parent = queries.by_number(session, norm.id, int(body.answers[1:]))
    if parent is None:
        raise NotFound
    if body.answers_version is None:
        raise SeenUnclear(field="answers_version")
    answer = replace(given, seen=body.answers_version)
    return service.comment(session, actor, norm, answer, clause=clause, parent=parent, now=now)


@operation("PUT", "/norms/<slug>/provisions/<code>/position")
def put_position(slug: str, code: str, body: NewPosition) -> sayings.PositionData:
    """State a stakeholder's position on a clause of the present draft; an earlier one is superseded.

    The same sent again changes nothing. A refusal because of another position tells it, with its version.
    """
    given = body.model_dump(exclude={"stakeholder", "text_digest"}) | {"stakeholder_id": body.stakeholder}
    with (
        at_clause(slug, code) as (norm, clause),
        told(norm, clause, body.read_language, seen := Seen.read(body.text_digest, "text_digest")),
    ):
        said = context.act(positions.state, norm, clause, **given, seen=seen)
    return sayings.PositionData.of(norm, code, said)
