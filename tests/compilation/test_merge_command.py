"""`flask merge`: the bench's merge on lines of JSON."""

import json
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner

SPIRIT = "They act in a spirit of brotherhood. They report."
CHANGES = {
    "a": SPIRIT.replace("brotherhood", "solidarity"),
    "b": SPIRIT.replace("brotherhood", "sisterhood and brotherhood"),
    "c": SPIRIT.replace("They report", "They all report"),
}


def test_each_line_is_merged_as_at_the_bench(runner: FlaskCliRunner, tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    cases = [{"base": SPIRIT, "changes": CHANGES, "choose": name} for name in ("b", "c", None)]
    file.write_text("\n".join(map(json.dumps, cases)), encoding="utf-8")
    result = runner.invoke(args=["merge", str(file)])
    assert result.exit_code == 0
    told = [json.loads(line) for line in result.stdout.splitlines()]
    first, second = (
        "They act in a spirit of solidarity.",
        "They act in a spirit of sisterhood and brotherhood.",
    )
    assert [one["text"] for one in told] == [
        f"{second} They all report.",
        "They act in a spirit of brotherhood. They all report.",
        f"[{second}] [{first}] They all report.",
    ]
    [collision] = told[0]["collisions"]
    assert collision["base"] == "They act in a spirit of brotherhood."
    assert collision["alternatives"] == [
        {"text": second, "sources": ["b"]},
        {"text": first, "sources": ["a"]},
    ]


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '{"base": "a"}',
        '{"base": "a", "changes": {"base": "b"}}',
        '{"base": "a", "changes": {}, "choose": "x"}',
    ],
)
def test_what_is_not_of_the_form_is_refused_with_its_line(
    runner: FlaskCliRunner, tmp_path: Path, line: str
) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text('{"base": "a", "changes": {}}\n' + line, encoding="utf-8")
    result = runner.invoke(args=["merge", str(file)])
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Line 2" in result.stderr
