"""Languages to choose from in a form."""

from app.kernel.formats import autonym
from app.norms.models import Norm
from app.reference.languages import INTERFACE_LANGUAGES


def languages_to_choose(norm: Norm) -> list[tuple[str, str]]:
    """Those of the interface and of the norm, each by its own name."""
    return [(code, autonym(code)) for code in dict.fromkeys([*INTERFACE_LANGUAGES, *norm.languages])]
