"""Languages: the six of the pages and the direction of any (pure)."""

#: The interface languages in the order in which pages offer them.
INTERFACE_LANGUAGES = ("ar", "en", "es", "fr", "ru", "zh")

_RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "syr", "ug", "ur", "yi"})


def primary(tag: str) -> str:
    """The primary subtag of a BCP 47 language tag, in lower case."""
    return tag.replace("_", "-").split("-")[0].strip().lower()


def direction(tag: str) -> str:
    """``"rtl"`` or ``"ltr"`` for a BCP 47 language tag."""
    return "rtl" if primary(tag) in _RIGHT_TO_LEFT else "ltr"
