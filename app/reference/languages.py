"""Languages: the six of the pages, the direction of any, and what a reader prefers (pure)."""

#: The interface languages in the order in which pages offer them.
INTERFACE_LANGUAGES = ("ar", "en", "es", "fr", "ru", "zh")

_RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "syr", "ug", "ur", "yi"})


def primary(tag: str) -> str:
    """The primary subtag of a BCP 47 language tag, in lower case."""
    return tag.replace("_", "-").split("-")[0].strip().lower()


def direction(tag: str) -> str:
    """``"rtl"`` or ``"ltr"`` for a BCP 47 language tag."""
    return "rtl" if primary(tag) in _RIGHT_TO_LEFT else "ltr"


def negotiate(header: str) -> str | None:
    """The first interface language an Accept-Language header names, in order of quality.

    Matched by primary subtag: ``ar-EG,fr;q=0.8`` gives Arabic. None where none of the six is named; what has
    no quality between 0 and 1 is passed over. Source: RFC 9110, 12.5.4.
    """
    wanted: list[tuple[float, int, str]] = []
    for place, part in enumerate(header.split(",")[:50]):
        tag, _, parameter = part.partition(";")
        name, _, value = parameter.strip().partition("=")
        quality = 1.0
        if name.lower() == "q":
            try:
                quality = float(value)
            except ValueError:
                continue
        if 0 < quality <= 1:
            wanted.append((-quality, place, primary(tag)))
    return next((tag for _, _, tag in sorted(wanted) if tag in INTERFACE_LANGUAGES), None)
