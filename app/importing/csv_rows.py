"""A CSV file row by row in bounded memory; what is wrong is named by file, line and column (pure)."""

import codecs
import csv
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from app.foundation.errors import N_, BadInput, Phrase
from app.foundation.text import check_clean, normalise

LONGEST_LINE = 1024 * 1024  #: bytes
LONGEST_CELL = 200_000  #: characters
TOO_MANY = N_(
    "The row has %(found)s columns; %(expected)s are required. Put any cell that contains a comma, "
    "such as “1,5”, in quotation marks, then import the file again."
)
TOO_FEW = N_("The row has %(found)s columns; %(expected)s are required. The file may have been cut off.")
#: How workbooks of Excel and LibreOffice begin, the new ones as every ZIP archive.
OTHER_FILES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
OTHER_SEPARATORS = {";": N_("semicolons"), "\t": N_("tabs")}


class RowUnclear(BadInput):
    code = "row-unclear"
    message = N_("%(file)s, line %(line)s, column %(column)s: %(problem)s")

    def __init__(self, file: str, line: int | str, column: str | int, problem: Phrase | str) -> None:
        words = Phrase(problem) if isinstance(problem, str) else problem
        super().__init__(file=file, line=line, column=column, problem=words)


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One record; ``line`` is where it ends in the file."""

    file: str
    line: int
    values: dict[str, str]

    def fault(self, column: str, message: str, **values: object) -> RowUnclear:
        return RowUnclear(self.file, self.line, column, Phrase(message, values))

    def text(self, column: str) -> str:
        """The cell as clean text; empty where the file has no such column.

        :raises RowUnclear: a character that hides.
        """
        value = self.values.get(column, "")
        if value.isascii() and value.isprintable():
            return value.strip()
        try:
            check_clean(value)
        except BadInput as error:
            raise RowUnclear(self.file, self.line, column, error.phrase) from error
        return normalise(value).strip()

    def one_of(self, column: str, allowed: Collection[str]) -> str:
        value = self.values[column].strip()
        if value not in allowed:
            raise self.fault(
                column,
                N_("“%(value)s” is not one of %(allowed)s."),
                value=value[:40],
                allowed=", ".join(allowed),
            )
        return value

    def number(self, column: str) -> int:
        value = self.values[column].strip()
        try:
            return int(value)
        except ValueError as error:
            raise self.fault(
                column, N_("“%(value)s” is not a whole number; write digits only."), value=value[:40]
            ) from error


def read_rows(
    file: BinaryIO, name: str, *, required: Collection[str], optional: Collection[str] | None = None
) -> Iterator[CsvRow]:
    """The records of a CSV file in UTF-8 (or UTF-16 that says so) whose first line names its columns.

    Other columns than these are refused, unless ``optional`` is None.

    :raises RowUnclear: at the first thing that is wrong, also where the file was cut in the middle.
    """
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(_lines(file, name), strict=True)
    header: list[str] | None = None
    try:
        for cells in reader:
            if header is None:
                header = _header(cells, name, required, optional)
            elif cells:
                if len(cells) != len(header):
                    column = header[min(len(cells), len(header) - 1)]
                    problem = Phrase(
                        TOO_MANY if len(cells) > len(header) else TOO_FEW,
                        {"found": len(cells), "expected": len(header)},
                    )
                    raise RowUnclear(name, reader.line_num, column, problem)
                yield CsvRow(name, reader.line_num, dict(zip(header, cells, strict=True)))
    except csv.Error as error:
        problem = Phrase(
            N_("The row cannot be read (%(reason)s). The file may have been cut off."), {"reason": str(error)}
        )
        raise RowUnclear(name, reader.line_num, 1, problem) from error
    if header is None:
        raise RowUnclear(name, 1, 1, N_("The file is empty."))


def _header(
    cells: list[str], name: str, required: Collection[str], optional: Collection[str] | None
) -> list[str]:
    header = [cell.strip() for cell in cells]
    for sign, called in OTHER_SEPARATORS.items():
        if len(header) == 1 and sign in header[0]:
            problem = N_(
                "The columns are separated by %(sign)s. Save the file as CSV with commas, then "
                "import it again."
            )
            raise RowUnclear(name, 1, 1, Phrase(problem, {"sign": Phrase(called)}))
    for column in required:
        if column not in header:
            raise RowUnclear(name, 1, column, N_("This column is missing."))
    for place, column in enumerate(header, 1):
        if optional is not None and column not in required and column not in optional:
            raise RowUnclear(name, 1, column or place, N_("This column is not known."))
        if header.count(column) > 1 and column in required:
            raise RowUnclear(name, 1, column, N_("This column appears twice."))
    return header


def _lines(file: BinaryIO, name: str) -> Iterator[str]:
    start = file.read(4)
    file.seek(0)
    if start in OTHER_FILES:
        raise RowUnclear(
            name,
            1,
            1,
            N_(
                "This is a workbook or an archive, not CSV. Save the sheet as CSV in UTF-8 and import "
                "that file."
            ),
        )
    if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        yield from _wide_lines(file, name)
        return
    before = 0
    for number, line in enumerate(iter(lambda: file.readline(LONGEST_LINE + 1), b""), 1):
        if len(line) > LONGEST_LINE:
            raise RowUnclear(name, number, 1, N_("The line is too long for a row of a table."))
        if number == 1:
            before = len(codecs.BOM_UTF8) if line.startswith(codecs.BOM_UTF8) else 0
            line = line[before:]
        try:
            yield line.decode()
        except UnicodeDecodeError as error:
            problem = Phrase(
                N_("Byte %(position)s of the file is not UTF-8. Save it as UTF-8 and try again."),
                {"position": before + error.start},
            )
            raise RowUnclear(name, number, error.start + 1, problem) from error
        before += len(line)


def _wide_lines(file: BinaryIO, name: str) -> Iterator[str]:
    stream = codecs.getreader("utf-16")(file)
    number = 0
    try:
        while line := stream.readline(LONGEST_LINE):
            number += 1
            yield line
    except UnicodeDecodeError as error:
        raise RowUnclear(
            name, number + 1, 1, N_("The file begins as UTF-16, but this line is in a different encoding.")
        ) from error
