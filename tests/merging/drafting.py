"""Texts in many scripts and people's edits of them, for properties."""

from hypothesis import strategies as st

from app.foundation.text import words

#: Words, signs and blanks; some of them again and again, as in real texts.
WORDS = [
    *["States", "shall", "ensure", "the", "the", "and", "AI", "don't", "3.2", "l’État"],
    *["государства", "обеспечивают", "ضمان", "الحقّ", "٣٫٥", "राज्य", "क्षत्रिय", "करेंगे", "।"],
    *["人", "人", "工", "智", "รั", "ฐ", "ต้", "อ", "អ្ន", "e\u0301", "\u0301", "👨‍👩‍👧", "👍🏽", "🇺🇳", "🇺"],
    *[",", ".", "，", "。", "،", "(", ")", "\n\n", " ", " "],
]

texts = st.lists(st.sampled_from(WORDS), max_size=14).map("".join)

clauses = st.lists(st.sampled_from([word for word in WORDS if word[0].isalnum()]), min_size=1, max_size=12)

sources = st.sampled_from([f"c{number}" for number in range(1, 9)])

Case = tuple[str, dict[str, str]]


@st.composite
def proposals(draw: st.DrawFn, most: int = 5) -> Case:
    """A clause of words set apart by blanks, and what several people made of it, a few words each."""
    clause = draw(clauses)
    changes = {}
    for source in draw(st.lists(sources, max_size=most, unique=True)):
        edited = list(clause)
        for _ in range(draw(st.integers(0, 3))):
            place = draw(st.integers(0, len(edited)))
            new = draw(st.lists(st.sampled_from(["new", "wording", "новое", "جديد"]), max_size=2))
            edited[place : place + draw(st.integers(0, 2))] = new
        changes[source] = " ".join(edited)
    return " ".join(clause), changes


@st.composite
def scribbles(draw: st.DrawFn) -> Case:
    """Any text, without regard for blanks, and what several people made of it wherever they liked."""
    base = draw(texts)
    changes = {}
    for source in draw(st.lists(sources, max_size=4, unique=True)):
        edited = words(base)
        for _ in range(draw(st.integers(0, 3))):
            place = draw(st.integers(0, len(edited)))
            new = draw(st.lists(st.sampled_from(WORDS), max_size=2))
            edited[place : place + draw(st.integers(0, 2))] = new
        changes[source] = "".join(edited)
    return base, changes


#: Drafting of either kind.
cases = proposals() | scribbles()


@st.composite
def disjoint(draw: st.DrawFn) -> tuple[str, dict[str, str], str]:
    """A clause, changes to words that do not touch, each with new words of its own; and all of them at once.

    Some put other words for one of the clause's, some put words between two.
    """
    clause = draw(clauses)
    places = draw(st.lists(st.integers(0, len(clause) - 1), unique=True, max_size=6).map(sorted))
    places = [place for place in places if place - 1 not in places]
    changes, everything = {}, list(clause)
    for number, place in enumerate(places, 1):
        new = draw(st.sampled_from([f"new{number}", f"новое{number}", f"جديد{number}", f"नया{number}"]))
        stays = draw(st.booleans())
        edited = list(clause)
        edited[place] = everything[place] = f"{clause[place]} {new}" if stays else new
        changes[f"c{number}"] = " ".join(edited)
    return " ".join(clause), changes, " ".join(everything)
