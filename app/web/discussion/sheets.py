"""Commenting in a spreadsheet or a document: the sheet and its way back, and an export of all."""

import hashlib
import io
from collections import Counter
from typing import Any

from flask import Blueprint, Response, g, render_template, request, send_file, url_for
from flask_babel import gettext as _
from pydantic import Field

from app.authority.grants import Permission, require
from app.compilation.merge.redline import redline
from app.discussion.sheets import service
from app.discussion.sheets.columns import Column, heading
from app.discussion.sheets.import_plan import Planned, RowOutcome
from app.discussion.sheets.reading import MOST_ROWS, made_here, read_sheet
from app.discussion.sheets.row_model import LETTERS
from app.discussion.sheets.writing import MIME, Sheet, SheetFormat, write
from app.discussion.sheets.zip_safety import LARGEST_SHEET
from app.foundation.confined import confined
from app.foundation.errors import N_, BadInput
from app.kernel import context
from app.kernel.formats import in_language
from app.kernel.input_limits import Number, Speaker, SpeakerMissing, whole
from app.kernel.labels import word
from app.kernel.lookup import stakeholder_or_404
from app.kernel.redlines import text_in
from app.kernel.refusals import shows_again
from app.kernel.wordings import contrast
from app.norms import queries as norms
from app.norms.models import Norm
from app.stakeholders.models import Stakeholder
from app.web.discussion import acts_told
from app.web.discussion.upload_token import packed, unpacked
from app.web.parts.speaking_for import read_language, the_one, voices

blueprint = Blueprint("sheets", __name__, url_prefix="/<lang:lang>/norms/<slug>")

TO_LIST = 500  #: rows of a preview that are shown one by one


class SheetMissing(BadInput):
    code = "sheet-missing"
    message = N_("Select a file first.")


class UploadForm(context.Form):
    stakeholder: Speaker
    draft: Number = 0  #: which rows are about that do not say it; 0: nobody has said it
    changes: str = Field("as-made", pattern="as-made|wording|instructions")


class ConfirmForm(context.Form):
    parcel: str


def page(norm: Norm, **extra: Any) -> str:
    return render_template(
        "discussion/sheets.html",
        norm=norm,
        holders=voices(),
        drafts=[
            ("0", _("the draft named in its rows")),
            *(
                (str(one.number), _("Draft %(number)s", number=one.number))
                for one in norms.drafts(context.session(), norm.id)
            ),
        ],
        forms=SheetFormat,
        takes_comments=norm.matter(context.now()).takes_comments,
        largest=LARGEST_SHEET // 1024**2,
        most_rows=MOST_ROWS,
        **{"typed": {}} | extra,
    )


@blueprint.get("/sheet/")
def index(slug: str) -> str:
    return page(context.norm_or_404(slug))


@blueprint.get("/sheet.<any(xlsx, csv, docx):form>")
def own(slug: str, form: str) -> Response:
    """The sheet to fill in, for one of those the person speaks for."""
    norm, holders = context.norm_or_404(slug), voices()
    chosen = the_one(holders, request.args.get("stakeholder", type=whole))
    if chosen is None:
        raise SpeakerMissing(field="stakeholder")
    holder = next(one for one in holders if one.id == chosen)
    rows = service.own_rows(context.session(), norm, holder, word, language=read_language(norm))
    sheet = Sheet(in_language(norm.titles), g.lang, tuple(Column), rows, instructions(norm, holder))
    draft = norm.current_draft.number if norm.current_draft else 0
    return sent(sheet, SheetFormat(form), f"{slug}-draft-{draft}-comments-{g.lang}")


@blueprint.get("/comments.<any(xlsx, csv, docx):form>")
def export(slug: str, form: str) -> Response:
    """Everybody's comments with what was decided on them, as far as anybody may read them."""
    norm = context.norm_or_404(slug)
    sheet = service.all_comments(context.session(), norm, word, language=g.lang)
    return sent(sheet, SheetFormat(form), f"{slug}-all-comments-{g.lang}")


def sent(sheet: Sheet, form: SheetFormat, name: str) -> Response:
    file = io.BytesIO()
    write(sheet, form, file)
    file.seek(0)
    return send_file(file, MIME[form], as_attachment=True, download_name=f"{name}.{form}")


def instructions(norm: Norm, holder: Stakeholder) -> list[str]:
    """How to fill the sheet in, in the page's language."""
    names = {column.value: heading(column, g.lang) for column in Column}
    kinds = ", ".join(f"{letters} = {word(kind)}" for kind, letters in LETTERS.items())
    address = url_for("sheets.index", slug=norm.slug, _external=True)
    return [
        _(
            "Each row is one comment of “%(name)s”. To comment twice on a clause, copy its row.",
            name=holder.name,
        ),
        _("Fill in “%(kind)s” and “%(comment)s”, and if you want “%(paragraph)s” and “%(change)s”.", **names),
        _("“%(kind)s”: %(kinds)s.", kind=names["kind"], kinds=kinds),
        _("“%(paragraph)s”: the words of the clause to which the comment refers, copied exactly.", **names),
        _("“%(change)s”: the whole new wording of the clause; say why under “%(comment)s”.", **names),
        _("“%(language)s”: the language you write in. Leave the other columns as they are.", **names),
        _("Rows with “%(number)s” have already been submitted and do not change.", **names),
        _(
            "Then upload the file: %(address)s. You can preview the additions before they are saved.",
            address=address,
        ),
    ]


def sheets_page(slug: str, **extra: Any) -> str:
    return page(context.norm_or_404(slug), **extra)


@blueprint.post("/sheet/")
@shows_again(sheets_page)
def preview(slug: str) -> Any:
    """What the file would add; nothing is written. It comes back with the confirmation."""
    norm = context.norm_or_404(slug)
    voices()
    values = context.read(UploadForm)
    require(
        context.actor(),
        Permission.COMMENT,
        norm.matter(context.now(), stakeholder_id=values.stakeholder),
    )  # before the work of reading
    upload = received(norm, values)
    planned = context.act(service.preview, norm, upload)
    return page(norm, typed=request.form, parcel=packed(upload, slug), **seen(norm, planned))


def received(norm: Norm, values: UploadForm) -> service.Upload:
    """:raises FileMissing: none came with the form."""
    file = request.files.get("file")
    data = file.read(LARGEST_SHEET + 1) if file else b""
    if not data:
        raise SheetMissing(field="file")
    rows = confined(read_sheet, data)
    return service.Upload(
        stakeholder_id=values.stakeholder,
        draft_id=norm.current_draft_id or 0,
        about=values.draft,
        rows=rows,
        read_language=read_language(norm),
        has_wording=made_here(rows) if values.changes == "as-made" else values.changes == "wording",
        digest="sha256:" + hashlib.sha256(data).hexdigest(),
    )


def seen(norm: Norm, planned: list[Planned]) -> dict[str, Any]:
    """What the preview shows: how many of each outcome, and the rows; changes with what they change, and
    refused rows with what has changed since they were written.
    """
    clauses = {
        one.provision.code: one for one in norms.clauses(context.session(), norm.current_draft_id or 0)
    }
    listed = planned[:TO_LIST]
    runs = {
        one.row.place: [
            (run.kind, run.text)
            for run in redline(text_in(clauses[one.said.code], one.said.read_language), one.said.wording)
        ]
        for one in listed
        if one.said and one.said.code and one.said.wording and one.outcome is RowOutcome.ADD
    }
    found = {
        what: contrast(norm, clauses.get(what.code or ""), what.language, what.seen)
        for what in {one.changed for one in listed if one.changed}
    }
    contrasts = {one.row.place: found[one.changed] for one in listed if one.changed}
    more = len(planned) - len(listed)
    return {"counts": counted(planned), "planned": listed, "more": more, "runs": runs, "contrasts": contrasts}


def counted(planned: list[Planned]) -> Counter[str]:
    return Counter(one.outcome.value for one in planned)


@blueprint.post("/sheet/confirm/")
@shows_again(sheets_page)
def confirm(slug: str) -> Any:
    context.norm_or_404(slug)
    voices()
    upload = unpacked(context.read(ConfirmForm).parcel, slug)
    with context.work():
        norm = context.norm_or_404(slug)
        planned = context.act(service.take_in, norm, upload)
    who = stakeholder_or_404(upload.stakeholder_id)
    done = acts_told.added(norm, who, counted(planned)[RowOutcome.ADD])
    return done.on("sheets.index", slug=slug)
