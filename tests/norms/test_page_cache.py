"""Pages kept for visitors: each with the whole question it answers, and tags that survive a proxy."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import Make

PAGES = ["/ru/norms/ai/", "/ru/norms/ai/drafts/1/", "/ru/norms/ai/provisions/p1/"]


@pytest.mark.parametrize("path", PAGES)
def test_nobody_reads_what_another_visitor_asked(
    path: str, client: FlaskClient, session: Session, make: Make
) -> None:
    make.norm("Everybody has a say.", slug="ai")
    session.commit()
    for query in ("xx=POISONED", "beside=POISONED", "after=c1&after=POISONED", "%D1%8F=POISONED", "beside="):
        client.get(f"{path}?{query}")
        assert "POISONED" not in client.get(path).text
    assert "POISONED" not in client.get(f"{path}?beside=en").text


def test_a_kept_page_answers_a_weakened_tag(client: FlaskClient, session: Session, make: Make) -> None:
    make.norm("Everybody has a say.", slug="ai")
    session.commit()
    tag = client.get(PAGES[0]).headers["ETag"]
    for sent in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
        assert client.get(PAGES[0], headers={"If-None-Match": sent}).status_code == 304
    assert client.get(PAGES[0], headers={"If-None-Match": 'W/"other"'}).status_code == 200
