"""What the pages say after an act on a comment."""

from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.discussion.models import Comment, Decision, HidingReason, Satisfaction, Side, Visibility
from app.discussion.reviews.models import Finding
from app.kernel.labels import word
from app.norms.models import Norm
from app.reading_aids.models import Bearing
from app.stakeholders.models import Stakeholder
from app.web.parts.done import Done, may_change, sentences, told, way_on
from app.web.parts.ways_on import my_contributions, next_held, to_clause, unanswered

TO_TAKE_UP = (Decision.ACCEPTED, Decision.MODIFIED)


def on_its_page(said: Comment, done: Done) -> Response:
    return done.on("discussion.comment", slug=said.norm.slug, number=said.number)


def names(said: Comment) -> dict[str, str]:
    return {"number": f"c{said.number}", "who": said.stakeholder.name}


def submitted(norm: Norm, said: Comment) -> Done:
    made = (
        _("Proposed change %(number)s submitted for %(who)s.")
        if said.change
        else _("Comment %(number)s submitted for %(who)s.")
    )
    follows = (
        _("A moderator will review it before it is shown.")
        if said.visibility is Visibility.HELD
        else _("It is public now. The answer will appear below it.")
    )
    return Done(told(made, **names(said)), follows, to_clause(norm, said.clause))


def kept() -> Done:
    return Done(
        _("Your text has been kept and is not submitted."),
        _("It is visible only to you."),
        my_contributions(),
    )


def backed_instead(norm: Norm, said: Comment, who: Stakeholder) -> Done:
    own = _("Your own text has been kept under My contributions.")
    return Done(_side(said, who, Side.BACK), sentences(own, may_change(norm)), my_contributions())


def backed(norm: Norm, said: Comment, who: Stakeholder, side: Side | None) -> Done:
    return Done(_side(said, who, side), may_change(norm), to_clause(norm, said.clause))


def _side(said: Comment, who: Stakeholder, side: Side | None) -> str:
    made = {
        Side.BACK: _("%(who)s backs %(number)s."),
        Side.OPPOSE: _("%(who)s opposes %(number)s."),
        None: _("%(who)s no longer backs or opposes %(number)s."),
    }[side]
    return told(made, number=f"c{said.number}", who=who.name)


def withdrawn(norm: Norm, said: Comment) -> Done:
    made = told(_("Comment %(number)s of %(who)s withdrawn."), **names(said))
    return Done(
        made, _("Its text is no longer shown; its number remains in the list."), to_clause(norm, said.clause)
    )


def edited(norm: Norm, said: Comment) -> Done:
    made = told(_("The new text of comment %(number)s of %(who)s has been saved."), **names(said))
    return Done(made, _("The earlier version is in the history."), to_clause(norm, said.clause))


def released(norm: Norm, said: Comment) -> Done:
    made = told(_("Comment %(number)s of %(who)s is now visible."), **names(said))
    return Done(made, _("Its author will be notified."), next_held(norm))


def hidden(norm: Norm, said: Comment, reason: HidingReason) -> Done:
    made = told(
        _("Comment %(number)s of %(who)s hidden. Reason: %(reason)s."), **names(said), reason=word(reason)
    )
    return Done(
        made, _("Its author will be notified of the reason. A moderator can show it again."), next_held(norm)
    )


def answered(norm: Norm, said: Comment, decision: Decision) -> Done:
    made = told(
        _("Comment %(number)s of %(who)s answered: %(decision)s."), **names(said), decision=word(decision)
    )
    asked = _("Its author will be asked whether the answer is satisfactory.")
    to_do = _("It remains to be taken up in the next draft.") if decision in TO_TAKE_UP else ""
    return Done(made, sentences(asked, to_do), unanswered(norm))


def replied(said: Comment, satisfaction: Satisfaction) -> Done:
    made = told(
        _("Reply of %(who)s recorded on the answer to %(number)s: %(satisfaction)s."),
        **names(said),
        satisfaction=word(satisfaction),
    )
    follows = (
        _("The chair will review the answer.")
        if satisfaction is Satisfaction.NOT_SATISFIED
        else _("No further action is needed on this comment.")
    )
    return Done(made, follows, my_contributions())


def reviewed(said: Comment, finding: Finding) -> Done:
    made = told(_("Finding recorded on comment %(number)s of %(who)s."), **names(said))
    found = _("%(finding)s. Its author will be notified.", finding=word(finding))
    return Done(made, found, my_contributions())


def chosen(norm: Norm, said: Comment, bearing: Bearing) -> Done:
    made = told(
        _("Comment %(number)s of %(who)s is listed among the reasons: %(bearing)s."),
        **names(said),
        bearing=word(bearing),
    )
    return Done(made, _("The list is shown to everyone beside the clause."), to_clause(norm, said.clause))


def added(norm: Norm, who: Stakeholder, number: int) -> Done:
    made = told(_("Comments added for %(who)s from the file: %(number)s."), who=who.name, number=number)
    follows = _("Each has a number of its own and is answered as any other comment.")
    return Done(made, follows, way_on(_("Comments and answers"), "discussion.dispositions", slug=norm.slug))
