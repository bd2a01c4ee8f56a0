"""Many changes to one text."""

import pytest

from app.compilation.merge.nway import Alternative, Collision, Segment, choose, collisions, merge, settle
from app.compilation.merge.provenance import BASE, EDITOR, text_of
from bench.merging import clauses

MINISTERS = "States should ensure the lasting safety and the full accountability of AI."


def agreed_text(segments: list[Segment]) -> str:
    assert not collisions(segments)
    return text_of(settle(segments, {}))


def chosen(base: str, changes: dict[str, str], source: str) -> str:
    segments = merge(base, changes)
    return text_of(
        settle(segments, {place: choose(one, source) for place, one in enumerate(collisions(segments))})
    )


def test_changes_to_several_sentences_all_apply_in_every_script() -> None:
    base = "Государства должны действовать. 国家应当确保安全。 وتضمن الدول السلامة. They report; they act."
    changes = {
        "c1": base.replace("должны", "обязаны"),
        "c2": base.replace("应当", "必须"),
        "c3": base.replace("السلامة", "السلامة والمساءلة"),
        "c4": base.replace("They report", "They report always"),
        "c5": base.replace("they act", "they act now"),
        "c6": base.replace(" 国家应当确保安全。", " 国家应当确保安全。 国家也应当报告。"),
    }
    expected = (
        "Государства обязаны действовать. 国家必须确保安全。 国家也应当报告。 وتضمن الدول السلامة والمساءلة. "
        "They report always; they act now."
    )
    assert agreed_text(merge(base, changes)) == expected


@pytest.mark.parametrize(
    ("base", "one", "other", "expected"),
    [
        ("Aa bb. Cc dd. Ee ff. Gg hh.", "Aa bb. Ee ff. Gg hh.", "Aa bb. Cc dd. Gg hh.", "Aa bb. Gg hh."),
        (
            "P one.\n\nQ two.",
            "P one.\n\nX.\n\nQ two.",
            "P one.\n\nQ two.\n\nY.",
            "P one.\n\nX.\n\nQ two.\n\nY.",
        ),
        ("甲国报告。乙国审查。丙国同意。", "甲国报告。丙国同意。", "甲国报告。乙国审查。", "甲国报告。"),
        (
            "We act:\n- alpha\n- beta",
            "We act:\n- beta",
            "We act:\n- alpha\n- gamma\n- beta",
            "We act:\n- gamma\n- beta",
        ),
    ],
)
def test_neighbouring_sentences_leave_no_stray_blank(base: str, one: str, other: str, expected: str) -> None:
    assert agreed_text(merge(base, {"c1": one, "c2": other})) == expected


def test_who_strikes_one_of_two_like_words_strikes_the_same_as_everybody() -> None:
    base = "Rights of the present States shall shall act"
    changes = {
        "c1": "Rights of the present States shall act",
        "c2": "Duties of the present States shall act",
    }
    assert agreed_text(merge(base, changes)) == "Duties of the present States shall act"


def test_sentences_added_at_one_place_stand_in_the_order_of_their_words() -> None:
    base = "States act."
    changes = {"c9": f"{base} Banks report.", "c1": f"{base} Courts decide.", "c5": f"{base} Banks report."}
    assert settle(merge(base, changes), {}) == [
        ("States act.", (BASE,)),
        (" Banks report.", ("c5", "c9")),
        (" Courts decide.", ("c1",)),
    ]


def test_two_wordings_of_one_added_sentence_collide() -> None:
    base = "States act."
    changes = {"c1": f"{base} They report every year.", "c2": f"{base} They report once a year."}
    [collision] = collisions(merge(base, changes))
    assert [one.text for one in collision.alternatives] == [
        " They report every year.",
        " They report once a year.",
    ]


@pytest.mark.parametrize(
    ("base", "one", "other"),
    [
        (
            "In a spirit of brotherhood.",
            "In a spirit of solidarity.",
            "In a spirit of sisterhood and brotherhood.",
        ),
        ("The security of person.", "The safety of person.", "Personal security."),
        ("States should ensure safety.", "States shall ensure safety.", "States should ensure security."),
        ("国家应当确保安全。", "国家必须确保安全。", "国家应当保证安全。"),
        (
            "على الدول أن تضمن سلامة النظم.",
            "على جميع الدول أن تضمن سلامة النظم.",
            "على الدول أن تكفل سلامة النظم.",
        ),
        (
            "Государства должны обеспечивать безопасность.",
            "Все государства должны обеспечивать безопасность.",
            "Государства обязаны обеспечивать безопасность.",
        ),
        ("We act (now).", "We act (now and here).", "We act (now or never)."),
        ("Aa bb cc.", "Aa Bb cc.", "Aa bb, xx cc."),
        ("Xx (yy.", "Xx yy.", "Xx(yy."),
    ],
)
def test_changes_too_close_together_collide_with_their_whole_sentences(
    base: str, one: str, other: str
) -> None:
    before, behind = "First sentence stays. ", " Last sentence stays."
    changes = {"c1": before + one + behind, "c2": before + other + behind}
    [collision] = collisions(merge(before + base + behind, changes))
    assert collision.base == base
    assert {text.text for text in collision.alternatives} == {one, other}


def test_far_enough_apart_two_changes_to_one_sentence_both_stand() -> None:
    changes = {"c1": MINISTERS.replace("should", "shall"), "c2": MINISTERS.replace("of AI", "of AI systems")}
    expected = "States shall ensure the lasting safety and the full accountability of AI systems."
    assert agreed_text(merge(MINISTERS, changes)) == expected


def test_a_collision_is_about_the_whole_sentence_and_everybody_who_changes_it() -> None:
    changes = {
        "c1": MINISTERS.replace("should ensure", "shall guarantee"),
        "c2": MINISTERS.replace("ensure the lasting", "promote the"),
        "c3": MINISTERS.replace("of AI", "of AI systems"),
    }
    segments = merge(MINISTERS, changes)
    [collision] = collisions(segments)
    assert collision.base == MINISTERS
    assert {one.text for one in collision.alternatives} == set(changes.values())
    assert text_of(settle(segments, {})) == " ".join(f"[{text}]" for text in sorted(changes.values()))


def test_who_does_all_that_another_does_and_more_agrees_with_it() -> None:
    small = MINISTERS.replace("should", "shall")
    assert agreed_text(
        merge(MINISTERS, {"c1": small, "c2": small.replace("AI", "AI systems")})
    ) == small.replace("AI", "AI systems")


REPORT = "Each State reports. The assembly examines what they say. Nobody is excused."
MOVED = "The assembly examines what they say. Each State reports. Nobody is excused."


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(
            "The assembly examines what they say. Each State reports. Nobody is excused.", id="moved"
        ),
        pytest.param("Each State reports. Nobody is excused.", id="struck"),
        pytest.param(
            "Each State reports. The assembly examines it. What they say is published. Nobody is excused.",
            id="split",
        ),
        pytest.param(
            "Each State reports, and the assembly examines what they say. Nobody is excused.", id="joined"
        ),
        pytest.param("Everything is otherwise here.", id="rewritten"),
    ],
)
def test_moved_split_and_joined_sentences_leave_nothing_behind(other: str) -> None:
    """Whoever is chosen, neither a copy of what moved nor half of what was split stands beside it."""
    edited = (
        REPORT.replace("State", "single State")
        if other == MOVED
        else REPORT.replace("examines", "may examine")
    )
    changes = {"c1": edited, "c2": other}
    assert chosen(REPORT, changes, "c1") == edited
    assert chosen(REPORT, changes, "c2") == other


def test_a_sentence_moved_to_two_places_collides() -> None:
    base = "Alpha reports first. Beta follows them. Gamma comes third. Delta closes all."
    first = "Beta follows them. Gamma comes third. Alpha reports first. Delta closes all."
    last = "Beta follows them. Gamma comes third. Delta closes all. Alpha reports first."
    assert chosen(base, {"c1": first, "c2": last}, "c1") == first
    assert chosen(base, {"c1": first, "c2": last}, "c2") == last


REWRITTEN = [
    (
        "pièces reçues lorsque le requérant était absent au début de la séance.",
        "pièces reçues lorsque le requérant demande leur examen après un report de 6 mois. "
        "Ce report vaut dès la convocation.",
        "pièces reçues lorsque le requérant en dépose la liste complète.",
    ),
    (
        "No permit is needed where the work serves:\n- to restore the supply to public fountains\n"
        "- to repair, replace or inspect the pipes.\nA decree lays down the details.",
        "This supply to be metered covers pumps, valves and every kind of meter that stands on the land "
        "of the owner or inspect of the town.",
        "No permit is needed where the work serves:\nto restore the supply to public fountains;\n"
        "to repair, replace or inspect the pipes.\nA decree lays down the details.",
    ),
]


@pytest.mark.parametrize(("base", "one", "other"), REWRITTEN)
def test_nothing_of_a_rewriting_stands_where_another_is_chosen(base: str, one: str, other: str) -> None:
    changes = {"A": one, "B": other}
    assert chosen(base, changes, "A") == one
    assert chosen(base, changes, "B") == other


COLLISION = Collision(
    " States should ensure safety",
    (Alternative("", ("c3",)), Alternative(" States shall ensure security", ("c1", "c2"))),
)


@pytest.mark.parametrize(
    ("chosen", "own_words", "expected"),
    [
        ("base", "", [(" States should ensure safety", (BASE,))]),
        ("c3", "", []),
        (
            "c2",
            "",
            [
                (" States ", (BASE,)),
                ("shall", ("c1", "c2")),
                (" ensure ", (BASE,)),
                ("security", ("c1", "c2")),
            ],
        ),
        (
            "editor",
            "States must ensure security ",
            [(" States ", (BASE,)), ("must", (EDITOR,)), (" ensure ", (BASE,)), ("security", ("c1", "c2"))],
        ),
        ("editor", "  ", []),
        (
            "brackets",
            "",
            [
                (" ", (BASE,)),
                ("[] [", (EDITOR,)),
                ("States ", (BASE,)),
                ("shall", ("c1", "c2")),
                (" ensure ", (BASE,)),
                ("security", ("c1", "c2")),
                ("]", (EDITOR,)),
            ],
        ),
    ],
)
def test_a_collision_is_settled_and_every_word_keeps_its_source(
    chosen: str, own_words: str, expected: list[tuple[str, tuple[str, ...]]]
) -> None:
    assert choose(COLLISION, chosen, own_words) == expected


def test_the_editors_words_are_those_of_the_nearest_alternatives() -> None:
    """What a rejected change shares with the one that was followed is not the rejected one's."""
    base = "contributing to a joint fund"
    regular = base.replace("contributing", "making regular and predictable contributions")
    voluntary = base.replace("contributing", "making voluntary contributions")
    [collision] = collisions(merge(base, {"c1": regular, "c2": voluntary}))
    for words in (f"{voluntary} for all", f"so, {voluntary}"):
        runs = choose(collision, "editor", words)
        assert {source for _, sources in runs for source in sources} == {BASE, EDITOR, "c2"}


def test_only_a_source_of_the_collision_can_be_chosen() -> None:
    with pytest.raises(KeyError):
        choose(COLLISION, "c7")


def test_a_choice_of_no_words_at_all_settles_the_collision() -> None:
    base = "States act now. They report soon. They agree then."
    changes = {"c1": base.replace(" They report soon.", ""), "c2": base.replace("soon", "late")}
    assert chosen(base, changes, "c1") == "States act now. They agree then."


def test_a_choice_of_no_words_leaves_no_doubled_blank() -> None:
    segments = merge("a b", {"c1": "", "c2": "new a b new", "c3": "a"})
    [collision] = collisions(segments)
    assert text_of(settle(segments, {0: choose(collision, "c1")})) == ""


def test_the_editors_own_words_stand_apart_from_those_around() -> None:
    base = "States act now. They report soon. They agree then."
    segments = merge(base, {"c1": base.replace(" They report soon.", ""), "c2": base.replace("soon", "late")})
    settled = settle(segments, {0: choose(collisions(segments)[0], "editor", "We wait.")})
    assert text_of(settled) == "States act now. We wait. They agree then."


@pytest.mark.parametrize("case", clauses().values(), ids=clauses().keys())
def test_two_hundred_changes_to_five_hundred_words_are_each_in_the_merge(
    case: tuple[str, dict[str, str]],
) -> None:
    """What it takes is measured by bench/merging.py."""
    base, changes = case
    found = collisions(merge(base, changes))
    named = {source for one in found for wording in one.alternatives for source in wording.sources}
    assert len(changes) == 200 and named == set(changes)


def test_changed_words_between_two_changes_do_not_set_them_apart() -> None:
    """The first and the third change are one word apart that stays; each proposes the second as well."""
    base = "The central authority publishes reports."
    changes = {"c1": "The regional authority issues reports.", "c2": "The central authority issues accounts."}
    assert chosen(base, changes, "c1") == changes["c1"]
    assert chosen(base, changes, "c2") == changes["c2"]


def test_who_takes_a_sentence_beginning_away_changes_the_sentence_before() -> None:
    """A small letter behind a full stop makes one sentence of two, as do words that are put between."""
    base = "States shall keep full accounts. The courts decide."
    changes = {
        "c1": base.replace("The courts", "a court shall"),
        "c2": base.replace("full accounts", "records"),
    }
    for source, text in changes.items():
        assert chosen(base, changes, source) == text


def test_who_joins_or_cuts_a_sentence_changes_it_there_alone() -> None:
    """Who edits it far from that stands beside; close to it, all that is joined collides whole."""
    apart = "Every State protects its lakes and rivers. Local communities decide about fishing."
    joined = apart.replace("rivers. Local", "rivers, local")
    for base, text in ((apart, joined), (joined, apart)):
        far = base.replace("fishing", "fisheries")
        assert agreed_text(merge(base, {"c1": text, "c2": far})) == text.replace("fishing", "fisheries")
        near = base.replace("rivers", "streams")
        assert chosen(base, {"c1": text, "c2": near}, "c1") == text
        assert chosen(base, {"c1": text, "c2": near}, "c2") == near
        [collision] = collisions(merge(base, {"c1": text, "c2": near}))
        assert collision.base == base


def test_a_bracket_left_over_from_a_struck_sentence_goes_with_the_next() -> None:
    """Alone it would close the sentence before it, which its author has struck."""
    (contest,) = merge("States।)States", {"c1": "।)States", "c2": ")States"})
    assert isinstance(contest, Collision)
    assert {one.text for one in contest.alternatives} == {"।)States", ")States"}
