"""Two editors on one clause: what was typed, what the other made meanwhile, and the base, side by side."""

from collections.abc import Mapping
from typing import Any

from flask import render_template

from app.compilation import merged_wording, queries
from app.compilation.merge.provenance import text_of
from app.compilation.merge.redline import redline
from app.compilation.models import CompilationItem
from app.foundation.errors import AppError
from app.kernel import context
from app.kernel.input_limits import whole
from app.kernel.redlines import Runs, as_runs
from app.norms.models import Norm
from app.web.compilation.entry_desk import choices_in, language_asked, numbers_in, read_entry, verb_asked
from app.web.compilation.views import entry_or_404, entry_page

RENEWED = {"version", "into_version", "csrf_token"}
PART_OF_KEY = ("into", "language", "settles")  #: of the form's name on the device
SHOWN = {"text", "motive"}


def conflict_page(norm: Norm, chosen: CompilationItem, *, refusal: AppError, typed: Any) -> str:
    """One button puts what was typed on top. To undo or keep goes back, and is chosen again."""
    verb = verb_asked()
    if verb in ("undo", "keep"):
        return entry_page(norm, chosen, refusal=refusal, typed=typed)
    language = language_asked(norm)
    reading = read_entry(norm, chosen, language)
    into = entry_or_404(norm, typed.get("into", 0, type=whole)) if "into_version" in typed else None
    return render_template(
        "compilation/conflict.html",
        norm=norm,
        entry=chosen,
        into=into,
        verb=verb,
        language=language,
        reading=reading,
        yours=yours(norm, chosen, verb, language, reading.base, typed),
        texts=[
            (name.split(".")[1], value)
            for name, value in typed.items()
            if name.startswith("text.") and value.strip()
        ],
        last=queries.last_step(context.session(), chosen),
        hidden=[pair for pair in typed.items(multi=True) if pair[0] not in RENEWED | SHOWN],
        device_key=":".join([verb, str(chosen.id), *(typed[name] for name in PART_OF_KEY if name in typed)]),
        refusal=refusal,
        typed=typed,
    )


def yours(
    norm: Norm, chosen: CompilationItem, verb: str, language: str, base: str, typed: Mapping[str, Any]
) -> Runs | None:
    """The wording that was wanted, against the base; None where it was not about words in one language."""
    if verb == "edit":
        return as_runs(redline(base, typed.get("text", "")))
    if verb != "merge" or not base:
        return None
    numbers = numbers_in(typed)
    woven = merged_wording.weave_known(
        context.session(), norm, chosen, language, numbers, choices_in(typed, numbers)
    )
    return as_runs(redline(base, text_of(woven.runs))) if woven else None
