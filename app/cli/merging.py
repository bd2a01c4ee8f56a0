"""Commands: the bench's merge, for trying and testing."""

import json
from typing import Any

import click

from app.compilation.merge.nway import Collision, choose, collisions, merge, settle
from app.compilation.merge.provenance import BASE, EDITOR, RunList, text_of

RESERVED = frozenset({BASE, EDITOR, "brackets"})


@click.command("merge")
@click.argument("file", type=click.File(encoding="utf-8"))
def merge_command(file: Any) -> None:
    """Merge the changes in each line of FILE.

    A line is {"base", "changes": {name: text}, "choose": name or null}. For each the text and
    its collisions are written. Nothing is, unless every line can be read.
    """
    lines = [merged(*read(line, number)) for number, line in enumerate(file, 1) if line.strip()]
    for line in lines:
        click.echo(json.dumps(line, ensure_ascii=False))


def read(line: str, number: int) -> tuple[str, dict[str, str], str | None]:
    """:raises ClickException: a line is not of the form."""
    try:
        case = json.loads(line)
        base, changes, chosen = case["base"], case["changes"], case.get("choose")
        texts = [base, *changes, *changes.values(), chosen or ""]
        is_fit = all(isinstance(text, str) for text in texts) and RESERVED.isdisjoint(changes)
    except (ValueError, KeyError, TypeError, AttributeError):
        is_fit = False
    if not is_fit or (chosen is not None and chosen not in {BASE, *changes}):
        raise click.ClickException(
            f'Line {number} is not {{"base": text, "changes": {{name: text}}, "choose": a name or null}}; '
            f"no change may be called {', '.join(sorted(RESERVED))}."
        )
    return base, changes, chosen


def merged(base: str, changes: dict[str, str], chosen: str | None) -> dict[str, Any]:
    """Where the chosen one has no part in a collision, the base's words are its wording."""
    segments = merge(base, changes)
    found = collisions(segments)
    choices = {place: wording(one, chosen) for place, one in enumerate(found)} if chosen else {}
    told = [
        {
            "base": one.base,
            "alternatives": [{"text": each.text, "sources": each.sources} for each in one.alternatives],
        }
        for one in found
    ]
    return {"text": text_of(settle(segments, choices)), "collisions": told}


def wording(collision: Collision, chosen: str) -> RunList:
    takes_part = any(chosen in one.sources for one in collision.alternatives)
    return choose(collision, chosen if takes_part else BASE)
