"""What became of a proposed change on a later draft: both texts side by side, and a way to propose again."""

from flask import Blueprint, render_template
from sqlalchemy.orm import Session

from app.compilation.carry_forward import text_in
from app.compilation.merge.rebasing import prevailing
from app.compilation.merge.redline import redline
from app.discussion.backing import backing_of
from app.discussion.models import ChangeOperation, Comment, ProposedChange, RebasedChange, Rebasing
from app.foundation.errors import NotFound
from app.kernel import context
from app.kernel.lookup import comment_or_404
from app.kernel.redlines import Runs, as_runs, change_runs
from app.norms import queries as norms
from app.norms.models import Clause, Draft
from app.norms.seen import seen_in
from app.web.parts.speaking_for import form_key
from app.web.parts.visibility import is_readable

blueprint = Blueprint("carried_changes", __name__, url_prefix="/<lang:lang>/norms/<slug>")


@blueprint.get("/comments/<int:number>/drafts/<int:draft>/")
def page(slug: str, number: int, draft: int) -> str:
    norm, session = context.norm_or_404(slug), context.session()
    said = comment_or_404(norm, number)
    change = said.change
    if change is None or not is_readable(norm, said):
        raise NotFound
    found = next((one for one in change.rebased if one.draft.number == draft), None)
    if found is None:
        raise NotFound
    base = draft_before(said, change, found)
    before = clause_in(session, base, said)
    old, new = text_in(before, change.language) or "", text_in(found.clause, change.language)
    wording = change.wording_on(base.id)
    may_propose = (
        found.outcome is Rebasing.RETURNED
        and new is not None
        and found.draft_id == norm.current_draft_id
        and norm.matter(context.now()).takes_comments
        and context.actor().acts_for(said.stakeholder_id)
    )
    return render_template(
        "discussion/carried_change.html",
        norm=norm,
        said=said,
        change=change,
        found=found,
        base=base,
        label=before.label if before else "",
        proposed=change_runs(change.operation, old, wording),
        became=None if new is None else as_runs(redline(old, new)),
        carried=carried_runs(change.operation, found, new),
        backing=backing_of(session, [said.id]).get(said.id, {}),
        may_propose=may_propose,
        offered=offered(change.operation, old, wording, new),
        form_key=form_key(),
        seen=seen_in(found.clause, change.language) if found.clause else "",
        typed={},
    )


def draft_before(said: Comment, change: ProposedChange, found: RebasedChange) -> Draft:
    """The draft on which the change stood before it was put to this one."""
    earlier = [one.draft for one in change.rebased if one.id < found.id]
    return earlier[-1] if earlier else said.draft


def clause_in(session: Session, draft: Draft, said: Comment) -> Clause | None:
    return norms.clause_of(session, draft.id, said.provision.code) if said.provision else None


def carried_runs(operation: ChangeOperation, found: RebasedChange, new: str | None) -> Runs:
    """How the change reads against the new text."""
    if found.outcome is not Rebasing.CARRIED:
        return []
    return change_runs(operation, new or "", found.wording)


def offered(operation: ChangeOperation, old: str, wording: str | None, new: str | None) -> str:
    """The wording with which the form to propose again is filled."""
    if operation is not ChangeOperation.REPLACE or wording is None or new is None:
        return wording or ""
    return prevailing(old, wording, new)
