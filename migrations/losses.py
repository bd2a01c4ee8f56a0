"""What is lost for good when a migration is taken back. docs/operation.md says the same."""

from alembic.script import Script
from alembic.util import CommandError

#: The first migrations were landed before they said it themselves, in ``LOSES``.
EARLIEST = {
    "0001": "everything: every table goes",
    "0002": "",
    "0003": "the chains of the norms: what was recorded since can no longer be verified",
    "0004": "the last days of programs' tokens: they no longer end",
    "0005": "offers of mandates, answered or not",
    "0006": "steps taken although something was missing, as people read them; since when a norm is suspended",
    "0007": "",
    "0008": "which comments a merge operation takes up, and which decisions a draft has kept",
    "0009": "that better evidence was given after a refusal",
    "0010": "which translation was read before a position, a comment or a reservation",
    "0011": "what the record binds, with its key: altered rows are no longer found",
    "0012": "what stood against an adoption and why nevertheless; who confirmed a setting aside",
    "0013": "corrigenda, earlier wordings of translations, and who wrote a translation",
    "0014": "the input of official assessments, and which assessment a determination names",
    "0015": "steps that were requested, and how they ended",
}


def lost_by(script: Script) -> str:
    """In words for an operator; "" where an upgrade brings everything back."""
    found = getattr(script.module, "LOSES", EARLIEST.get(script.revision))
    if not isinstance(found, str):
        raise CommandError(f"migration {script.revision} does not say what taking it back LOSES")
    return found


def refusal(going_down: list[Script], database: str) -> str | None:
    """Why these may not be taken back without consent, if anything is lost; consent names the database."""
    lost = [(script.revision, words) for script in going_down if (words := lost_by(script))]
    if not lost:
        return None
    lines = "\n".join(f"  {revision}: {words}" for revision, words in lost)
    return (
        f"Nothing was changed. This downgrade loses data for good:\n{lines}\n"
        f"Back up first. To lose it nevertheless: flask db downgrade -x lose-data={database} …"
    )
