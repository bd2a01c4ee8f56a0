"""The real norms of the shared data as files to import."""

import csv
from pathlib import Path

SIX = ("en", "ar", "es", "fr", "ru", "zh")


def declaration(folder: Path, language: str) -> bytes:
    """The Universal Declaration: a heading and one paragraph for each of its 31 parts."""
    parts = ["# UDHR"]
    with (folder / "norms" / "udhr.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["lang"] == language:
                words = " ".join(row["text"].split("\n"))
                is_preamble = row["clause"] == "preamble"
                parts.append(words if is_preamble else f"## {row['heading']}\n\n{words}")
    return "\n\n".join(parts).encode()


def targets(folder: Path) -> dict[str, bytes]:
    """The 169 SDG targets in each of 26 languages."""
    lines: dict[str, list[str]] = {}
    with (folder / "norms" / "sdg" / "sdg_targets.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            # the German of 14.c holds two control characters left over from another encoding
            text = " ".join(row["text"].replace("\x84", "„").replace("\x93", "“").split())
            lines.setdefault(row["lang"], []).append(f"{row['clause']} {text}")
    return {language: "\n\n".join(row).encode() for language, row in lines.items()}


def read_targets(folder: Path) -> dict[tuple[str, str], str]:
    """(label, language) → text, independently of the readers."""
    with (folder / "norms" / "sdg" / "sdg_targets.csv").open(encoding="utf-8", newline="") as file:
        return {(row["clause"], row["lang"]): row["text"] for row in csv.DictReader(file)}
