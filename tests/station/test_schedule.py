"""The schedule: which show is on, whatever the clocks do; and files with mistakes."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from radio.errors import SettingsError
from radio.station.programme.schedule import Schedule, Show, to_utc
from radio.station.programme.schedule_file import LARGEST_BYTES, LOOK_S, ScheduleFile, read
from radio.station.programme.schedule_text import parse

BERLIN = ZoneInfo("Europe/Berlin")
EXAMPLE = Path(__file__).parent.parent.parent / "docs" / "schedule.example.toml"
EVERY_DAY = tuple(range(7))


def berlin(text: str) -> float:
    """Unix seconds of a date on a wall in Berlin."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).timestamp()


def on(schedule: Schedule, utc: float) -> str:
    airing = schedule.at(utc)
    return airing.show.prompt if airing else ""


def show(start: str, end: str = "", days: str = "daily", prompt: str = "music", more: str = "") -> str:
    line = f'end = "{end}"\n' if end else ""
    return f'[[show]]\nstart = "{start}"\n{line}days = "{days}"\nprompt = "{prompt}"\n{more}\n'


def parsed(*shows: str) -> Schedule:
    return parse('time_zone = "Europe/Berlin"\n' + "".join(shows))


def test_a_show_is_on_from_its_start_up_to_its_end_on_its_days() -> None:
    schedule = parsed(show("06:00", "09:30", "mon-fri", "early"))
    times = {"2027-01-18 05:59:59": "", "2027-01-18 06:00": "early", "2027-01-18 09:29:59": "early",
             "2027-01-18 09:30": "", "2027-01-23 07:00": ""}  # fmt: skip
    assert {time: on(schedule, berlin(time)) for time in times} == times


def test_a_show_over_midnight_belongs_to_the_day_on_which_it_starts() -> None:
    schedule = parsed(show("22:00", "03:00", "sun", "late"))
    assert on(schedule, berlin("2027-01-18 02:59")) == "late"  # a Monday
    assert on(schedule, berlin("2027-01-17 02:59")) == ""


def test_without_an_end_a_show_lasts_until_the_next_one_starts_day_by_day() -> None:
    schedule = parsed(show("18:00", days="fri-sat", prompt="late"), show("06:00", days="sat", prompt="early"),
                      show("10:00", days="sun", prompt="brunch"))  # fmt: skip
    assert on(schedule, berlin("2027-01-23 05:59")) == "late"
    assert on(schedule, berlin("2027-01-23 06:01")) == "early"
    assert on(schedule, berlin("2027-01-24 09:59")) == "late"
    assert on(schedule, berlin("2027-01-24 10:01")) == "brunch"


def test_the_next_boundary_is_the_next_start_or_end() -> None:
    schedule = parsed(show("06:00", "09:30", "mon"))
    assert schedule.next_boundary(berlin("2027-01-18 05:00")) == berlin("2027-01-18 06:00")
    assert schedule.next_boundary(berlin("2027-01-18 06:00")) == berlin("2027-01-18 09:30")
    assert schedule.next_boundary(berlin("2027-01-18 09:30")) == berlin("2027-01-25 06:00")
    assert Schedule().next_boundary(0.0) is None


# Berlin: on 2027-03-28 the clock jumps from 02:00 to 03:00, on 2027-10-31 it goes back from 03:00 to 02:00.


def test_a_time_that_does_not_exist_is_the_moment_when_clocks_go_forward() -> None:
    change = datetime(2027, 3, 28, 1, tzinfo=UTC).timestamp()
    assert [to_utc(date(2027, 3, 28), minute, BERLIN) for minute in (120, 150, 179, 180)] == [change] * 4


def test_a_show_that_lies_in_the_lost_hour_is_left_out_and_its_neighbours_meet() -> None:
    schedule = parsed(
        show("01:00", "02:15", prompt="a"), show("02:15", "02:45", prompt="b"), show("02:45", "04:00", prompt="c")
    )
    day = [on(schedule, berlin("2027-03-28 01:00") + 60 * k) for k in range(120)]
    assert day == ["a"] * 60 + ["c"] * 60


def test_a_time_that_exists_twice_is_the_first_and_the_show_before_does_not_come_back() -> None:
    schedule = parsed(show("01:00", "02:30", prompt="a"), show("02:30", "04:00", prompt="b"))
    start = berlin("2027-10-31 01:00")
    assert [on(schedule, start + 60 * k) for k in range(240)] == ["a"] * 90 + ["b"] * 150


@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Casablanca"]
)
def test_a_gapless_week_stays_gapless_and_without_overlaps_all_year_round(zone: str) -> None:
    shows = [Show(f"{k}", EVERY_DAY, 90 * k, 90 * (k + 1)) for k in range(16)]
    schedule = Schedule(tuple(shows), ZoneInfo(zone))
    airings = sorted(schedule.airings(berlin("2027-01-01 12:00"), 400), key=lambda airing: airing.start_utc)
    assert all(a.end_utc == b.start_utc for a, b in pairwise(airings))


def test_without_a_zone_the_machine_s_own_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        schedule = parse(show("06:00", "07:00", prompt="tokyo"))
        assert on(schedule, datetime(2027, 1, 17, 21, 30, tzinfo=UTC).timestamp()) == "tokyo"
    finally:
        monkeypatch.undo()
        time.tzset()


# ── the file ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_example_in_the_docs_can_be_used() -> None:
    schedule = read(EXAMPLE)
    assert on(schedule, berlin("2027-01-18 06:30")).startswith("acoustic guitar")
    assert on(schedule, berlin("2027-01-23 20:30")).startswith("disco")
    assert on(schedule, berlin("2027-01-19 13:30")) == ""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no [[show]]"),
        ("[[show]", "line 1"),
        ("[show]", "double brackets"),
        ("volume = 3", "volume"),
        (show("25:00"), "show 1, line 1: start is '25:00'"),
        (show("6 Uhr"), "6 Uhr"),
        (show("06:00", "6"), "end is '6'"),
        (show("06:00", days="mo"), "'mo' is no weekday"),
        (show("06:00", prompt="  "), "no prompt"),
        (show("06:00", more="colour = 1"), "no field 'colour'"),
        (show("06:00", more="seed = -1"), "seed is -1"),
        (show("06:00", more='seed = "x"'), "seed is x"),
        (show("06:00", "07:00", more="over_minutes = 90"), "lasts 60 minutes"),
        (show("06:00", more="over_minutes = nan"), "over_minutes is nan"),
        (show("06:00", more='from_prompt = "a"'), "needs over_minutes"),
        (show("06:00", prompt="a" * 2001), "2001 characters"),
        ('time_zone = "Europe/Utopia"\n' + show("06:00"), "Europe/Utopia"),
        ("time_zone = 3\n" + show("06:00"), "time_zone is '3'"),
        ('[[show]]\nprompt = "a"\n', "no start"),
        ('[[show]]\nstart = "06:00"\nprompt = "a"\ndays = []\n', "days is empty"),
        ('[[show]]\nstart = "06:00"\nprompt = 3\n', "prompt is not a text"),
        ('[[show]]\nstart = "06:00"\nprompt = []\n', "no prompt"),
        ('[[show]]\nstart = "06:00"\nprompt = ["a", 3]\n', "prompt is not a text"),
        ('[[show]]\nstart = "06:00"\nprompt = ["a", "a"]\n', "once"),
        ('[[show]]\nstart = "06:00"\nprompt = ["a", "b"]\neach_minutes = 1\n', "each_minutes"),
        (show("06:00", more="each_minutes = 10"), "several prompts"),
        (show("06:00", "08:00") + show("07:00", "09:00"), "overlap on Monday"),
        (show("22:00", "02:00", "sun") + show("01:00", "03:00", "mon"), "overlap on Monday"),
        (show("06:00", days="mon", more='name = "A"') + show("06:00", "07:00", "mon", more='name = "B"'), "overlap"),
        ("\n\n" + show("06:00", "07:00") + show("x", more='name = "Two"'), "show 2 (“Two”), line 9"),
        (show("06:00", more='name = "it; has [brackets]"\nbad = 1'), "brackets"),
    ],
)  # fmt: skip
def test_every_mistake_is_a_sentence_that_says_where(text: str, says: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse(text)
    assert says in str(caught.value)


def test_weekdays_can_be_written_in_many_ways() -> None:
    for text, days in (("Monday", (0,)), ("fri-mon", (0, 4, 5, 6)), ("weekend", (5, 6)), ("TUE", (1,))):
        assert parsed(show("06:00", "07:00", text)).shows[0].days == days
    listed = parse('[[show]]\ndays = ["sat", "mon-tue"]\nstart = 06:00:00\nend = "24:00"\nprompt = "a"\n')
    assert (listed.shows[0].days, listed.shows[0].start, listed.shows[0].end) == ((0, 1, 5), 360, 1440)


def test_files_that_cannot_be_schedules_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    with pytest.raises(SettingsError, match="cannot be read"):
        read(file)
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="UTF-8"):
        read(file)
    file.write_bytes(b"#" * (LARGEST_BYTES + 1))
    with pytest.raises(SettingsError, match="larger"):
        read(file)
    with pytest.raises(SettingsError, match="cannot be read"):
        read(tmp_path)


def test_a_station_started_again_with_a_broken_schedule_plays_without_it_until_it_is_mended(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    watched = ScheduleFile(file)
    assert watched.schedule == Schedule()
    assert "playing without it" in (watched.trouble or "")
    file.write_text(show("06:00", prompt="mended"), encoding="utf-8")
    assert watched.refresh(0.0)
    assert (watched.schedule.shows[0].prompt, watched.trouble) == ("mended", None)


def test_a_changed_file_is_read_again_and_a_broken_one_leaves_the_old_in_force(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_text(show("06:00", prompt="old"), encoding="utf-8")
    watched = ScheduleFile(file)
    assert not watched.refresh(0.0)
    file.write_text(show("06:00", prompt="newer"), encoding="utf-8")
    assert not watched.refresh(LOOK_S / 2)
    assert watched.refresh(LOOK_S)
    assert watched.schedule.shows[0].prompt == "newer"
    file.write_text("nonsense", encoding="utf-8")
    assert not watched.refresh(2 * LOOK_S)
    assert "stays in force" in (watched.trouble or "")
    assert watched.schedule.shows[0].prompt == "newer"
    file.unlink()
    watched.refresh(3 * LOOK_S)
    assert "cannot be read" in (watched.trouble or "")
    file.write_text(show("06:00", prompt="newer"), encoding="utf-8")
    os.utime(file, (1, 1))
    assert not watched.refresh(4 * LOOK_S)
    assert watched.trouble is None
