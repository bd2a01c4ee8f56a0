"""The content of the demonstration norms hangs together: languages, references, positions, merges."""

import csv
import difflib
import re
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from app.compilation.merge import nway, provenance
from app.compilation.uptake import taken_up
from app.discussion.models import ChangeOperation, CommentKind
from app.foundation.text import check_clean, normalise
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
TAKEN = {True: "accepted", False: "accepted-with-modification"}
REFUSED = {"not-accepted", "deferred", "noted", "duplicate"}
SCRIPTS = {"ar": r"[\u0621-\u064a]", "ru": r"[\u0400-\u04ff]", "zh": r"[\u4e00-\u9fff]"}


@pytest.fixture(params=["", "open-data-"], ids=["principles", "open-data"])
def content(request: pytest.FixtureRequest) -> dict[str, Any]:
    names = ("norm", "positions", "objections", "discussion", "compilation")
    return {name: read(f"{request.param}{name}.json") for name in names}


def merged(base: str, entry: dict[str, Any], wordings: dict[str, str]) -> provenance.RunList:
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
    return nway.settle(segments, choices)


def put(content: dict[str, Any], entry: dict[str, Any]) -> tuple[str, provenance.RunList, dict[str, str]]:
    """What stood before an entry, its words, and the changes that were put to it."""
    wordings = {name: comments(content)[name]["change"]["wording"] for name in entry["merge"]}
    if entry["treatment"] == "add":
        return "", merged("", entry, wordings), wordings
    base = wording(provisions(content)[entry["provision"]], 1)[entry["language"]]
    return base, merged(base, entry, wordings), wordings


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
        assert all(known[name]["change"]["language"] == entry["language"] for name in entry["merge"])
        assert entry["treatment"] == "merge" or entry["after"] in provisions(content)
        _base, runs, _wordings = put(content, entry)
        wanted = wording(provisions(content)[key], 2)[entry["language"]]
        assert provenance.text_of(runs) == wanted


def test_the_decision_on_a_change_says_what_of_it_stands_in_the_second_draft(content: dict[str, Any]) -> None:
    """As the platform would tell it: accepted is what stands whole, with modification what stands in part.

    A change of another language, which is put to no merge, is accepted with modification where it moved one.
    """
    known = comments(content)
    changes = {key for key, each in known.items() if each["draft"] == 1 and "change" in each}
    expected = dict.fromkeys(changes, REFUSED)
    for entry in content["compilation"]["entries"]:
        base, runs, wordings = put(content, entry)
        moved = {*entry["motivated_by"], *chain(*entry.get("motivated_by_in", {}).values())}
        expected |= {key: {TAKEN[False]} for key in moved & changes}
        expected |= dict.fromkeys(wordings, REFUSED)
        expected |= {key: {TAKEN[is_whole]} for key, is_whole in taken_up(base, wordings, runs).items()}
    decided = {key: known[key]["disposition"]["decision"] for key in changes}
    assert {key: one for key, one in decided.items() if one not in expected[key]} == {}


def test_what_a_step_takes_up_is_accepted_and_all_that_is_accepted_is_taken_up(
    content: dict[str, Any],
) -> None:
    taken: set[str] = set()
    for entry in content["compilation"]["entries"]:
        base, runs, wordings = put(content, entry)
        taken |= {*entry["motivated_by"], *chain(*entry.get("motivated_by_in", {}).values())}
        taken |= set(taken_up(base, wordings, runs))
    decided = {
        key: one["disposition"]["decision"] for key, one in comments(content).items() if "disposition" in one
    }
    assert taken == {key for key, decision in decided.items() if decision in TAKEN.values()}


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
