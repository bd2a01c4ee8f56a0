"""Writing a comment or a proposal: the form, what it will look like, keeping it, and sending it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import render_template, request, url_for
from werkzeug.datastructures import MultiDict

from app.authority.grants import Permission, require
from app.discussion import backing, queries, service, unsent_comments
from app.discussion.models import ChangeOperation, Comment, CommentKind, Side, SpeechForm
from app.discussion.resending import AlreadySent, sent_before
from app.discussion.submissions import Submission
from app.discussion.unsent_comments import UnsentPlace
from app.foundation.errors import NotFound
from app.kernel import context
from app.kernel.input_limits import whole
from app.kernel.lookup import at_comment, clause_or_404, comment_or_404, stakeholder_or_404
from app.kernel.wordings import changed, what_is_read
from app.norms.models import Clause, Norm
from app.norms.seen import Seen
from app.reading_aids import queries as reading_aids
from app.reading_aids.service import answer as put_under
from app.stakeholders.models import Stakeholder
from app.web.discussion import acts_told, previews
from app.web.discussion.forms import SPEECH_FORMS, Button, ChangeForm, CommentForm
from app.web.discussion.previews import Preview
from app.web.parts.speaking_for import form_key, read_language, voices

TEMPLATES = {SpeechForm.COMMENT: "discussion/form.html", SpeechForm.PROPOSE: "discussion/propose.html"}
NOT_KEPT = frozenset({"form_key", "act", "back", "looked", "kept"})  #: they belong to one sending


@dataclass(frozen=True)
class WritingDesk:
    """Where a person writes: the form, the norm, and the address's provision."""

    form: SpeechForm
    slug: str
    code: str | None = None

    @property
    def norm(self) -> Norm:
        """Read again each time, since a transaction forgets what was read before."""
        return context.norm_or_404(self.slug)

    @property
    def clause(self) -> Clause | None:
        return clause_or_404(self.norm, self.code) if self.code else None

    @property
    def parent(self) -> Comment | None:
        """What is answered."""
        asked = request.form if request.method == "POST" else request.args
        number = asked.get("parent", 0, type=whole)
        return comment_or_404(self.norm, number) if number else None

    @property
    def place(self) -> UnsentPlace:
        clause, parent = self.clause, self.parent
        return UnsentPlace(
            self.form,
            self.norm.id,
            clause.provision_id if clause else None,
            parent.id if parent else None,
        )

    @property
    def address(self) -> dict[str, Any]:
        """Of the form: what ``url_for`` wants."""
        parent = self.parent
        if self.form is SpeechForm.PROPOSE:
            return {"endpoint": "discussion.propose_form", "slug": self.slug, "code": self.code}
        if self.code:
            return {"endpoint": "discussion.form", "slug": self.slug, "code": self.code}
        return {
            "endpoint": "discussion.draft_form",
            "slug": self.slug,
            "parent": parent.number if parent else None,
        }

    @property
    def target(self) -> str:
        """The address to which the form is sent."""
        if self.form is SpeechForm.PROPOSE:
            return url_for("discussion.propose", slug=self.slug, code=self.code)
        if self.code:
            return url_for("discussion.send", slug=self.slug, code=self.code)
        return url_for("discussion.send_on_draft", slug=self.slug)


def form_page(at: WritingDesk, *, typed: Any = None, preview: Preview | None = None, **extra: Any) -> str:
    """A form to comment or propose, filled with what was typed, or kept, before."""
    norm, clause, parent, holders = at.norm, at.clause, at.parent, voices()
    kept = unsent_comments.kept_for(context.session(), context.actor(), at.place) if typed is None else None
    typed = MultiDict(kept.fields if kept else ()) if typed is None else typed
    texts = {one.language: one.text for one in clause.texts} if clause else {}
    language = read_language(norm, clause, typed.get("read_language") or request.args.get("in"))
    questions = reading_aids.questions(context.session(), clause.provision_id) if clause else []
    was_sent = isinstance(extra.get("refusal"), AlreadySent)
    return render_template(
        TEMPLATES[at.form],
        norm=norm,
        clause=clause,
        holders=holders,
        typed=typed,
        kept=kept,
        mark=kept.mark if kept else typed.get("kept"),
        preview=preview,
        is_said_already=preview is not None and preview.is_said_already,
        may_back=lambda said: may_back(said, holders, typed.get("stakeholder")),
        read_language=language,
        present=texts.get(language, ""),
        parent=parent.number if parent else 0,
        answered=parent,
        spoke=queries.spoke_before(context.session(), parent, [one.id for one in holders])
        if parent
        else None,
        action=at.target,
        seen=what_is_read(norm, clause, parent, language),
        changed=None if parent else changed(norm, clause, language, typed.get("seen")),
        form_key=form_key() if was_sent else typed.get("form_key") or form_key(),
        device_key=at.place.key,
        questions=questions,
        kinds=CommentKind,
        operations=ChangeOperation,
        **extra,
    )


def may_back(said: Comment, holders: Sequence[Stakeholder], chosen: str | None) -> bool:
    """Whether another they speak for could back it in place of what they wrote for the one they chose."""
    return chosen != str(said.stakeholder_id) and any(one.id != said.stakeholder_id for one in holders)


def answer(at: WritingDesk) -> Any:
    """What a form that was sent leads to: the comment, or a look at it first."""
    if request.form.get("act") == Button.KEEP:
        return keep(at)
    values = context.read(SPEECH_FORMS[at.form])
    if values.back is not None:
        return back(at, values.stakeholder, *values.back)
    preview = to_look_at(at, values)
    if preview is not None:
        return form_page(at, typed=request.form, preview=preview)
    with context.work() as session:
        said = say(at, values)
        unsent_comments.is_sent(session, context.actor(), at.place, mark=values.kept)
    return acts_told.on_its_page(said, acts_told.submitted(at.norm, said))


def to_look_at(at: WritingDesk, values: CommentForm | ChangeForm) -> Preview | None:
    """What is shown before it is sent: where that is asked for, and once where the like was said before."""
    norm, clause, actor = at.norm, at.clause, context.actor()
    is_asked_for = values.act is Button.PREVIEW
    sent = sent_before(context.session(), actor, values.form_key)
    if not is_asked_for and (values.looked or sent is not None):
        return None
    require(actor, Permission.COMMENT, norm.matter(context.now(), stakeholder_id=values.stakeholder))
    if isinstance(values, CommentForm):
        preview = previews.of_comment(norm, clause, at.parent, values)
    elif clause is None:
        raise NotFound
    else:
        preview = previews.of_change(norm, clause, values)
    return preview if is_asked_for or preview.is_said_already else None


def say(at: WritingDesk, values: CommentForm | ChangeForm) -> Comment:
    """Within a transaction."""
    norm, clause = at.norm, at.clause
    seen = int(values.seen) if values.seen.isdecimal() and len(values.seen) < 10 else Seen.read(values.seen)
    session, actor, now = context.session(), context.actor(), context.now()
    given = Submission(
        values.stakeholder, values.body, values.language, values.read_language, seen, form_key=values.form_key
    )
    if isinstance(values, CommentForm):
        given = replace(given, kind=values.kind, quote=values.quote)
        comment = service.comment(session, actor, norm, given, clause=clause, parent=at.parent, now=now)
        if values.question:
            put_under(session, actor, norm, comment, values.question, now=now)
        return comment
    if clause is None:
        raise NotFound
    change: dict[str, Any] = {"operation": values.operation, "wording": values.wording}
    return service.propose(session, actor, norm, given, clause=clause, **change, now=now)


def keep(at: WritingDesk) -> Any:
    """Keep the words for another day, whatever is missing in them."""
    with context.work():
        keep_typed(at)
    return acts_told.kept().on(**at.address)


def keep_typed(at: WritingDesk) -> None:
    """Within a transaction."""
    names = SPEECH_FORMS[at.form].model_fields.keys() - NOT_KEPT
    fields = {name: value for name, value in request.form.items() if name in names}
    context.act(unsent_comments.keep, at.norm, at.place, fields=fields)


def back(at: WritingDesk, stakeholder: int, number: int, version: int) -> Any:
    """Back what another has said instead; one's own words are kept, so that nothing is lost."""
    with at_comment(at.slug, number) as (norm, said):
        context.act(backing.back, norm, said, stakeholder_id=stakeholder, side=Side.BACK, seen=version)
        keep_typed(at)
    return acts_told.on_its_page(said, acts_told.backed_instead(norm, said, stakeholder_or_404(stakeholder)))
