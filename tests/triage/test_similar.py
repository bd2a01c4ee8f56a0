"""How alike texts are by their letters."""

import numpy as np
import pytest

from app.triage.similarity import AT_A_TIME, likeness, nearest_each, vectors

CHILDREN = "States shall protect the rights of children wherever machines decide about them."
WATER = "Data centres draw water from rivers that farmers need in a dry summer."


def test_a_copy_is_alike_whatever_its_case_and_blanks() -> None:
    assert likeness(CHILDREN, "en", [CHILDREN.upper().replace(" ", "  ")], ["en"])[0] == pytest.approx(1)


def test_the_same_matter_is_nearer_than_another() -> None:
    said = "The rights of children must be protected when a machine decides."
    near, far = likeness(said, "en", [CHILDREN, WATER], ["en", "en"])
    assert near > 0.25 > 0.1 > far


@pytest.mark.parametrize(
    ("language", "said", "near", "far"),
    [
        ("zh", "应当保护儿童的权利。", "机器作出决定时，儿童的权利应受保护。", "数据中心用水过多。"),
        ("ar", "يجب حماية حقوق الأطفال.", "على الدول أن تحمي حقوق الأطفال.", "تستهلك مراكز البيانات الماء."),
        ("ru", "Права детей надо защитить.", "Государства защищают права детей.", "Центры данных пьют реки."),
        ("th", "ต้องคุ้มครองสิทธิของเด็ก", "รัฐต้องปกป้องสิทธิของเด็ก", "ศูนย์ข้อมูลใช้น้ำมาก"),
    ],
)
def test_every_script_is_compared(language: str, said: str, near: str, far: str) -> None:
    found = likeness(said, language, [near, far], [language] * 2)
    assert found[0] > 0.2 > 0.1 > found[1]


def test_nothing_is_alike_across_languages_or_to_nothing() -> None:
    found = likeness(CHILDREN, "en", [CHILDREN, "", "x"], ["fr", "en", "en"])
    assert found == pytest.approx([0, 0, 0], abs=0.02)
    assert not likeness("", "en", [CHILDREN], ["en"]).any()
    assert likeness(CHILDREN, "en", [], []).shape == (0,)


def test_rows_are_of_length_one_and_those_of_empty_texts_of_none() -> None:
    rows = vectors([CHILDREN, "", "保护", WATER], ["en", "en", "zh", "en"])
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    assert lengths == pytest.approx([1, 0, 1, 1])


def test_texts_counted_in_parts_are_the_same_as_counted_at_once() -> None:
    texts = [f"{CHILDREN} Signed, {number}" for number in range(AT_A_TIME + 3)]
    rows = vectors(texts, ["en"] * len(texts))
    assert rows.shape[0] == len(texts)
    assert (rows[[0]] @ rows[[AT_A_TIME + 2]].T).toarray()[0, 0] > 0.5


def test_what_is_rare_among_the_others_weighs_more() -> None:
    letters = [f"Dear editors, the clause on machines should be about {word}." for word in ("water", "trade")]
    said = "Dear editors, the clause on machines should be about water!"
    among_many = likeness(said, "en", [*letters, *(WATER.replace("w", "v") for _ in range(9))], ["en"] * 11)
    assert among_many[0] > among_many[1]


def test_the_nearest_of_each_are_those_of_one_by_one() -> None:
    texts = [CHILDREN, WATER, "The rights of children matter.", "Rivers and farmers need water.", "Who pays?"]
    numbers, alike = nearest_each(vectors(texts, ["en"] * 5), 2)
    assert numbers.shape == alike.shape == (5, 2)
    assert [int(row[0]) for row in numbers[:4]] == [2, 3, 0, 1]
    assert (alike[:, 0] >= alike[:, 1]).all()
    alone, none = nearest_each(vectors(["x"], ["en"]), 5)
    assert alone.shape == none.shape == (1, 0)
