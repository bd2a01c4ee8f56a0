"""What 2,000 stakeholders say on 200 clauses: 50,000 comments in six languages, always the same.

Put together from parts of sentences, so that comments differ as people's do; one in ten is a campaign's text
with small changes, one in twenty that text as it stands.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.discussion.models import CommentKind, Visibility

CLAUSES, STAKEHOLDERS, COMMENTS = 200, 2_000, 50_000
LANGUAGES = ("en", "es", "fr", "ru", "zh", "ar")
SEED = 20261123

PHRASES = Path(__file__).parent / "phrases.txt"  #: a language, "opening", "wish" or "reason", the words
ADDED = ("always", "publicly", "together", "soon")
SUBJECTS = ("Whoever offers a system", "A State", "A public body", "A company", "A research institute")
DUTIES = (
    "shall say what it was made for and by whom",
    "shall keep a record of how it was tested",
    "shall answer within thirty days to those it concerns",
    "shall share the means of testing with others",
    "shall not decide alone where somebody may be harmed",
    "shall make its findings public in plain words",
    "shall ask those who are affected before it begins",
    "shall repair what it has done and tell what it learned",
)


@dataclass(frozen=True)
class Said:
    """One comment as it will be: ``parent`` is the place of the comment it answers among all."""

    clause: int | None
    stakeholder: int
    language: str
    body: str
    kind: CommentKind
    change: str | None
    parent: int | None
    visibility: Visibility


def wording(number: int) -> str:
    """Clause ``number``, from 0."""
    duties = (DUTIES[number % len(DUTIES)], DUTIES[(number // 5) % len(DUTIES)])
    return f"{SUBJECTS[number % len(SUBJECTS)]} {duties[0]}, and in case {number + 1} {duties[1]}."


@cache
def phrases(language: str, part: str) -> list[str]:
    lines = (line.split(" ", 2) for line in PHRASES.read_text(encoding="utf-8").splitlines())
    return [words for own, kind, words in lines if (own, kind) == (language, part)]


def words(chance: random.Random, language: str, clause: int) -> str:
    order = ("opening", "wish", "reason", "wish", "reason")
    said = [chance.choice(phrases(language, part)) for part in order]
    return ("" if language == "zh" else " ").join((*said, f"({clause + 1}.{chance.randint(1, 99)})"))


def changed(chance: random.Random, text: str) -> str:
    """A few letters of a campaign's text as another person writes them."""
    letters = list(text)
    for _ in range(chance.randint(1, 4)):
        letters[chance.randrange(len(letters))] = chance.choice(letters)
    return "".join(letters)


def comments(
    count: int = COMMENTS, clauses_: int = CLAUSES, stakeholders: int = STAKEHOLDERS, seed: int = SEED
) -> Iterator[Said]:
    """What is said, in order. A few clauses get most of it, and a few stakeholders say most."""
    chance = random.Random(seed)
    weights = [1 / (place + 3) for place in range(clauses_)]
    campaigns: dict[tuple[int, str], str] = {}
    opened: list[int | None] = []  #: the clause of each, None where it answers another
    for number in range(count):
        clause = chance.choices(range(clauses_), weights)[0]
        language = chance.choice(LANGUAGES)
        campaign = campaigns.setdefault((clause, language), words(chance, language, clause))
        draw = chance.random()
        body = campaign if draw < 0.05 else words(chance, language, clause)
        if 0.05 <= draw < 0.15:
            body = changed(chance, campaign)
        parent = None
        if draw >= 0.88 and number:
            place = chance.randrange(max(0, number - 5_000), number)
            parent = place if opened[place] is not None else None
            clause = opened[place] if parent is not None else clause  # type: ignore[assignment]
        change = None
        if 0.15 <= draw < 0.23:
            own = wording(clause).rstrip(".").split()
            own.insert(chance.randrange(1, len(own)), chance.choice(ADDED))
            change = " ".join(own) + "."
        visibility = chance.choices((Visibility.SHOWN, Visibility.HELD, Visibility.HIDDEN), (94, 4, 2))[0]
        kind = CommentKind.SUBSTANTIVE if change else chance.choice(list(CommentKind))
        opened.append(clause if parent is None and visibility is Visibility.SHOWN else None)
        holder = min(int(chance.paretovariate(0.7)) - 1, stakeholders - 1)
        yield Said(
            None if draw >= 0.985 and parent is None else clause,
            (holder * 7 + chance.randrange(stakeholders)) % stakeholders,
            language,
            body,
            kind,
            change,
            parent,
            visibility,
        )
