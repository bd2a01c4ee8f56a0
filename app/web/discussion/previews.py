"""What a person is about to say, as it will look, and who has said something like it already."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.discussion.mentions import named
from app.discussion.models import ChangeOperation, Comment, CommentKind
from app.discussion.proposed import changed_wording
from app.discussion.service import BODY, clean_quote
from app.kernel import context
from app.kernel.redlines import Runs, change_runs
from app.norms.models import Clause, Norm
from app.notices.mention_queries import active
from app.triage.queries import Near, joined, nearest
from app.web.discussion.forms import ChangeForm, CommentForm

CLOSE = 0.5  #: from here on, a person who has not asked for it is shown what is alike before it is sent


@dataclass(frozen=True)
class Preview:
    """Words before they are sent. ``called``: the names that will be told; ``unknown``: that nobody has."""

    body: str
    language: str
    read_language: str
    kind: CommentKind
    quote: str = ""
    operation: ChangeOperation | None = None
    runs: Runs = ()
    near: Sequence[Near] = ()
    called: Sequence[str] = ()
    unknown: Sequence[str] = ()

    @property
    def is_said_already(self) -> bool:
        return any(one.likeness >= CLOSE for one in self.near)


def of_comment(norm: Norm, clause: Clause | None, parent: Comment | None, values: CommentForm) -> Preview:
    """:raises BadInput: what sending would be refused for."""
    place = parent.clause if parent else clause
    body, quote = BODY.clean(values.body), clean_quote(values.quote, place, values.read_language)
    called, unknown = calls(norm, body)
    return Preview(
        body,
        values.language,
        values.read_language,
        values.kind,
        quote,
        near=() if parent else near(norm, clause, body, values.language),
        called=called,
        unknown=unknown,
    )


def of_change(norm: Norm, clause: Clause, values: ChangeForm) -> Preview:
    """:raises BadInput: what sending would be refused for."""
    language = values.read_language
    wording = changed_wording(clause, values.operation, values.wording, language)
    base = next(one.text for one in clause.texts if one.language == language)
    body = BODY.clean(values.body)
    called, unknown = calls(norm, body)
    return Preview(
        body,
        values.language,
        language,
        CommentKind.SUBSTANTIVE,
        operation=values.operation,
        runs=change_runs(values.operation, base, wording),
        near=near(norm, clause, joined(body, wording), values.language),
        called=called,
        unknown=unknown,
    )


def near(norm: Norm, clause: Clause | None, text: str, language: str) -> Sequence[Near]:
    """The five comments on the same place that are most like a text."""
    return nearest(context.session(), norm, clause.provision_id if clause else None, text, language)


def calls(norm: Norm, body: str) -> tuple[list[str], list[str]]:
    """The names in the text of those who are active here, and the names nobody here has."""
    names = named(body)
    known = active(context.session(), norm.id, names)
    return [name for name in names if name in known], [name for name in names if name not in known]
