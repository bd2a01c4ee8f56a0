"""The content of the demonstration norms hangs together: languages, references, positions, merges."""

import csv
import difflib
import re
from pathlib import Path
from typing import Any

import pytest

from app.compilation.merge import nway, provenance
from app.discussion.models import ChangeOperation, CommentKind
from app.foundation.text import check_clean, normalise, words
from app.positions.models import ObjectionState, Stance
from app.stakeholders.models import Category
from tests.demo.content import (
    FOLDER,
    LANGUAGES,
    STAKEHOLDERS,
    comments,
    provisions,
    read,
    spoken,
    strings,
    wording,
)

STANCES = set(Stance)
SCRIPTS = {"ar": r"[\u0621-\u064a]", "ru": r"[\u0400-\u04ff]", "zh": r"[\u4e00-\u9fff]"}


@pytest.fixture(params=["", "open-data-"], ids=["principles", "open-data"])
def content(request: pytest.FixtureRequest) -> dict[str, Any]:
    names = ("norm", "positions", "objections", "discussion", "compilation")
    return {name: read(f"{request.param}{name}.json") for name in names}


def merged(base: str, entry: dict[str, Any], wordings: dict[str, str]) -> str:
    """The base with the chosen changes; each collision has its settlement, each settlement its collision."""
    segments = nway.merge(base, wordings)
    settlements = {frozenset(each["between"]): each for each in entry["settlements"]}
    choices: dict[int, provenance.RunList] = {}
    for number, collision in enumerate(nway.collisions(segments)):
        between = frozenset(source for each in collision.alternatives for source in each.sources)
        settlement = settlements.pop(between)
        assert settlement.get("base", collision.base) == collision.base
        choices[number] = nway.choose(
            collision, settlement.get("choose", provenance.EDITOR), settlement.get("words", "")
        )
    assert not settlements, "nothing collides there"
    return provenance.text_of(nway.settle(segments, choices))


def test_every_wording_exists_in_six_languages(content: dict[str, Any]) -> None:
    norm = content["norm"]
    assert set(norm["titles"]) == set(norm["summaries"]) == LANGUAGES
    for provision in norm["provisions"]:
        for texts in provision["drafts"].values():
            assert set(texts) == LANGUAGES and all(text.strip() for text in texts.values())


def test_a_changed_provision_differs_in_every_language(content: dict[str, Any]) -> None:
    changed = [each["drafts"] for each in provisions(content).values() if {"1", "2"} <= set(each["drafts"])]
    assert changed
    for drafts in changed:
        assert all(drafts["1"][language] != drafts["2"][language] for language in LANGUAGES)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.name)
def test_texts_are_normalised_and_addresses_are_examples(path: Path) -> None:
    for text in strings(read(path.name)):
        assert normalise(text) == text
        check_clean(text)
        for address in re.findall(r"\S+@\S+", text):
            assert address.endswith(".example")


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.name)
def test_each_text_is_in_the_script_and_typography_of_its_language(path: Path) -> None:
    for language, text in spoken(read(path.name)):
        if pattern := SCRIPTS.get(language):
            assert re.search(pattern, text), text
        else:
            assert not any(re.search(foreign, text) for foreign in SCRIPTS.values()), text
        assert "'" not in text and '"' not in text and "\u0640" not in text, text
        if language == "zh":
            assert not re.search(r"[,;:?!]|\.$", text), text
        if language == "ar":
            assert not re.search(r"[,;?]", text), text
        if language == "fr":
            assert not re.search(r" [;:?!»]|« ", text), text


def test_stakeholders_come_from_everywhere(shared_data: Path) -> None:
    with (shared_data / "countries" / "countries.csv").open(encoding="utf-8", newline="") as file:
        facts = {row["iso2"]: row for row in csv.DictReader(file)}
    rows = [facts[each["country"]] for each in STAKEHOLDERS.values() if each["country"]]
    groups = {row["un_regional_group"] for row in rows}
    assert len(groups) == 5 and len({row["iso2"] for row in rows}) >= 40
    assert len({row["iso2"] for row in rows if row["ldc"] == "1"}) >= 3
    categories = [each["category"] for each in STAKEHOLDERS.values()]
    assert all(categories.count(category) >= 3 for category in Category)
    assert {each["language"] for each in STAKEHOLDERS.values()} == LANGUAGES
    assert all(each["country"] or each["category"] == "igo" for each in STAKEHOLDERS.values())


def test_keys_and_addresses_are_unique(content: dict[str, Any]) -> None:
    listed = read("stakeholders.json")["stakeholders"]
    assert len(listed) == len(STAKEHOLDERS) == len({each["contact"]["email"] for each in listed})
    assert len(provisions(content)) == len(content["norm"]["provisions"])
    assert len(comments(content)) == len(content["discussion"]["comments"])


def test_accounts_speak_for_known_stakeholders() -> None:
    accounts = read("accounts.json")["accounts"]
    roles = {"administrator", "editor", "moderator", "translator", "chair", "publisher"}
    assert roles <= {each["role"] for each in accounts}
    for account in accounts:
        if account["stakeholder"]:
            contact = STAKEHOLDERS[account["stakeholder"]]["contact"]
            assert account["mandate"] == "reviewer" or account["email"] == contact["email"]


def test_a_stakeholder_takes_one_position_on_a_provision(content: dict[str, Any]) -> None:
    for row in content["positions"]["draft_1"]:
        assert "1" in provisions(content)[row["provision"]]["drafts"]
        speakers = [key for stance in STANCES for key in row[stance]]
        assert len(speakers) == len(set(speakers)) and set(speakers) <= set(STAKEHOLDERS)


def test_positions_on_a_changed_wording_are_reaffirmed_restated_or_unconfirmed(
    content: dict[str, Any],
) -> None:
    first = {row["provision"]: row for row in content["positions"]["draft_1"]}
    rows = content["positions"]["draft_2"]
    assert {row["provision"] for row in rows} == {
        key for key, each in provisions(content).items() if "2" in each["drafts"]
    }
    for row in rows:
        before = first.get(row["provision"], {})
        stated = {key for stance in STANCES for key in before.get(stance, [])}
        restated = [key for keys in row["restated"].values() for key in keys]
        after = row["reaffirmed"] + row["unconfirmed"] + restated
        assert len(after) == len(set(after)) and stated <= set(after) <= set(STAKEHOLDERS)
        assert set(row["reaffirmed"]) <= stated - set(before.get("object", []))


def test_every_objection_has_its_reason_and_every_reason_its_objection(content: dict[str, Any]) -> None:
    said = {
        (each["draft"], each["provision"], each["stakeholder"]) for each in content["positions"]["objections"]
    }
    objecting = {
        (1, row["provision"], key) for row in content["positions"]["draft_1"] for key in row["object"]
    } | {
        (2, row["provision"], key)
        for row in content["positions"]["draft_2"]
        for key in row["restated"].get("object", [])
    }
    assert said == objecting
    for each in content["positions"]["objections"]:
        assert each["reason"] and each["language"] == STAKEHOLDERS[each["stakeholder"]]["language"]


def test_each_objection_ends_in_one_state_that_its_history_explains(content: dict[str, Any]) -> None:
    ledger = content["objections"]
    made = {
        (each["provision"], each["stakeholder"]): each["draft"] for each in content["positions"]["objections"]
    }
    answered = {
        (each["provision"], key)
        for each in ledger["answers"]
        for key in each["stakeholders"]
        if each["draft"] >= made[each["provision"], key]
    }
    ended = {
        (row["provision"], key): row["state"]
        for row in ledger["states_at_the_end"]
        for key in row["stakeholders"]
    }
    assert set(ended) == set(made)
    for kind in ("withdrawn", "maintained"):
        pairs = {(each["provision"], each["stakeholder"]) for each in ledger[kind]}
        assert pairs == {pair for pair, state in ended.items() if state == kind}
    noted = {
        (each["provision"], key)
        for each in ledger["answers"]
        if each["is_note"]
        for key in each["stakeholders"]
    }
    assert noted <= {pair for pair, state in ended.items() if state == "maintained"}
    assert {pair for pair, state in ended.items() if state != "open"} == answered
    restated = {
        (row["provision"], key)
        for row in content["positions"]["draft_2"]
        for stance, keys in row["restated"].items()
        if stance != "object"
        for key in keys
    }
    assert {pair for pair, state in ended.items() if state == "accommodated"} == set(made) & restated


def test_comments_point_at_what_exists(content: dict[str, Any]) -> None:
    known = comments(content)
    seen: set[str] = set()
    for key, comment in known.items():
        assert comment["stakeholder"] in STAKEHOLDERS
        assert comment["parent"] is None or comment["parent"] in seen
        assert comment["provision"] is None or wording(
            provisions(content)[comment["provision"]], comment["draft"]
        )
        if comment["parent"]:
            assert comment["provision"] == known[comment["parent"]]["provision"]
        assert (comment["visibility"] == "hidden") == ("hiding_reason" in comment)
        sides = comment.get("back", []) + comment.get("oppose", [])
        assert len(sides) == len(set(sides)) and set(sides) <= set(STAKEHOLDERS) - {comment["stakeholder"]}
        seen.add(key)


def test_a_proposed_change_changes_the_text_it_was_made_on(content: dict[str, Any]) -> None:
    for comment in comments(content).values():
        if not (change := comment.get("change")):
            continue
        assert (change["operation"] == "delete") == (change["wording"] is None)
        assert change["language"] == comment["read_language"]
        if change["operation"] == "replace":
            base = wording(provisions(content)[comment["provision"]], comment["draft"])[change["language"]]
            ratio = difflib.SequenceMatcher(None, base, change["wording"], autojunk=False).ratio()
            assert 0.6 < ratio < 1


def test_every_shown_comment_on_the_first_draft_has_a_disposition_with_its_reason(
    content: dict[str, Any],
) -> None:
    for comment in comments(content).values():
        disposition = comment.get("disposition")
        assert (disposition is not None) == (comment["draft"] == 1 and comment["visibility"] == "shown")
        if disposition:
            assert disposition["reason"]
            assert (disposition["decision"] == "duplicate") == ("duplicate_of" in disposition)
            assert disposition.get("duplicate_of", comment["key"]) in comments(content)
        assert disposition or "reply" not in comment


def test_the_chosen_changes_make_the_second_draft(content: dict[str, Any]) -> None:
    known = comments(content)
    entries = {entry["provision"]: entry for entry in content["compilation"]["entries"]}
    assert set(entries) == {key for key, each in provisions(content).items() if "2" in each["drafts"]}
    for key, entry in entries.items():
        changes = {name: known[name]["change"] for name in entry["merge"]}
        assert all(change["language"] == entry["language"] for change in changes.values())
        wordings = {name: change["wording"] for name, change in changes.items()}
        result = wording(provisions(content)[key], 2)[entry["language"]]
        if entry["treatment"] == "add":
            assert [result] == list(wordings.values()) and entry["after"] in provisions(content)
        else:
            assert merged(wording(provisions(content)[key], 1)[entry["language"]], entry, wordings) == result


def test_the_disposition_of_a_change_says_what_became_of_its_words(content: dict[str, Any]) -> None:
    """Accepted is what was merged or chosen, and of what was joined that of which every added word stands."""
    known, fate = comments(content), {}
    for entry in content["compilation"]["entries"]:
        assert set(entry["motivated_by"]) <= set(known)
        fate |= {key: {"accepted"} for key in entry["merge"]}
        for settlement in entry["settlements"]:
            stood = wording(provisions(content)[entry["provision"]], 1)[entry["language"]]
            for key in set(settlement["between"]) - {settlement.get("choose")}:
                added = set(words(known[key]["change"]["wording"])) - set(words(stood))
                if "words" not in settlement:
                    fate[key] = {"not-accepted"}
                elif not added <= set(words(settlement["words"])):
                    fate[key] = {"accepted-with-modification", "not-accepted"}
    for key, comment in known.items():
        if comment["draft"] == 1 and "change" in comment:
            decision = comment["disposition"]["decision"]
            assert decision in fate[key] if key in fate else decision != "accepted"


def test_the_principles_show_everything_a_deliberation_can_hold() -> None:
    content = {name: read(f"{name}.json") for name in ("norm", "discussion", "objections", "positions")}
    said = content["discussion"]["comments"]
    changes = [each["change"]["operation"] for each in said if "change" in each]
    states = [row["state"] for row in content["objections"]["states_at_the_end"]]
    assert {each["kind"] for each in said} == set(CommentKind)
    assert {each["visibility"] for each in said} == {"shown", "held", "hidden"}
    assert set(changes) == set(ChangeOperation) and set(states) == set(ObjectionState)
    assert {each["language"] for each in said} == LANGUAGES
    assert {each["language"] for each in content["positions"]["objections"]} == LANGUAGES


def test_the_determination_is_stated_in_six_languages() -> None:
    determination = read("open-data-determination.json")
    assert determination["outcome"] == "adopted-by-consensus"
    assert set(determination["texts"]) == set(determination["summary_notes"]) == LANGUAGES
