"""How Word documents name their parts (pure)."""

NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
DECLARED = f'xmlns:w="{NAMESPACE}"'  #: in an element that is written, so that w: may be written in it


def in_full(name: str) -> str:
    """The name of an element or attribute as it is found.

    >>> in_full("p")
    '{http://schemas.openxmlformats.org/wordprocessingml/2006/main}p'
    """
    return f"{{{NAMESPACE}}}{name}"
