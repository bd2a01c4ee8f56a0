"""Mentions in the words of a comment: what is one, in any script, and what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.discussion.mentions import MOST_NAMED, named, parts


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('As @"Peru" said.', ["Peru"]),
        ("Comme @« Côte d’Ivoire » le dit", ["Côte d’Ivoire"]),
        ("Wie @„Österreich“ schrieb", ["Österreich"]),
        ("كما قالت @«مصر العربية» هنا", ["مصر العربية"]),
        ("请看@“中国科学院”的意见，＠「日本」也是", ["中国科学院", "日本"]),
        ("Как писала @«Беларусь»", ["Беларусь"]),
        ('@"Cote  d\u2019Ivo\u0069re" and @"Cote d\u2019Ivoire"', ["Cote d’Ivoire"]),
        ('@"Zoe\u0308"', ["Zoë"]),
    ],
)
def test_a_stakeholder_is_named_in_the_quotation_marks_of_any_keyboard(text: str, names: list[str]) -> None:
    assert named(text) == names


@pytest.mark.parametrize(
    ("text", "number"), [("see @c12.", 12), ("(@C7)", 7), ("انظر @c١٢، من فضلك", 12), ("见@c3。", 3)]
)
def test_a_comment_is_named_by_its_number(text: str, number: int) -> None:
    assert [part.comment for part in parts(text) if part.comment] == [number]


@pytest.mark.parametrize(
    "text",
    ["me@c12.org", "@c12.org", "@c12x", "@c0", "@c", '@""', '@" "', '@"two\nlines"', 'no@"name"', "@Peru"],
)
def test_what_only_looks_like_a_mention_is_plain_text(text: str) -> None:
    assert [(part.text, part.comment, part.name) for part in parts(text)] == [(text, None, None)]


def test_one_comment_calls_ten_stakeholders_at_most_and_each_once() -> None:
    text = " ".join(f'@"Country {number // 2}"' for number in range(40))
    assert named(text) == [f"Country {number}" for number in range(MOST_NAMED)]


@given(st.text(alphabet='@＠c1 "“”«»„「」.\nПeع中', max_size=60))
def test_the_parts_joined_are_the_text_again(text: str) -> None:
    assert "".join(part.text for part in parts(text)) == text
