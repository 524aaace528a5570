"""How the page meets a line that answers late: its pure parts, run where they live, in a browser."""

from __future__ import annotations

import pytest

from tests.player.conftest import Open
from tests.player.test_page_modules import Run, run

pytestmark = pytest.mark.player
__all__ = ["Open", "run"]
LARDER = """const asked = [], ready = {};
  const bring = (url) => new Promise((resolve, reject) => { asked.push(url); ready[url] = { resolve, reject }; });
  const larder = (beside) => new it.Larder({ bring, beside: () => beside });
  const places = (...names) => names.map((url) => ({ url, map: url === "init" }));
  const settled = () => new Promise((done) => setTimeout(done));
"""


def test_a_quick_line_changes_nothing(run: Run) -> None:
    body = """let ms = 0;
      const line = new it.Delivery(() => ms);
      for (; ms < 60000; ms += 500) line.learn(0.05 + (ms % 3000 === 0 ? 1.2 : 0));
      return [line.late, line.startBehindS, line.readyS, line.beside];"""
    assert run("delivery", body) == [False, None, 0, 1]


def test_late_answers_are_met_by_more_distance_and_forgotten_slowly(run: Run) -> None:
    body = """let ms = 0;
      const line = new it.Delivery(() => ms);
      const learned = line.learn(8);
      const first = line.startBehindS;
      for (let k = 0; k < 20; k += 1) line.learn(5 + k % 5);
      const many = line.startBehindS;
      ms = 60000;
      line.learn(0.1);
      const still = line.late;
      ms = 360000;
      const over = line.learn(0.1);
      return [learned, first > many, many > 16, line.beside, still, over, line.late];"""
    assert run("delivery", body) == [True, True, True, 1, True, True, False]


def test_one_restart_of_the_server_is_not_a_late_line(run: Run) -> None:
    body = """let ms = 20000;
      const line = new it.Delivery(() => ms);
      for (const waited of [8, 6, 7.5]) { line.learn(waited); ms += 20; }
      const once = [line.late, line.lasting];
      ms += 6000;
      line.learn(5.9);
      return [once, line.lasting];"""
    assert run("delivery", body) == [[True, False], True]


def test_a_narrow_line_is_told_from_a_long_one(run: Run) -> None:
    body = """return [0.1, 3].map((bodyS) => {
        const line = new it.Delivery(() => 0);
        line.learn(8, bodyS);
        return line.wide;
      });"""
    assert run("delivery", body) == [True, False]


def test_chunks_after_the_one_that_is_wanted_are_fetched_beside_it(run: Run) -> None:
    body = """const it2 = larder(3);
      it2.list(places("init", "a", "b", "c", "d", "e"));
      it2.take("init");
      const before = [...asked];
      ready.init.resolve("i");
      await settled();
      const got = it2.take("b");
      await settled();
      const beside = asked.slice(1);
      ready.c.resolve("sound of c");
      await settled();
      const then = await it2.take("c");
      await settled();
      return [before, beside, then, asked.filter((url) => url === "c").length, asked.includes("e")];"""
    assert run("larder", LARDER + body) == [["init"], ["b", "c", "d"], "sound of c", 1, True]


def test_on_a_quick_line_nothing_is_fetched_that_was_not_asked_for(run: Run) -> None:
    body = """const it2 = larder(1);
      it2.list(places("a", "b", "c"));
      it2.take("a");
      await settled();
      return asked;"""
    assert run("larder", LARDER + body) == ["a"]


def test_what_failed_beside_is_asked_for_again_when_it_is_wanted(run: Run) -> None:
    body = """const it2 = larder(2);
      it2.list(places("a", "b"));
      const first = it2.take("a");
      await settled();
      ready.a.resolve("a");
      await first;
      ready.b.reject(new Error("gone"));
      await settled();
      const second = it2.take("b");
      await settled();
      ready.b.resolve("b");
      return [await second, asked];"""
    assert run("larder", LARDER + body) == ["b", ["a", "b", "b"]]


def test_the_newest_playlist_wins_over_one_that_comes_later(run: Run) -> None:
    body = """const ready = [], seen = [];
      const bring = () => new Promise((resolve) => ready.push(resolve));
      const lookout = new it.Lookout({ bring, often: () => true, seen: (answer) => seen.push(answer) });
      const { signal } = new AbortController();
      const first = lookout.next("list", signal);
      await new Promise((done) => setTimeout(done, 4300));
      ready[1]("newer");
      const got = await first;
      ready[0]("older");
      const second = lookout.next("list", signal);
      await new Promise((done) => setTimeout(done, 4300));
      ready[2]("newest");
      const then = await second;
      lookout.close();
      return [got, then, seen];"""
    assert run("lookout", body) == ["newer", "newest", ["newer", "newest"]]


def test_a_playlist_tells_its_chunks_and_what_they_begin_with(run: Run) -> None:
    body = """const text = ["#EXTM3U", '#EXT-X-MAP:URI="init-a.mp4"', "#EXTINF:4,", "a-1.m4s", "",
        "#EXT-X-DISCONTINUITY", '#EXT-X-MAP:URI="init-b.mp4"', "#EXTINF:4,", "b-2.m4s"].join("\\n");
      return it.listed(text, "http://radio/live/64k/index.m3u8").map(({ url, map }) => [url.slice(22), map]);"""
    assert run("lookout", body) == [["init-a.mp4", True], ["a-1.m4s", False], ["init-b.mp4", True], ["b-2.m4s", False]]
