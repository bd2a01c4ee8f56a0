"""How the platform does, for its administrators: what is in order, what waits, and jobs that have failed."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from flask import Blueprint, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.audit import queries as record
from app.authority.actor import PLATFORM
from app.authority.grants import Permission, require
from app.foundation import jobs, schema
from app.foundation.errors import N_
from app.foundation.jobs import Job
from app.kernel import context, diagnosis, release
from app.kernel.diagnosis import Condition, Diagnosis
from app.kernel.formats import number as in_digits
from app.kernel.refusals import shows_again
from app.operation import service as operation
from app.web.parts.done import Done, way_on

blueprint = Blueprint("operation", __name__, url_prefix="/<lang:lang>/status")
SHOWN = 20  #: failed jobs of each kind
DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}

KINDS: Mapping[str, str] = {
    "mail": N_("E-mails about accounts and mandates"),
    "notices": N_("Selection of recipients of notices"),
    "digest": N_("E-mails with notices"),
    "assess": N_("Assessments"),
    "step": N_("Steps and publications"),
    "copies": N_("Search for nearly identical comments"),
    "vectors": N_("Search for comments with similar meaning"),
}

CONDITIONS: Mapping[Condition, str] = {
    Condition.OK: N_("In order"),
    Condition.DEGRADED: N_("Limited"),
    Condition.UNAVAILABLE: N_("Unavailable"),
}

#: Of each part its name, and what is said where it is in order and where it is not.
PARTS: Mapping[str, tuple[str, str, str]] = {
    "database": (N_("Database"), N_("The database responds."), N_("The database does not respond.")),
    "schema": (
        N_("Tables"),
        N_("The tables are those of this version."),
        N_("The tables are not those of this version."),
    ),
    "storage": (
        N_("Storage"),
        N_("The data folder has enough free space."),
        N_("The data folder has little free space, or cannot be written to."),
    ),
    "key": (
        N_("Signing key"),
        N_("The signing key can be read, or will be created with the first publication."),
        N_("The signing key cannot be read. No publication can be signed."),
    ),
    "worker": (
        N_("Worker"),
        N_("Jobs are done when they are due."),
        N_("No worker is running, or jobs are overdue: e-mails, steps and assessments are delayed."),
    ),
    "jobs": (N_("Jobs"), N_("No job has failed."), N_("Jobs have failed. They are listed on this page.")),
    "mail": (
        N_("E-mail"),
        N_("No e-mail is held up."),
        N_("The mail server does not accept e-mails. They are sent again later."),
    ),
}


def kind_words(kind: str) -> str:
    """What a kind of jobs does; its code where this version does not know it."""
    return _(KINDS[kind]) if kind in KINDS else kind


def part_words(one: Diagnosis) -> tuple[str, str, str]:
    """A part, its condition, and what follows from that."""
    part, fine, faulty = PARTS[one.part]
    return _(part), _(CONDITIONS[one.condition]), _(fine if one.condition is Condition.OK else faulty)


@blueprint.get("/")
def index() -> str:
    return page()


def page(**extra: Any) -> str:
    require(context.actor(), Permission.OPERATE, PLATFORM)
    db, now = context.session(), context.now()
    parts = diagnosis.readiness(db, context.settings(), now=now)
    newest: groupby[str, Job] = groupby(jobs.last_failed(db, SHOWN), key=lambda job: job.kind)
    return render_template(
        "operation/index.html",
        parts=[part_words(one) for one in sorted(parts, key=lambda one: list(PARTS).index(one.part))],
        is_faulty=diagnosis.worst(parts) is not Condition.OK,
        version=release.version(),
        revision=", ".join(sorted(diagnosis.newest_revision())),
        database=DATABASES[db.get_bind().dialect.name],
        megabytes=round(schema.size_of(db) / 1e6, 1),
        entries=record.last_number(db),
        last_done=jobs.last_done(db),
        queues=jobs.queues(db, now=now),
        failed={kind: list(group) for kind, group in newest},
        kind_words=kind_words,
        requested_again=operation.REQUESTED_AGAIN,
        **extra,
    )


def told_of(made: str, follows: str) -> Response:
    return Done(made, follows, way_on(_("Record"), "record.index")).on("operation.index")


@blueprint.post("/jobs/<int:number>/again/")
@shows_again(page)
def try_again(number: int) -> Response:
    with context.work():
        context.act(operation.try_again, number=number)
    made = _("Job %(number)s will be tried again.", number=number)
    return told_of(made, _("A worker begins it when it is free."))


@blueprint.post("/kinds/<kind>/again/")
@shows_again(page)
def try_all_again(kind: str) -> Response:
    with context.work():
        count = context.act(operation.try_again, kind=kind)
    made = _(
        "Jobs that will be tried again: %(count)s (%(kind)s).", count=in_digits(count), kind=kind_words(kind)
    )
    return told_of(made, _("A worker begins them when it is free."))


@blueprint.post("/jobs/<int:number>/discard/")
@shows_again(page)
def discard(number: int) -> Response:
    with context.work():
        context.act(operation.discard, number=number)
    return told_of(_("Job %(number)s has been discarded.", number=number), _("It will not be done."))


@blueprint.post("/kinds/<kind>/discard/")
@shows_again(page)
def discard_all(kind: str) -> Response:
    with context.work():
        count = context.act(operation.discard, kind=kind)
    made = _("Discarded jobs: %(count)s (%(kind)s).", count=in_digits(count), kind=kind_words(kind))
    return told_of(made, _("They will not be done."))
