"""`radio programme`: the week as a table, mistakes as sentences."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner, Result

from radio.cli import app

EXAMPLE = Path(__file__).parent.parent / "docs" / "schedule.example.toml"


def run(file: Path) -> Result:
    return CliRunner().invoke(app, ["programme", str(file)], env={"COLUMNS": "100"})


def test_a_schedule_is_printed_as_its_week() -> None:
    done = run(EXAMPLE)
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    monday = [line for line in lines if line.strip().startswith("Monday")]
    assert "06:00–07:30" in monday[0]
    assert "Sunrise" in monday[0]
    assert sum("Siesta" in line for line in lines) == 3
    assert sum("Night" in line for line in lines) == 7
    assert max(map(len, lines)) <= 100
    assert "Europe/Berlin" in done.stdout


def test_names_in_brackets_are_printed_as_they_are(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_text('[[show]]\nstart = "06:00"\nname = "[bold]x"\nprompt = "[red]a[/red]"\n', encoding="utf-8")
    assert "[bold]x" in run(file).stdout
    assert "[red]a[/red]" in run(file).stdout


def test_every_mistake_is_a_line_of_its_own_and_the_exit_code_says_that_it_cannot_be_used(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_text('[[show]]\nstart = "26:00"\ndays = "mo"\n', encoding="utf-8")
    done = run(file)
    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 3
    assert all("show 1, line 1" in line for line in done.stderr.splitlines())
    assert run(tmp_path / "none.toml").exit_code == 2
