"""Place of an answer to a comment (pure)."""

from app.discussion.models import Comment, Visibility
from app.foundation.errors import N_, BadInput, RuleBroken
from app.norms.models import Clause, Norm


class NoThread(RuleBroken):
    code = "no-thread"
    message = N_("The comment to which you are replying is no longer visible.")


class AnswersElsewhere(BadInput):
    code = "answers-elsewhere"
    message = N_("%(comment)s is about another clause. Answer it there.")


def root_of(
    norm: Norm, clause: Clause | None, parent: Comment | None, *, is_again: bool = False
) -> Comment | None:
    """The comment that opens the thread of the one that is answered, if one is.

    ``is_again``: the answer stands already, whatever has become of the comment since.

    :raises NoThread: what is answered is not shown, or belongs to another norm.
    :raises AnswersElsewhere: it is said of another provision than the clause's.
    """
    if parent is None:
        return None
    if parent.norm_id != norm.id or (parent.visibility is not Visibility.SHOWN and not is_again):
        raise NoThread
    if clause is not None and clause.provision_id != parent.provision_id:
        raise AnswersElsewhere(comment=f"c{parent.number}")
    return parent.parent if parent.parent is not None else parent
