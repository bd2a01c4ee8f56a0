"""Rules of procedure that are ready to use, by name (pure)."""

import json
from collections.abc import Mapping
from typing import Any

from app.foundation.errors import N_, BadInput
from app.norms.rules import Rules

DEFAULT, WITHOUT_VERIFICATION, CONVERSATION = "default", "without-verification", "conversation"

#: "without-verification": for a consultation where nobody is verified; all count, also for gates.
#: "conversation": the same where people name no country either, so that no bloc can be listened for.
PRESETS: Mapping[str, Rules] = {
    DEFAULT: Rules(),
    WITHOUT_VERIFICATION: Rules(measurement={"verification": False}),
    CONVERSATION: Rules(measurement={"verification": False, "gates": {}}),
}


class NoSuchRules(BadInput):
    code = "no-such-rules"
    message = N_("“%(name)s” is neither a file of rules in JSON nor one of %(known)s.")


def named(name: str) -> Rules:
    """:raises NoSuchRules: there is no preset of this name."""
    if name not in PRESETS:
        raise NoSuchRules(name=name, known=", ".join(PRESETS))
    return PRESETS[name]


def parsed(name: str, body: bytes) -> Rules:
    """The rules of a JSON file, as ``rules.json`` of a package has them.

    :raises NoSuchRules: it is no JSON object. :raises BadInput: a value cannot be a rule.
    """
    try:
        content: Any = json.loads(body)
    except ValueError as error:
        raise NoSuchRules(name=name, known=", ".join(PRESETS)) from error
    if not isinstance(content, dict):
        raise NoSuchRules(name=name, known=", ".join(PRESETS))
    return Rules.read(content)
