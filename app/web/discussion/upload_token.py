"""An upload between its preview and its confirmation: kept in the page, signed, and nowhere else.

So nothing has to be stored, cleared away or shared between servers, and nobody but who sent it has it. It is
bound to the person and the norm, and holds for a day.
"""

from typing import Any

from itsdangerous import BadData, URLSafeTimedSerializer

from app.discussion.sheets.columns import Column
from app.discussion.sheets.row_model import SheetRow
from app.discussion.sheets.service import Upload
from app.foundation.errors import N_, BadInput
from app.kernel import context

LONGEST = 1_500_000  #: characters; a form's field may have 2 MB
SECONDS = 24 * 3600


class ParcelTooLarge(BadInput):
    code = "sheet-words"
    message = N_("The form contains more text than can be uploaded at once. Upload it in parts.")


class ParcelGone(BadInput):
    code = "sheet-expired"
    message = N_("The preview has expired, or belongs to another person. Upload the file again.")


def packed(upload: Upload, slug: str) -> str:
    """:raises ParcelTooLarge: more than a form's field can carry."""
    content = {
        "of": [context.actor().user_id, slug],
        "stakeholder_id": upload.stakeholder_id,
        "draft_id": upload.draft_id,
        "about": upload.about,
        "rows": [
            [row.place, row.cells, row.fault, sorted(row.numbers)] for row in upload.rows if row.is_filled
        ],
        "read_language": upload.read_language,
        "has_wording": upload.has_wording,
        "digest": upload.digest,
    }
    parcel = str(_serializer().dumps(content))
    if len(parcel) > LONGEST:
        raise ParcelTooLarge
    return parcel


def unpacked(parcel: str, slug: str) -> Upload:
    """:raises ParcelGone: it was not packed here, for this person and norm, within a day."""
    try:
        content: dict[str, Any] = _serializer().loads(parcel, max_age=SECONDS)
    except BadData as error:
        raise ParcelGone from error
    if content.pop("of") != [context.actor().user_id, slug]:
        raise ParcelGone
    rows = [
        SheetRow(
            place,
            {Column(name): cell for name, cell in cells.items()},
            fault,
            frozenset(map(Column, numbers)),
        )
        for place, cells, fault, numbers in content.pop("rows")
    ]
    return Upload(rows=rows, **content)


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(context.settings().secret_keys, salt="commenting-sheet")
