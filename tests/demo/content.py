"""Reading the content of the demonstration norms."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "app" / "demo"
LANGUAGES = {"ar", "en", "es", "fr", "ru", "zh"}


def read(name: str) -> Any:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def parts(thing: Any) -> list[Any]:
    if isinstance(thing, dict):
        return list(thing.values())
    return thing if isinstance(thing, list) else []


def strings(thing: Any) -> Iterator[str]:
    if isinstance(thing, str):
        yield thing
    for each in parts(thing):
        yield from strings(each)


def spoken(thing: Any) -> Iterator[tuple[str, str]]:
    """Every (language, text): of objects keyed by the six languages, and of what says its language."""
    if isinstance(thing, dict) and set(thing) == LANGUAGES:
        yield from thing.items()
    elif isinstance(thing, dict) and "language" in thing:
        fields = ("body", "reason", "remedy", "text", "wording")
        yield from ((thing["language"], thing[field]) for field in fields if thing.get(field))
    for each in parts(thing):
        yield from spoken(each)


def provisions(content: dict[str, Any]) -> dict[str, Any]:
    return {each["key"]: each for each in content["norm"]["provisions"]}


def comments(content: dict[str, Any]) -> dict[str, Any]:
    return {each["key"]: each for each in content["discussion"]["comments"]}


def wording(provision: dict[str, Any], draft: int) -> dict[str, str]:
    """The texts of a provision in a draft; an unchanged one keeps those of the draft before."""
    found: dict[str, str] = provision["drafts"].get(str(draft)) or provision["drafts"]["1"]
    return found


STAKEHOLDERS = {each["key"]: each for each in read("stakeholders.json")["stakeholders"]}
