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


#: Sentences and list items in the six scripts; each can be changed at a place of its own, «•».
SENTENCES = [
    "Every State shall • ensure the safety of systems.",
    "Peoples • report to the assembly;",
    "Государства • обеспечивают безопасность.",
    "国家应当•确保系统安全。",
    "على الدول أن • تضمن سلامة النظم.",
    "Les États • assurent la sécurité !",
    "¿Informan • los Estados a la asamblea?",
    "- all • persons;",
]


@st.composite
def disjoint(draw: st.DrawFn) -> tuple[str, dict[str, str], str]:
    """A clause, changes to sentences of their own, each with new words; and all of them at once.

    Some put words into a sentence, some put another sentence behind it, some strike it.
    """
    clause = draw(st.lists(st.sampled_from(SENTENCES), min_size=1, unique=True))
    blanks = ["\n" if one.startswith("-") else " " for one in clause]
    kept = [one.replace("• ", "").replace("•", "") for one in clause]
    changes, everything = {}, list(kept)
    for place in draw(st.lists(st.integers(0, len(clause) - 1), unique=True)):
        new = draw(st.sampled_from(["truly", "действительно", "切实", "حقا"]))
        behind = f"{kept[place]} Sentence {place} is new."
        struck = behind if place == 0 else ""
        edited = list(kept)
        edited[place] = everything[place] = draw(
            st.sampled_from([clause[place].replace("•", new), behind, struck])
        )
        changes[f"c{place}"] = _set(edited, blanks)
    return _set(kept, blanks), changes, _set(everything, blanks)


def _set(sentences: list[str], blanks: list[str]) -> str:
    parts = [blank + one for one, blank in zip(sentences, blanks, strict=True) if one]
    return "".join(parts)[1:]


@st.composite
def rewritings(draw: st.DrawFn) -> Case:
    """A clause of sentences, and what several people made of it: words changed anywhere, sentences moved,
    struck, joined, split and rewritten."""
    clause = [one.replace("•", "") for one in draw(st.lists(st.sampled_from(SENTENCES), max_size=5))]
    changes = {}
    for source in draw(st.lists(sources, max_size=4, unique=True)):
        edited = list(clause)
        for _ in range(draw(st.integers(0, 3))):
            place = draw(st.integers(0, len(edited)))
            new = draw(st.lists(st.sampled_from([*SENTENCES, "States act.", "and"]), max_size=2))
            edited[place : place + draw(st.integers(0, 2))] = new
        text = words(" ".join(edited))
        for _ in range(draw(st.integers(0, 3))):
            place = draw(st.integers(0, len(text)))
            text[place : place + draw(st.integers(0, 3))] = draw(st.lists(st.sampled_from(WORDS), max_size=2))
        changes[source] = "".join(text)
    return " ".join(clause), changes


@st.composite
def joinings(draw: st.DrawFn) -> Case:
    """Sentences, and what several people made of them: two joined, one cut in two, words put into one."""
    clause = draw(st.lists(st.sampled_from(SENTENCES), min_size=2, max_size=4, unique=True))
    changes = {}
    for source in draw(st.lists(sources, min_size=1, max_size=4, unique=True)):
        edited = list(clause)
        for place in draw(st.lists(st.integers(0, len(clause) - 1), max_size=2, unique=True)):
            put = draw(st.sampled_from([". ", "new", "。", ""]))
            edited[place] = edited[place].replace("• ", put or "• ").replace("•", put)
            if draw(st.booleans()):
                edited[place] = edited[place].rstrip(".;。!? ") + draw(st.sampled_from(["", ",", " and"]))
        changes[source] = " ".join(edited).replace("• ", "").replace("•", "")
    return " ".join(clause).replace("• ", "").replace("•", ""), changes


#: Drafting of every kind.
cases = proposals() | scribbles() | rewritings() | joinings()
