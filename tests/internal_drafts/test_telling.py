"""Who is told by mail of what happens inside an entity."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.internal_drafts import endorsing, service
from app.internal_drafts.models import InternalDraft
from tests.internal_drafts.conftest import House
from tests.notices.conftest import PostOffice, config, morning, office

__all__ = ["config", "morning", "office"]  # fixtures of the notices' own tests

SECRET = "Who pays for this, exactly"


def told(house: House, office: PostOffice) -> dict[str, str]:
    """Person → the line of their mail that is about the inside, if they have one."""
    texts = {name: office.to(user.email) for name, user in house.people.items()}
    lines = {name: str(mails[-1].get_content()).split("* ")[1] for name, mails in texts.items() if mails}
    assert all(SECRET not in line for line in lines.values())
    return {name: line.splitlines()[0] for name, line in lines.items()}


@pytest.fixture
def drafted(house: House) -> InternalDraft:
    return house.draft(body=SECRET)


def test_contact_points_and_deputies_hear_of_a_draft(
    house: House, drafted: InternalDraft, office: PostOffice, morning: Callable[..., int]
) -> None:
    morning()
    line = "Internal draft awaiting your endorsement (Comment)."
    assert told(house, office) == {"contact": line, "deputy": line}
    assert f"/en/stakeholders/{house.entity.id}/internal-drafts/" in office.text(
        house.people["contact"].email
    )


def test_the_author_hears_that_it_was_declined(
    house: House, drafted: InternalDraft, office: PostOffice, morning: Callable[..., int]
) -> None:
    morning()
    office.kept.clear()
    endorsing.decline(house.session, house.actor("contact"), drafted, note=SECRET, now=house.now)
    morning()
    assert told(house, office) == {"reviewer": "Your internal draft has been declined (Comment)."}


def test_the_author_hears_that_it_was_endorsed(
    house: House, drafted: InternalDraft, office: PostOffice, morning: Callable[..., int]
) -> None:
    morning()
    office.kept.clear()
    endorsing.endorse(house.session, house.actor("contact"), drafted, seen_version=1, now=house.now)
    morning()
    line = "Your internal draft has been endorsed (Comment)."
    assert line in office.text(house.people["reviewer"].email)


def test_nobody_hears_of_what_an_erased_person_wrote(
    house: House, drafted: InternalDraft, office: PostOffice, morning: Callable[..., int]
) -> None:
    service.forget_person(house.session, house.actor("reviewer"), house.people["reviewer"])
    morning()
    assert office.kept == []


def test_the_address_in_earlier_mails_leads_to_the_list(house: House, client: FlaskClient) -> None:
    moved = client.get(f"/fr/stakeholders/{house.entity.id}/inside/")
    assert moved.status_code == 301
    assert moved.location == f"/fr/stakeholders/{house.entity.id}/internal-drafts/"
