"""A norm of 20 clauses with what is said of it, the same for every measurement."""

from pathlib import Path

import sqlalchemy as sa
from flask_migrate import upgrade

from app import create_app
from app.accounts import sign_ins
from app.authority.actor import SYSTEM
from app.consensus import service as consensus
from app.discussion import service as discussion
from app.discussion.models import CommentKind
from app.discussion.submissions import Submission
from app.foundation.clock import utc_now
from app.kernel.extensions import db
from app.norms.queries import clauses
from app.norms.seen import seen_in
from app.positions import service as positions
from app.positions.models import Stance
from config import Config
from tests.factories import Make

idiomatic = sa.Table(
    "bench_row",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("person", sa.Integer, nullable=False),
    sa.Column("stance", sa.String(16), nullable=False),
    sa.Column("at", sa.DateTime, server_default=sa.func.now()),
)

SLUG = "bench"
WORDS = (
    "All States shall have equal rights to develop and use artificial intelligence and to take part in "
    "setting its rules, and barriers that are raised through a monopoly of technology shall be removed; "
    "States that have the means shall help others to train people, to keep computing power and to test "
    "systems before they are used where they may harm, and shall share what they learn. "
)
COUNTRIES = ("KE", "NP", "FR", "BR", "CN", "RU", "FJ", "NA", "EG", "DE", "PE", "BD")


def furnish(database_url: str, data_dir: Path, *, clauses_: int = 20, people: int = 60) -> str:
    """Fill a fresh database; the token of a signed-in contact point."""
    config = Config(database_url=database_url, data_dir=data_dir, secret_key="a secret for benchmarks only")
    app, now = create_app(config), utc_now()
    with app.app_context():
        upgrade()
        session = db.session()
        make = Make(session, now)
        norm = make.norm(*(f"{number}. {WORDS}" for number in range(clauses_)), slug=SLUG)
        there = clauses(session, norm.current_draft_id or 0)
        for number in range(people):
            actor, holder = make.speaker(country=COUNTRIES[number % len(COUNTRIES)])
            said = {"stakeholder_id": holder.id, "language": "en", "read_language": "en", "now": now}
            for place, clause in enumerate(there):
                stance = list(Stance)[(number + place) % 3]
                said["seen"] = seen_in(clause, "en")
                positions.state(session, actor, norm, clause, stance=stance, **said)
            if number < 20:
                clause = there[number % len(there)]
                seen, kind = seen_in(clause, "en"), CommentKind.QUESTION
                asked = Submission(holder.id, "Why?", "en", "en", seen, kind=kind)
                discussion.comment(session, actor, norm, asked, clause=clause, now=now)
        consensus.assess(session, SYSTEM, norm, now=now)
        user = make.user("A delegate")
        entity = make.stakeholder("A ministry", country="UY")
        make.mandate(user, entity)
        token = sign_ins.begin(session, user, now=now)
        idiomatic.create(session.connection())
        session.commit()
        entity_id = entity.id
        db.engine.dispose()
    return f"{token}:{entity_id}"
