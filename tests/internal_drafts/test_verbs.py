"""Drafting inside an entity, and what endorsing makes of it."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.audit.models import AuditEntry
from app.audit.queries import of_person
from app.audit.service import record
from app.authority.actor import SYSTEM
from app.authority.grants import NotTaken
from app.discussion.models import Comment, CommentKind
from app.discussion.proposed import SameWording
from app.discussion.service import CommentOnEarlierDraft, QuoteElsewhere
from app.foundation.database import unit_of_work
from app.foundation.errors import AppError, BadInput, NotAllowed, NotFound
from app.internal_drafts import endorsing, queries, service
from app.internal_drafts.form_fields import NoteMissing
from app.internal_drafts.models import ContributionKind, ContributionVersion, InternalDraft, State
from app.norms.queries import actor_for
from app.norms.seen import seen_in
from app.norms.stages import Stage
from app.positions.models import Objection, Position, Stance
from app.positions.service import ReasonMissing
from app.stakeholders.models import Category
from tests.internal_drafts.conftest import FIELDS, LANGUAGES, House
from tests.moments import Meanwhile
from tests.positions.saying import clause_of, next_draft
from tests.seen import whole


def endorse(house: House, drafted: InternalDraft, person: str = "contact", version: int = 1) -> InternalDraft:
    return endorsing.endorse(house.session, house.actor(person), drafted, seen_version=version, now=house.now)


def revise(
    house: House, drafted: InternalDraft, body: str, *, person: str = "colleague", seen: int = 1
) -> None:
    service.revise(
        house.session,
        house.actor(person),
        drafted,
        clause=house.clause,
        fields=FIELDS[drafted.kind] | LANGUAGES | {"body": body, "seen": str(seen_in(house.clause, "en"))},
        seen_version=seen,
        now=house.now,
    )


def acts(house: House) -> list[tuple[str, str]]:
    rows = house.session.execute(
        sa.select(AuditEntry.act, AuditEntry.actor)
        .where(AuditEntry.act.startswith("contribution-"))
        .order_by(AuditEntry.number)
    )
    return [(row.act.removeprefix("contribution-"), row.actor) for row in rows]


def test_an_endorsed_comment_is_the_entitys_and_the_endorsers(house: House) -> None:
    drafted = house.draft()
    assert house.session.scalars(sa.select(Comment)).all() == []
    endorse(house, drafted)
    said = house.session.scalars(sa.select(Comment)).one()
    assert (said.body, said.quote, said.kind) == ("Say who decides.", "a say", CommentKind.TECHNICAL)
    assert (said.stakeholder_id, said.author_id) == (house.entity.id, house.people["contact"].id)
    assert (drafted.state, drafted.comment_id, drafted.decided_by) == (
        State.ENDORSED,
        said.id,
        said.author_id,
    )


def test_an_endorsed_change_proposes_its_wording(house: House) -> None:
    endorse(house, house.draft(ContributionKind.CHANGE), "deputy")
    said = house.session.scalars(sa.select(Comment)).one()
    assert said.change is not None and said.change.wording == "All have a say." and said.body == "Shorter."


def test_an_endorsed_position_is_stated_with_its_objection(house: House) -> None:
    drafted = endorse(house, house.draft(ContributionKind.POSITION))
    stated = house.session.scalars(sa.select(Position)).one()
    assert (stated.stance, stated.reason, stated.remedy) == (Stance.OBJECT, "Too vague.", "Name who.")
    assert drafted.position_id == stated.id
    assert house.session.scalars(sa.select(Objection.stakeholder_id)).one() == house.entity.id


def test_a_comment_on_the_whole_draft_can_be_drafted(house: House) -> None:
    drafted = service.draft(
        house.session,
        house.actor("reviewer"),
        house.norm,
        clause=None,
        stakeholder_id=house.entity.id,
        kind=ContributionKind.COMMENT,
        fields={"body": "Too long."} | LANGUAGES | {"seen": whole(house.session, house.norm)},
        now=house.now,
    )
    endorse(house, drafted)
    assert house.session.scalars(sa.select(Comment)).one().clause_id is None


def test_sent_twice_is_one_draft_and_endorsed_twice_one_comment(house: House) -> None:
    drafted = house.draft()
    assert house.draft() is drafted and house.draft(body="Other words.") is not drafted
    assert endorse(house, drafted) is endorse(house, drafted, "deputy")
    assert house.session.scalar(sa.select(sa.func.count()).select_from(Comment)) == 1


def test_the_record_says_neither_the_words_nor_the_norm(house: House) -> None:
    drafted = house.draft(body="A secret remark.")
    revise(house, drafted, "Another secret remark.")
    endorsing.decline(house.session, house.actor("contact"), drafted, note="A secret note.", now=house.now)
    endorsing.withdraw(house.session, house.actor("reviewer"), drafted, now=house.now)
    written = house.session.scalars(sa.select(AuditEntry)).all()
    assert acts(house) == [
        ("drafted", house.people["reviewer"].pseudonym),
        ("revised", house.people["colleague"].pseudonym),
        ("declined", house.people["contact"].pseudonym),
        ("withdrawn", house.people["reviewer"].pseudonym),
    ]
    for entry in written:
        assert entry.norm is None and entry.subject == f"contribution:{drafted.id}"
        said = {"kind": "comment", "stakeholder": house.entity.id}
        assert entry.details == said | {"salt": entry.details["salt"]}  # not told in public


def test_a_closed_round_leaves_it_a_draft(house: House) -> None:
    drafted = house.draft()
    house.norm.stage = Stage.COMPILATION
    house.session.flush()
    with pytest.raises(NotTaken):
        endorse(house, drafted)
    assert drafted.state is State.DRAFTED and house.draft(body="For the next round.").state is State.DRAFTED


@pytest.mark.parametrize("person", ["observer", "elsewhere"])
def test_only_members_who_write_draft_inside(house: House, person: str) -> None:
    with pytest.raises(NotAllowed):
        house.draft(person=person)
    drafted = house.draft()
    for act in (service.claim, service.release, endorsing.withdraw):
        with pytest.raises(NotAllowed):
            act(house.session, house.actor(person), drafted, now=house.now)
    with pytest.raises(NotAllowed):
        revise(house, drafted, "Theirs.", person=person)
    assert queries.by_id(house.session, house.actor(person), drafted.id) is None


@pytest.mark.parametrize("person", ["reviewer", "observer", "elsewhere"])
def test_only_who_speaks_for_the_entity_endorses_or_declines(house: House, person: str) -> None:
    drafted = house.draft()
    with pytest.raises(NotAllowed):
        endorse(house, drafted, person)
    with pytest.raises(NotAllowed):
        endorsing.decline(house.session, house.actor(person), drafted, note="No.", now=house.now)


def test_a_norm_closed_to_a_person_is_closed_inside_too(house: House) -> None:
    drafted = house.draft()
    house.norm.is_public = False
    house.session.flush()
    for act in (lambda: house.draft(body="New."), lambda: endorse(house, drafted)):
        with pytest.raises(NotAllowed):
            act()


@pytest.mark.parametrize(
    ("kind", "fields", "refusal"),
    [
        (ContributionKind.COMMENT, {"body": " "}, BadInput),
        (ContributionKind.COMMENT, {"quote": "no such words"}, QuoteElsewhere),
        (ContributionKind.COMMENT, {"kind": "shout"}, BadInput),
        (ContributionKind.COMMENT, {"language": "no language"}, AppError),
        (ContributionKind.CHANGE, {"wording": "Everybody has a say."}, SameWording),
        (ContributionKind.CHANGE, {"body": ""}, BadInput),
        (ContributionKind.POSITION, {"reason": ""}, ReasonMissing),
        (ContributionKind.POSITION, {"stance": ""}, BadInput),
    ],
)
def test_what_could_not_be_said_is_not_kept(
    house: House, kind: ContributionKind, fields: dict[str, str], refusal: type[AppError]
) -> None:
    with pytest.raises(refusal):
        house.draft(kind, **fields)
    assert house.session.scalars(sa.select(InternalDraft)).all() == []


def test_an_edit_keeps_the_words_before(house: House) -> None:
    drafted = house.draft()
    revise(house, drafted, "Name who decides.")
    (before,) = queries.versions(house.session, drafted)
    assert before.content["body"] == "Say who decides." and before.edited_by == house.people["colleague"].id
    assert drafted.content["body"] == "Name who decides." and drafted.version == 2
    with pytest.raises(service.EditedMeanwhile):
        revise(house, drafted, "Third.", seen=1)
    with pytest.raises(service.EditedMeanwhile):
        endorse(house, drafted, version=1)
    endorse(house, drafted, version=2)
    with pytest.raises(service.Decided):
        revise(house, drafted, "Too late.", seen=2)


def test_a_draft_on_an_earlier_wording_is_looked_at_again_first(house: House) -> None:
    drafted = house.draft(quote="")
    next_draft(house.make, house.norm, "Everybody has a say, always.", "States share.")
    with pytest.raises(CommentOnEarlierDraft):
        endorse(house, drafted)
    with pytest.raises(NotFound):
        other = clause_of(house.session, house.norm, 2)
        fields = FIELDS[drafted.kind] | LANGUAGES | {"quote": ""}
        service.revise(
            house.session,
            house.actor("contact"),
            drafted,
            clause=other,
            fields=fields,
            seen_version=1,
            now=house.now,
        )
    revise(house, drafted, "Still: who decides?")
    endorse(house, drafted, version=2)
    assert house.session.scalars(sa.select(Comment)).one().draft_id == house.norm.current_draft_id


def test_who_works_on_it_works_alone_for_a_while(house: House) -> None:
    drafted, session = house.draft(), house.session
    service.claim(session, house.actor("colleague"), drafted, now=house.now)
    with pytest.raises(service.SomebodyElseWorksOnIt) as refused:
        service.claim(session, house.actor("reviewer"), drafted, now=house.now)
    assert refused.value.values == {"until": "09:45"}
    for act in (
        lambda: revise(house, drafted, "Mine.", person="reviewer"),
        lambda: service.release(session, house.actor("reviewer"), drafted, now=house.now),
    ):
        with pytest.raises(service.SomebodyElseWorksOnIt):
            act()
    service.claim(session, house.actor("contact"), drafted, now=house.now)  # who speaks for it need not wait
    later = house.now + service.CLAIM
    service.claim(session, house.actor("reviewer"), drafted, now=later)
    assert (
        drafted.claimed_by == house.people["reviewer"].id and drafted.claimed_until == later + service.CLAIM
    )


def test_a_claim_stops_neither_its_author_nor_who_speaks_for_the_entity(house: House) -> None:
    drafted, other, third = (house.draft(body=body) for body in ("One.", "Two.", "Three."))
    for one in (drafted, other, third):
        service.claim(house.session, house.actor("colleague"), one, now=house.now)
    endorse(house, drafted)
    endorsing.decline(house.session, house.actor("contact"), other, note="No.", now=house.now)
    endorsing.withdraw(house.session, house.actor("reviewer"), third, now=house.now)
    assert [one.state for one in (drafted, other, third)] == [State.ENDORSED, State.DECLINED, State.WITHDRAWN]


def test_what_was_edited_since_is_neither_declined_nor_withdrawn(house: House) -> None:
    drafted, contact = house.draft(), house.actor("contact")
    revise(house, drafted, "Other words.")
    with pytest.raises(service.EditedMeanwhile):
        endorsing.decline(house.session, contact, drafted, note="No.", seen_version=1, now=house.now)
    with pytest.raises(service.EditedMeanwhile):
        endorsing.withdraw(house.session, contact, drafted, seen_version=1, now=house.now)
    endorsing.decline(house.session, contact, drafted, note="No.", seen_version=2, now=house.now)


def test_why_it_was_declined_stays_with_the_words_that_were(house: House) -> None:
    drafted = house.draft()
    endorsing.decline(house.session, house.actor("contact"), drafted, note="Too sharp.", now=house.now)
    revise(house, drafted, "Gently.")
    assert [one.note for one in queries.versions(house.session, drafted)] == ["Too sharp."]
    assert (drafted.state, drafted.note) == (State.DRAFTED, "")
    assert acts(house)[-1][0] == "drafted"  # it waits again, and those who decide are told


def test_nothing_is_drafted_inside_an_individual(house: House) -> None:
    user, herself = house.people["reviewer"], house.make.stakeholder("She", category=Category.INDIVIDUAL)
    house.make.mandate(user, herself)
    with pytest.raises(service.NothingInside):
        service.draft(
            house.session,
            house.actor("reviewer"),
            house.norm,
            clause=house.clause,
            stakeholder_id=herself.id,
            kind=ContributionKind.COMMENT,
            fields=FIELDS[ContributionKind.COMMENT] | LANGUAGES,
            now=house.now,
        )


def test_a_claim_ends_with_an_edit_or_by_hand(house: House) -> None:
    drafted, session = house.draft(), house.session
    service.claim(session, house.actor("colleague"), drafted, now=house.now)
    service.release(session, house.actor("colleague"), drafted, now=house.now)
    assert drafted.claimed_by is None
    service.claim(session, house.actor("colleague"), drafted, now=house.now)
    revise(house, drafted, "Edited.")
    assert drafted.claimed_by is None
    endorse(house, drafted, version=2)


def test_declined_with_a_note_it_can_be_drafted_again(house: House) -> None:
    drafted, session, contact = house.draft(), house.session, house.actor("contact")
    with pytest.raises(NoteMissing):
        endorsing.decline(session, contact, drafted, note=" ", now=house.now)
    endorsing.decline(session, contact, drafted, note="Too sharp.", now=house.now)
    endorsing.decline(session, contact, drafted, note="Too sharp.", now=house.now)
    assert (drafted.state, drafted.note) == (State.DECLINED, "Too sharp.")
    with pytest.raises(service.Decided):
        endorse(house, drafted)
    assert list(queries.declined_of(session, house.actor("reviewer"))) == [drafted]
    revise(house, drafted, "Milder.", person="reviewer")
    assert (drafted.state, drafted.note, drafted.decided_by) == (State.DRAFTED, "", None)
    assert len(acts(house)) == 3


def test_a_draft_is_withdrawn_by_its_author_or_a_speaker(house: House) -> None:
    first, second = house.draft(), house.draft(body="Second.")
    with pytest.raises(NotAllowed):
        endorsing.withdraw(house.session, house.actor("colleague"), first, now=house.now)
    endorsing.withdraw(house.session, house.actor("reviewer"), first, now=house.now)
    endorsing.withdraw(house.session, house.actor("reviewer"), first, now=house.now)
    endorsing.withdraw(house.session, house.actor("deputy"), second, now=house.now)
    assert {first.state, second.state} == {State.WITHDRAWN}
    with pytest.raises(service.Decided):
        endorse(house, first)


def test_of_several_those_that_can_be_are_endorsed(house: House) -> None:
    good, edited, position = (
        house.draft(),
        house.draft(body="Second."),
        house.draft(ContributionKind.POSITION),
    )
    revise(house, edited, "Second, edited.")
    seen = [(good, 1), (edited, 1), (position, 1)]
    refused = endorsing.endorse_all(house.session, house.actor("contact"), seen, now=house.now)
    assert [(one.id, type(why)) for one, why in refused] == [(edited.id, service.EditedMeanwhile)]
    house.session.expire_all()
    assert [one.state for one, _ in seen] == [State.ENDORSED, State.DRAFTED, State.ENDORSED]


def test_who_endorses_on_several_norms_waits_in_no_circle_with_who_records_on_them(
    house: House, engine: sa.Engine
) -> None:
    other = house.make.norm("Everybody has a say.", slug="a")
    first = house.draft()
    second = service.draft(
        house.session,
        house.actor("reviewer"),
        other,
        clause=clause_of(house.session, other, 1),
        stakeholder_id=house.entity.id,
        kind=ContributionKind.COMMENT,
        fields=FIELDS[ContributionKind.COMMENT] | LANGUAGES,
        now=house.now,
    )
    contact, chosen = house.people["contact"].id, (first.id, second.id)
    house.session.commit()

    def endorsing_both(own: Session) -> object:
        actor = actor_for(own, own.get_one(User, contact), now=house.now)
        seen = [(own.get_one(InternalDraft, number), 1) for number in chosen]
        return endorsing.endorse_all(own, actor, seen, now=house.now)

    with unit_of_work(house.session):  # as a verdict on a body that takes part in both
        record(house.session, SYSTEM, "tried", "t", norm="a", now=house.now)
        meanwhile = Meanwhile(engine, endorsing_both)
        record(house.session, SYSTEM, "tried", "t", norm="s", now=house.now)
    assert meanwhile.outcome() == []


def test_waiting_is_counted_for_those_who_speak(house: House) -> None:
    house.draft()
    house.draft(ContributionKind.POSITION)
    (waiting,) = queries.to_endorse(house.session, house.actor("deputy"))
    assert (waiting.stakeholder.id, waiting.number) == (house.entity.id, 2)
    for person in ("reviewer", "observer", "elsewhere"):
        assert queries.to_endorse(house.session, house.actor(person)) == []


def test_an_erased_person_leaves_nothing_that_was_not_endorsed(house: House) -> None:
    kept, gone, theirs = (
        house.draft(),
        house.draft(body="Gone."),
        house.draft(body="Theirs.", person="colleague"),
    )
    revise(house, kept, "Saved.")
    revise(house, gone, "Gone too.")
    endorse(house, kept, version=2)
    service.claim(house.session, house.actor("reviewer"), theirs, now=house.now)
    service.forget_person(house.session, house.actor("reviewer"), house.people["reviewer"])
    house.session.expire_all()
    left = house.session.scalars(sa.select(InternalDraft).order_by(InternalDraft.id)).all()
    assert [one.id for one in left] == [kept.id, theirs.id] and theirs.claimed_by is None
    assert house.session.scalars(sa.select(ContributionVersion)).all() == []
    with pytest.raises(NotAllowed):
        service.forget_person(house.session, house.actor("reviewer"), house.people["colleague"])


def test_the_list_takes_as_many_statements_as_it_has_rows_or_not(house: House) -> None:
    for number in range(5):
        house.draft(body=f"Remark {number}.")
    house.session.commit()
    counted: list[str] = []

    def count(*args: object) -> None:
        counted.extend(["select"] if str(args[2]).startswith("SELECT") else [])

    engine = house.session.get_bind()
    sa.event.listen(engine, "before_cursor_execute", count)
    house.session.expunge_all()
    rows = queries.inside(
        house.session, house.entity.id, state=State.DRAFTED, norm_ids=[house.norm.id], limit=3
    )
    assert [one.author.name for one in rows] == ["Reviewer"] * 3 and rows[0].clause is not None
    assert rows[0].norm.slug == "s" and rows[0].content["body"] == "Remark 4." and len(counted) == 2
    sa.event.remove(engine, "before_cursor_execute", count)
    rest = queries.inside(house.session, house.entity.id, before=rows[-1].id)
    assert [one.content["body"] for one in rest] == ["Remark 1.", "Remark 0."]


def test_a_claim_that_is_over_is_none(house: House) -> None:
    drafted = house.draft()
    service.claim(house.session, house.actor("colleague"), drafted, now=house.now)
    other = house.people["reviewer"].id
    assert drafted.is_claimed_by_another(other, house.now)
    assert not drafted.is_claimed_by_another(house.people["colleague"].id, house.now)
    assert not drafted.is_claimed_by_another(other, house.now + dt.timedelta(minutes=15))


def test_the_record_of_a_person_knows_their_drafts_by_their_entity(house: House) -> None:
    drafted = house.draft()
    house.session.flush()
    reviewer, colleague = house.people["reviewer"].pseudonym, house.people["colleague"].pseudonym
    (entry,) = of_person(house.session, reviewer, house.entity.id)
    assert (entry.act, entry.subject) == ("contribution-drafted", f"contribution:{drafted.id}")
    assert of_person(house.session, reviewer, house.entity.id, before=entry.number) == []
    assert of_person(house.session, colleague, house.entity.id) == []
    assert of_person(house.session, reviewer, house.entity.id + 1) == []
