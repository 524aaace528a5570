"""The rules of playlists, alone and across reloads: each broken one is named, and a kept one is not."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest

from radio.check.alignment import Alignment
from radio.check.finding import Severity
from radio.check.m3u8 import parse
from radio.check.names import UsedNames
from radio.check.playlist import MediaPlaylist
from radio.check.watch import Watch
from tests.check.streams import CHUNK_S, T0, Line, playlist

COUNT = 12
CLEAN = [Line(100 + k, f"e-{100 + k}.m4s", T0 + k * CHUNK_S) for k in range(COUNT)]
RANGE = '#EXT-X-DATERANGE:ID="s-1",CLASS="c",START-DATE="2026-09-21T13:46:41Z",END-ON-NEXT=YES,X-TITLE="A"'


def media(text: str) -> MediaPlaylist:
    found = parse(text)
    assert isinstance(found, MediaPlaylist)
    return found


def seen(texts: list[str], step_s: float = CHUNK_S, first_s: float = 3 * CHUNK_S + 0.2) -> set[str]:
    """Codes of all errors in looks at these states, one after another."""
    watch, codes = Watch(), set()
    for k, text in enumerate(texts):
        at = T0 + first_s + k * step_s
        codes |= {found.code for found in watch.look(media(text), at, at) if found.severity is Severity.ERROR}
    return codes


def states(listed: list[Line], window: int = 4) -> list[str]:
    return [playlist(listed[max(0, end - window) : end]) for end in range(3, len(listed) + 1)]


def changed(k: int, **fields: object) -> list[Line]:
    listed = list(CLEAN)
    listed[k] = dataclasses.replace(listed[k], **fields)  # type: ignore[arg-type]
    return listed


def test_a_stream_that_keeps_the_rules_is_clean() -> None:
    assert seen(states(CLEAN)) == set()
    with_range = [
        text.replace("#EXT-X-INDEPENDENT-SEGMENTS\n", f"#EXT-X-INDEPENDENT-SEGMENTS\n{RANGE}\n")
        for text in states(CLEAN)
    ]
    assert seen(with_range) == set()


def test_a_restart_with_all_its_tags_is_clean_and_its_number_leaves_with_it() -> None:
    listed = [
        line if k < 6 else dataclasses.replace(line, map_uri="init-f.mp4", date=(line.date or 0) + 1)
        for k, line in enumerate(CLEAN)
    ]
    listed[6] = dataclasses.replace(listed[6], discontinuity=True)
    texts = []
    for end in range(3, COUNT + 1):
        first = max(0, end - 4)
        texts.append(playlist(listed[first:end], discontinuities=7 + (first > 6)))
    assert seen(texts, first_s=3 * CHUNK_S + 1.2) == set()


def back_in_sequence(texts: list[str]) -> list[str]:
    return [*texts, texts[2]]


def other_target(texts: list[str]) -> list[str]:
    return [*texts[:-1], texts[-1].replace("TARGETDURATION:4", "TARGETDURATION:5")]


def renamed(texts: list[str]) -> list[str]:
    return [*texts[:-1], texts[-1].replace("e-110.m4s", "f-110.m4s")]


def used_again(texts: list[str]) -> list[str]:
    return [*texts[:-1], texts[-1].replace("e-111.m4s", "e-101.m4s")]


def shown_twice(texts: list[str]) -> list[str]:
    return [*texts[:-1], texts[-1].replace("e-111.m4s", "e-110.m4s")]


def redated(texts: list[str]) -> list[str]:
    return [*texts[:-1], texts[-1].replace("2026", "2025")]


def shortened(texts: list[str]) -> list[str]:
    return [*texts[:-1], texts[-1].replace("4.096000", "4.000000", 1)]


def discontinuity_number_back(texts: list[str]) -> list[str]:
    return [*texts[:-1], texts[-1].replace("DISCONTINUITY-SEQUENCE:7", "DISCONTINUITY-SEQUENCE:6")]


def discontinuity_number_wrong(texts: list[str]) -> list[str]:
    return [*texts[:-1], texts[-1].replace("DISCONTINUITY-SEQUENCE:7", "DISCONTINUITY-SEQUENCE:8")]


def going_on_after_the_end(texts: list[str]) -> list[str]:
    return [*texts[:-2], texts[-2] + "#EXT-X-ENDLIST\n", texts[-1]]


def taking_chunks_back(texts: list[str]) -> list[str]:
    shorter = "\n".join(texts[-1].splitlines()[:-3]) + "\n"
    return [*texts, shorter]


def with_other_map(texts: list[str]) -> list[str]:
    return [*texts[:-1], texts[-1].replace("init-e", "init-f")]


def without_target(texts: list[str]) -> list[str]:
    return [text.replace("#EXT-X-TARGETDURATION:4\n", "") for text in texts]


def with_small_target(texts: list[str]) -> list[str]:
    return [text.replace("TARGETDURATION:4", "TARGETDURATION:3") for text in texts]


def with_old_version(texts: list[str]) -> list[str]:
    return [text.replace("VERSION:6", "VERSION:3") for text in texts]


def with_two_chunks(_: list[str]) -> list[str]:
    return states(CLEAN, 2)


def tagged(tag: str) -> Callable[[list[str]], list[str]]:
    return lambda texts: [
        text.replace("#EXT-X-INDEPENDENT-SEGMENTS\n", f"#EXT-X-INDEPENDENT-SEGMENTS\n{tag}\n") for text in texts
    ]


def changing_the_range(texts: list[str]) -> list[str]:
    whole = tagged(RANGE)(texts)
    return [*whole[:-1], whole[-1].replace('X-TITLE="A"', 'X-TITLE="B"')]


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (back_in_sequence, "sequence-back"),
        (other_target, "target-duration-changed"),
        (renamed, "uri-changed"),
        (used_again, "name-reused"),
        (shown_twice, "name-twice"),
        (redated, "date-changed"),
        (shortened, "duration-changed"),
        (discontinuity_number_back, "discontinuity-sequence"),
        (discontinuity_number_wrong, "discontinuity-sequence"),
        (going_on_after_the_end, "changed-after-end"),
        (taking_chunks_back, "chunks-removed"),
        (with_other_map, "map-changed"),
        (without_target, "no-target-duration"),
        (with_small_target, "too-long-chunk"),
        (with_old_version, "version"),
        (with_two_chunks, "short-playlist"),
        (changing_the_range, "date-range-changed"),
        (tagged(RANGE.replace('CLASS="c",', "")), "date-range"),
        (tagged(RANGE + ",DURATION=4"), "date-range"),
        (tagged('#EXT-X-DATERANGE:CLASS="c"'), "date-range"),
    ],
)
def test_a_broken_rule_is_named(damage: Callable[[list[str]], list[str]], code: str) -> None:
    assert code in seen(damage(states(CLEAN)))


@pytest.mark.parametrize(
    ("listed", "code"),
    [
        (changed(8, date=T0 + 8 * CHUNK_S + 0.050), "date-jump"),
        (changed(8, date=T0 + 8 * CHUNK_S - 60, discontinuity=True), "date-back"),
        (changed(8, date=T0 + 8 * CHUNK_S + 600, discontinuity=True), "date-ahead"),
        (changed(8, duration_s=6.0), "too-long-chunk"),
    ],
)
def test_a_chunk_that_breaks_a_rule_is_named(listed: list[Line], code: str) -> None:
    assert code in seen(states(listed))


def test_another_map_where_sound_and_dates_go_on_is_fine() -> None:
    assert seen(states(changed(8, map_uri="init-f.mp4"))) == set()


def test_a_date_that_is_rounded_to_milliseconds_is_fine() -> None:
    assert seen(states(changed(8, date=T0 + 8 * CHUNK_S + 0.001))) == set()


def test_a_playlist_that_stands_still_is_stale_after_one_and_a_half_targets_and_not_before() -> None:
    text = states(CLEAN)[0]
    assert seen([text] * 4, step_s=1.9) == set()
    assert seen([text] * 5, step_s=1.9) == {"stale"}


def test_an_ended_playlist_may_stand_still() -> None:
    assert seen([states(CLEAN)[0] + "#EXT-X-ENDLIST\n"] * 5) == set()


def test_a_chunk_that_comes_late_is_measured_and_named() -> None:
    watch, found = Watch(), []
    texts = states(CLEAN)
    for at, text in [(0.0, texts[0]), (4.1, texts[1]), (8.2, texts[1]), (10.9, texts[1]), (11.2, texts[2])]:
        found += list(watch.look(media(text), T0 + 12.5 + at, T0 + 12.5 + at))
    assert {finding.code for finding in found} == {"late-chunk", "stale"}
    assert watch.late.quantiles is not None
    assert watch.late.quantiles.max_s == pytest.approx(3.004, abs=0.001)


def test_renditions_that_do_not_agree_are_named() -> None:
    def compared(other: list[Line]) -> set[str]:
        alignment, watches, codes = Alignment(), (Watch(), Watch()), set()
        for name, watch, listed in zip("ab", watches, (CLEAN, other), strict=True):
            for text in states(listed):
                list(watch.look(media(text), T0 + 100, T0 + 100))
                codes |= {finding.code for finding in alignment.add(name, media(text), watch.fresh)}
        return codes

    assert compared(CLEAN) == set()
    assert compared(changed(7, date=T0 + 7 * CHUNK_S + 0.005)) == {"not-aligned"}
    assert compared(changed(7, discontinuity=True)) == {"not-aligned"}


def test_names_are_remembered_in_fixed_memory() -> None:
    names = UsedNames(capacity=10)
    assert not any(names.use(f"n{k}") for k in range(25))
    assert names.use("n24")
    assert not names.use("n3")


def test_what_is_known_of_chunks_does_not_grow() -> None:
    watch = Watch()
    for k in range(2000):
        window = [Line(k + i, f"{k + i}", T0 + (k + i) * CHUNK_S) for i in range(5)]
        assert not list(watch.look(media(playlist(window)), T0 + (k + 5) * CHUNK_S, T0 + (k + 5) * CHUNK_S))
    assert sum(watch.listed(k) is not None for k in range(2100)) <= 300
