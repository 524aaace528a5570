"""The page's pure modules, run where they live: in a browser. Each answer comes back as JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.player.conftest import Open

pytestmark = pytest.mark.player
Run = Callable[[str, str], Any]


@pytest.fixture
def run(open_page: Open) -> Run:
    """`run(module, body)`: the body of a function of `it`, the module's exports."""
    page, _ = open_page()

    def running(module: str, body: str) -> Any:
        source = f"""async (name) => {{ const it = await import(`/player/js/${{name}}.js`); {body} }}"""
        return page.evaluate(source, module)

    return running


def test_numbers_are_said_as_people_say_them(run: Run) -> None:
    spans = run("format", "return [0, 38.4, 60, 125, -3].map(it.span);")
    assert spans == ["0 s", "38 s", "1 min", "2 min 5 s", "0 s"]
    assert run("format", "return [41.2, 0, 600.5, -1].map(it.countdown);") == ["0:42", "0:00", "10:01", "0:00"]
    assert run("format", "return ['雨🌧️', 'a'].map(it.characters);") == [3, 1]
    assert run("format", "return [0.618, 2, -1].map(it.percent);") == ["62 %", "100 %", "0 %"]


def test_tries_grow_rarer_and_start_anew_after_a_success(run: Run) -> None:
    body = """const calm = new it.Backoff(() => 0.5);
      const waits = [1, 2, 3, 4, 5, 6].map(() => calm.next());
      calm.reset();
      return [...waits, calm.next()];"""
    assert run("backoff", body) == [1000, 2000, 4000, 8000, 15000, 15000, 1000]


def test_what_plays_is_looked_up_by_the_date_of_what_is_heard(run: Run) -> None:
    body = """const programme = new it.Programme();
      programme.learn([{ index: 4, title: "four", date: 1000 }, { index: 5, title: "five", date: 2000 }]);
      return [500, 1999, 2000, 9000].map((date) => programme.at(date)?.title ?? null);"""
    assert run("programme", body) == [None, "four", "five", "five"]


def test_playlists_know_better_than_the_status(run: Run) -> None:
    body = """const programme = new it.Programme();
      programme.notice({ index: 4, title: "rough", airDate: 1500, next: { index: 5, title: "rough", date: 2500 } });
      programme.learn([{ index: 4, title: "exact", date: 1000 }]);
      programme.notice({ index: 4, title: "rough", airDate: 1900, next: null });
      return programme.between(0, 9000).map(({ title, date }) => [title, date]);"""
    assert run("programme", body) == [["exact", 1000], ["rough", 2500]]


def test_what_was_foretold_and_did_not_come_is_dropped(run: Run) -> None:
    body = """const programme = new it.Programme();
      programme.notice({ index: 8, title: "eight", airDate: 1000, next: { index: 9, title: "foretold", date: 4000 } });
      programme.learn([{ index: 8, title: "eight", date: 900 }, { index: 10, title: "after the restart", date: 3000 }]);
      return [3500, 4500].map((date) => programme.at(date).title);"""
    assert run("programme", body) == ["after the restart", "after the restart"]


def test_the_programme_forgets_what_is_long_past(run: Run) -> None:
    body = """const programme = new it.Programme();
      for (let k = 0; k < 5000; k += 1) programme.learn([{ index: k, title: "", date: k }]);
      return [programme.entries.size, programme.at(1e9).index];"""
    assert run("programme", body) == [40, 4999]


GIVEN = """const given = (key, more) =>
  ({ key, index: 3, prompt: key, date: 50000, inS: null, takenMs: 0, state: "making", corrected: false, ...more });
"""


def test_a_receipt_counts_by_this_listeners_ear_and_else_by_the_servers_word(run: Run) -> None:
    body = """const receipts = new it.Receipts();
      receipts.take(given("a", { inS: 99 }));
      receipts.take(given("b", { index: 4, date: null, inS: 40 }));
      receipts.take(given("c", { index: 5, date: null }));
      receipts.tick({ ear: 20000, heard: 1 }, 1000);
      return receipts.list.map(({ leftS }) => leftS);"""
    assert run("receipt", GIVEN + body) == [None, 39, 30]


def test_a_receipt_is_heard_once_and_then_goes(run: Run) -> None:
    body = """const receipts = new it.Receipts();
      receipts.take(given("a"));
      const before = receipts.tick({ ear: 49999, heard: 2 }, 0);
      const then = receipts.tick({ ear: 50000, heard: 3 }, 1);
      const after = receipts.tick({ ear: 50001, heard: 3 }, 2);
      receipts.tick({ ear: 90000, heard: 3 }, 60000);
      return [before, then, after, receipts.list.length];"""
    assert run("receipt", GIVEN + body) == [False, True, False, 0]


def test_a_correction_is_believed_and_said(run: Run) -> None:
    body = """const receipts = new it.Receipts();
      receipts.take(given("a"));
      const asSaid = it.correctionOf(receipts.list[0]);
      receipts.take(given("a", { date: 70000, index: 4, corrected: true }));
      receipts.take(null);
      const [{ date, index }] = receipts.list;
      const later = it.correctionOf(receipts.list[0]);
      receipts.take(given("a", { date: 49000, corrected: true }));
      return [date, index, asSaid, later, it.correctionOf(receipts.list[0])];"""
    assert run("receipt", GIVEN + body) == [70000, 4, None, "later", "sooner"]


def test_words_whose_place_was_taken_say_so_and_go(run: Run) -> None:
    body = """const receipts = new it.Receipts();
      receipts.take(given("a"), 0);
      receipts.take(given("b"), 0);
      receipts.take(given("a", { state: "superseded" }), 1000);
      receipts.take(given("c", { state: "dropped" }), 1000);
      const arrived = receipts.tick({ ear: 1, heard: null }, 2000);
      const said = receipts.list.map(({ key, lostMs }) => [key, lostMs]);
      const flags = receipts.waiting().map(({ key }) => key);
      receipts.tick({ ear: 2, heard: null }, 60000);
      return [arrived, said, flags, receipts.list.map(({ key }) => key)];"""
    assert run("receipt", GIVEN + body) == [False, [["b", None], ["a", 1000]], ["b"], ["b"]]


def test_other_words_under_a_known_number_are_another_receipt(run: Run) -> None:
    body = """const receipts = new it.Receipts();
      receipts.take(given("1", { prompt: "before the restart" }));
      receipts.take(given("1", { prompt: "after it" }));
      return receipts.list.map(({ prompt }) => prompt);"""
    assert run("receipt", GIVEN + body) == ["after it"]


def test_the_tape_keeps_five_minutes_and_fills_what_a_busy_page_missed(run: Run) -> None:
    body = """const tape = new it.Tape();
      const from = 1_700_000_000_000;
      for (let ms = 0; ms < 1000; ms += 50) tape.write(from + ms, [1, 1, 1]);
      tape.write(from + 2000, [1, 1, 1]);
      const filled = tape.read(from + 1500, 0) > 0;
      tape.write(from + 400_000, [0, 0, 0]);
      return [filled, tape.read(from + 500, 0) > 0.5, tape.read(from + 399_000, 0), tape.read(from - 400_000, 0)];"""
    assert run("tape", body) == [True, True, 0, 0]


@pytest.mark.parametrize(
    ("player", "station", "lost", "key"),
    [
        ("stopped", "null", False, "tuning"),
        ("stopped", "{state: 'idle', idleReason: 'never_started'}", False, "off"),
        ("stopped", "{state: 'idle', idleReason: 'sleeping'}", False, "sleeping"),
        ("stopped", "{state: 'generating'}", False, "starting"),
        ("stopped", "{state: 'playing'}", False, "onAir"),
        ("stopped", "{state: 'playing'}", True, "lost"),
        ("waking", "{state: 'generating'}", False, "waking"),
        ("playing", "{state: 'playing'}", False, "playing"),
        ("playing", "{state: 'bridging'}", False, "bridging"),
        ("playing", "{state: 'error'}", False, "fault"),
        ("playing", "{state: 'something new'}", False, "playing"),
        ("waiting", "{state: 'playing'}", True, "reconnecting"),
        ("ended", "{state: 'idle', idleReason: 'stopped'}", False, "ended"),
    ],
)
def test_one_word_says_how_things_stand(run: Run, player: str, station: str, lost: bool, key: str) -> None:
    body = f"return it.stateKey({{ player: '{player}', status: {station}, lost: {str(lost).lower()} }});"
    assert run("model", body) == key


def test_a_status_of_any_shape_becomes_a_whole_one(run: Run) -> None:
    body = """const odd = { segment_index: "x", title: 7, air_date: "never", warnings: "all",
        generation: null, next: {}, pending: {} };
      return [{}, odd].map((raw) => {
      const { state, index, title, airDate, progress, pending, headroomS, warnings } = it.normal(raw);
      return [state, index, title, airDate, progress, pending, headroomS, warnings];
    });"""
    empty: list[object] = ["idle", None, None, None, None, None, None, []]
    assert run("status", body) == [empty, empty]


@pytest.mark.parametrize(
    ("station", "sentence"),
    [
        ("{state: 'playing', rung: 'turbo', wantedRung: 'turbo'}", "Made by turbo"),
        ("{state: 'playing', rung: 'synth', wantedRung: 'sft+4B'}", "Made by synth while sft+4B gets ready"),
        ("{state: 'playing', rung: null, wantedRung: 'turbo'}", ""),
        ("{state: 'idle', rung: 'turbo', wantedRung: 'turbo'}", ""),
        ("null", ""),
    ],
)
def test_the_page_says_who_makes_the_music(run: Run, station: str, sentence: str) -> None:
    assert run("model", f"return it.makerOf({station});") == sentence
