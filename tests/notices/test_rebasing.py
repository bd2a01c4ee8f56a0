"""Authors are told what became of their changes when a draft was opened without them."""

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.discussion.models import Comment, Decision
from tests.compilation.opened import FIRST, Course, course
from tests.factories import Make
from tests.notices.conftest import PostOffice

SHALL = FIRST.replace("should", "shall")
DATA = FIRST.replace("systems", "systems and data")
BASE = "http://127.0.0.1:8000"


@pytest.fixture
def way(session: Session, make: Make, now: dt.datetime) -> Course:
    return course(session, make, now)


def author_of(way: Course, said: Comment) -> User:
    return way.session.get_one(User, said.author_id)


@pytest.mark.parametrize(
    ("text", "line", "more"),
    [
        (DATA, "your proposed change c1 also applies to draft 2.", ()),
        (SHALL, "draft 2 already contains what you proposed in c1.", ()),
        (
            FIRST.replace("should", "must"),
            "draft 2 changed the text that c1 concerns.",
            (SHALL, "Text of the draft:", FIRST.replace("should", "must")),
        ),
    ],
    ids=["carried", "met", "returned"],
)
def test_the_author_reads_what_became_of_their_change_with_the_words(
    way: Course,
    office: PostOffice,
    morning: Callable[..., int],
    text: str,
    line: str,
    more: tuple[str, ...],
) -> None:
    said = way.propose(SHALL)
    other = way.propose("AI must be safe.")  # its author follows the clause
    way.decide(said, Decision.DEFERRED)
    way.decide(other, Decision.NOT_ACCEPTED)
    way.compile()
    way.edit(text)
    way.open()
    morning()
    mail = office.text(author_of(way, said).email)
    assert line in mail.replace("\r\n", " ")
    assert all(words in mail for words in more)
    assert f"{BASE}/en/norms/{way.norm.slug}/comments/1/drafts/2/" in mail
    theirs = office.text(author_of(way, other).email)
    assert "Draft 2 was opened." in theirs and line not in theirs.replace("\r\n", " ")
