"""Which addresses are taken, and in what form."""

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from app.accounts import addresses, queries, service
from app.authority.actor import VISITOR
from tests.factories import Make


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Two@Example.ORG ", "two@example.org"),
        ("two@ex\u00e4mple.org", "two@xn--exmple-cua.org"),
        ("two@exa\u0308mple.org", "two@xn--exmple-cua.org"),
        ("TWO@EX\u00c4MPLE.ORG", "two@xn--exmple-cua.org"),
        ("two@xn--exmple-cua.org", "two@xn--exmple-cua.org"),
        ("x@stra\u00dfe.de", "x@xn--strae-oqa.de"),
        ("\uff28\uff22\uff32@example.org", "hbr@example.org"),
        ("hbr\uff20\uff45xample.org", "hbr@example.org"),
        ("дева@пример.рф", "дева@xn--e1afmkfd.xn--p1ai"),
        ("我@例子.中国", "我@xn--fsqu00a.xn--fiqs8s"),
        ("a@example.org.", "a@example.org"),
        ("o'neil+tag@example.co.uk", "o'neil+tag@example.co.uk"),
    ],
)
def test_one_mailbox_has_one_form(typed: str, kept: str) -> None:
    assert addresses.check(typed) == kept
    assert addresses.normal(kept) == kept


@pytest.mark.parametrize(
    "typed",
    [
        *["", "two@example", "a@b@c.org", "a@ex_ample.org", "a@[192.0.2.1]", "a@192.0.2.1", "a@localhost"],
        *['"a b"@example.org', "Amina <a@example.org>", "a\u200b@example.org", "a\u202eb@example.org"],
        *["x" * 65 + "@example.org", f"a@{'b' * 64}.org", f"a@{'b.' * 126}org", "a\nBcc: b@example.org"],
    ],
)
def test_what_cannot_be_reached_is_refused_at_the_field(typed: str) -> None:
    with pytest.raises(addresses.EmailUnclear) as refusal:
        addresses.check(typed)
    assert refusal.value.field == "email"


def test_an_address_written_otherwise_is_the_same_account(
    session: Session, make: Make, now: dt.datetime
) -> None:
    known = make.user(email="hbr@xn--exmple-cua.org")
    assert queries.by_email(session, "\uff28BR@Ex\u00e4mple.org") is known
    assert list(queries.people(session, like="ex\u00e4mple")) == [known]
    words = {"name": "Hanna", "password": "a long and winding phrase", "language": "en"}
    service.sign_up(session, VISITOR, email="hbr@ex\u00e4mple.org", **words, now=now)
    assert [user.id for user in queries.people(session)] == [known.id]
