"""Texts in three scripts and people's edits of them, for properties."""

from hypothesis import strategies as st

WORDS = [
    *["States", "shall", "ensure", "the", "the", "and", "AI", "don't", "3.2"],
    *["государства", "обеспечивают", "ضمان", "الحق", "人", "人", "工", "智"],
    *[",", ".", "，", "。", "(", ")", "\n\n", " ", " "],
]

texts = st.lists(st.sampled_from(WORDS), max_size=14).map("".join)

clauses = st.lists(st.sampled_from([word for word in WORDS if word.isalnum()]), min_size=1, max_size=12)

sources = st.sampled_from([f"c{number}" for number in range(1, 9)])


@st.composite
def proposals(draw: st.DrawFn, most: int = 5) -> tuple[str, dict[str, str]]:
    """A clause of words set apart by blanks, and what several people made of it, a few words each."""
    words = draw(clauses)
    changes = {}
    for source in draw(st.lists(sources, max_size=most, unique=True)):
        edited = list(words)
        for _ in range(draw(st.integers(0, 3))):
            place = draw(st.integers(0, len(edited)))
            new = draw(st.lists(st.sampled_from(["new", "wording", "новое", "جديد"]), max_size=2))
            edited[place : place + draw(st.integers(0, 2))] = new
        changes[source] = " ".join(edited)
    return " ".join(words), changes
