"""The demonstration: two norms and everybody who takes part in them."""

import datetime as dt

import click
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Rhythm
from app.consensus import service as consensus
from app.demo.compiling import compile_draft
from app.demo.course import Course, read
from app.demo.discussing import discuss
from app.demo.explaining import explain
from app.demo.people import PASSWORD, DemoPeople
from app.foundation.jobs import Job
from app.kernel.command_line import now, refusable, session, work
from app.kernel.publishing import signing_key
from app.lifecycle import service as lifecycle
from app.lifecycle.determination import determine
from app.lifecycle.models import DeterminationOutcome
from app.norms.queries import norm_by_slug
from app.norms.stages import Stage
from app.publication import service as publication

DAY = dt.timedelta(days=1)


def load(db: Session, today: dt.datetime) -> None:
    """Tell the whole story with the verbs everybody uses, ending today."""
    people = DemoPeople(db, today - 130 * DAY)
    people.load(read("accounts")["accounts"], read("stakeholders")["stakeholders"])
    finished(Course(db, people, "open-data-", today - 120 * DAY))
    under_way(Course(db, people, "", today - 60 * DAY), today)
    # Nobody in this story has a mailbox; their mails would only bury the server's own words.
    db.execute(sa.delete(Job).where(Job.kind == "mail"))
    for user in people.users.values():
        user.rhythm = Rhythm.NEVER


def first_round(course: Course) -> None:
    """Open draft 1, hear everybody, answer everybody, and compile the next draft."""
    course.prepare()
    course.verify_translations()
    opened = course.now
    step(course, Stage.CONSULTATION, closes_at=opened + 28 * DAY)
    course.state_positions(1)
    discuss(course, 1)
    course.settle_objections(1)
    course.now = opened + 29 * DAY
    step(course, Stage.COMPILATION)
    compile_draft(course)


def second_round(course: Course, stage: Stage, closes_at: dt.datetime) -> None:
    step(course, stage, closes_at=closes_at)
    course.state_positions(2)
    discuss(course, 2)
    course.settle_objections(2)
    consensus.assess(course.session, course.people.seated("chair"), course.norm, now=course.later(hours=1))


def finished(course: Course) -> None:
    """A norm that was adopted by consensus and published."""
    first_round(course)
    closing = course.now + 16 * DAY
    second_round(course, Stage.LAST_CALL, closing)
    course.now = closing + DAY
    step(course, Stage.CONSENSUS_CALL, closes_at=closing + 8 * DAY)
    course.now = closing + 9 * DAY
    file = read(f"{course.prefix}determination")
    chair = course.people.seated("chair")
    determine(
        course.session,
        chair,
        course.norm,
        DeterminationOutcome(file["outcome"]),
        file["texts"],
        reasons=file["summary_notes"],
        now=course.now,
    )
    step(course, Stage.ADOPTED)
    actor, now = course.people.seated("publisher"), course.later(hours=1)
    prepared = publication.prepare(course.session, course.norm, key=signing_key(), now=now)
    publication.publish(course.session, actor, course.norm, prepared, now=now)


def under_way(course: Course, today: dt.datetime) -> None:
    """A norm whose second draft is open for consultation today."""
    first_round(course)
    course.now = max(course.now, today - 8 * DAY)
    second_round(course, Stage.CONSULTATION, today + 20 * DAY)
    explain(course)


def step(course: Course, to: Stage, *, closes_at: dt.datetime | None = None) -> None:
    chair = course.people.seated("chair")
    lifecycle.step(course.session, chair, course.norm, to, closes_at=closes_at, now=course.later(minutes=10))


@click.command("demo")
@refusable
def demo() -> None:
    """Load the demonstration norms once. A second call changes nothing."""
    if norm_by_slug(session(), read("norm")["slug"]) is None:
        with work() as db:
            load(db, now())
        click.echo("The demonstration is loaded.")
    else:
        click.echo("The demonstration is there already.")
    for row in read("accounts")["accounts"]:
        click.echo(f"  {row['key']:<14} {row['email']:<36} {PASSWORD}")
