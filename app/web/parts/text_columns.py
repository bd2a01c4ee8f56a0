"""A clause in one language or two, side by side."""

from app.norms.models import Clause, ClauseText, Norm


def columns(norm: Norm, clause: Clause, language: str, beside: str | None) -> list[ClauseText]:
    """The text to read, and beside it the authentic one or the language that was asked for."""
    by_language = {text.language: text for text in clause.texts}
    authentic = next((by_language[code] for code in norm.authentic_languages if code in by_language), None)
    main = by_language.get(language) or authentic
    second = by_language.get(beside) if beside else None
    if second is None and main is not None and main.language not in norm.authentic_languages:
        second = authentic
    return [text for text in (main, second if second is not main else None) if text is not None]
