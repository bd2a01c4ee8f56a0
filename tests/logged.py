"""What the log of any test must not hold: the people and words that the factories make."""

import json
import re

PLANTED = re.compile(r"person\d+@example\.org|\bPerson \d+\b|\bStakeholder \d+\b|Everybody has a say")
MAIL = "mail"  #: in development mail is shown in the log instead of being sent


def of_people(output: str) -> str:
    """The lines of a log that tell of people, one below the other; "" for none."""
    return "\n".join(line for line in output.splitlines() if PLANTED.search(line) and _is_logged(line))


def _is_logged(line: str) -> bool:
    try:
        event = json.loads(line)
    except ValueError:
        return False
    return isinstance(event, dict) and event.get("event", MAIL) != MAIL
