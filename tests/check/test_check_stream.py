"""Real streams through real ffmpeg: clean ones are clean, and each way to damage one is named."""

from __future__ import annotations

import dataclasses
import functools
import struct
import tracemalloc

import numpy as np
import pyloudnorm
import pytest

from radio.check.checker import Checker
from radio.check.finding import Severity
from radio.check.m3u8 import parse
from radio.check.playlist import MultivariantPlaylist
from radio.check.report import Report
from tests.check.streams import (
    CHUNK,
    CHUNK_S,
    FFMPEG,
    FFPROBE,
    RATE,
    T0,
    Kind,
    Stream,
    encode,
    joined,
    lines,
    listen,
    music,
    noise,
    packed,
    playlist,
    tone,
    waves,
    whole,
)

AT = 2 * CHUNK + 30_000


@functools.cache
def song(kind: Kind = "fmp4") -> Stream:
    return whole(encode(music(5.01), "256k", kind))


def errors(report: Report) -> set[str]:
    return report.codes(Severity.ERROR)


def replaced(stream: Stream, k: int, chunk: bytes) -> Stream:
    return dataclasses.replace(stream, chunks=(*stream.chunks[:k], chunk, *stream.chunks[k + 1 :]))


@pytest.mark.parametrize("kind", ["fmp4", "ts"])
def test_a_clean_song_is_clean_in_every_container(kind: Kind) -> None:
    report = listen(song(kind))
    assert report.codes() == set()
    (rendition,) = report.renditions
    assert (rendition.chunks, rendition.codec, rendition.sample_rate, rendition.channels) == (5, "mp4a.40.2", RATE, 2)
    loudness = pyloudnorm.Meter(RATE).integrated_loudness(music(5).astype(np.float64))
    assert rendition.integrated_lufs == pytest.approx(loudness, abs=0.3)


def test_packed_audio_is_read_and_a_frame_missing_from_it_is_named() -> None:
    stream = packed(music(4.01))
    assert errors(listen(stream)) == set()
    chunk = stream.chunks[2]
    first = chunk.index(b"\xff\xf1", 60)
    second = chunk.index(chunk[first : first + 3], first + 9)
    found = listen(replaced(stream, 2, chunk[:first] + chunk[second:])).codes()
    assert {"duration-untrue", "timestamp-hole"} <= found


def test_memory_does_not_grow_with_time() -> None:
    """Twelve minutes of the same chunks under ever new names and dates, every turn an epoch of its own."""
    checker, chunks = Checker(ffmpeg=FFMPEG, ffprobe=FFPROBE, thorough=False), len(song().chunks)
    checker.add_init("main", "init-e.mp4", song().init)
    marks = []
    tracemalloc.start()
    for turn in range(36):
        listed = [
            dataclasses.replace(
                line,
                sequence=line.sequence + turn * chunks,
                uri=f"{turn}-{line.uri}",
                discontinuity=k == 0,
                date=(line.date or 0) + turn * chunks * CHUNK_S,
            )
            for k, line in enumerate(lines(song()))
        ]
        checker.add_playlist("main", playlist(listed, discontinuities=turn), T0 + (turn + 1) * chunks * CHUNK_S)
        for line, chunk in zip(listed, song().chunks, strict=True):
            checker.add_chunk("main", line.sequence, chunk)
        marks.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert min(marks[31:]) < 1.02 * min(marks[26:31])


@pytest.mark.parametrize(
    "sound",
    [tone(4.01), tone(4.01, 1000), noise(4.01), music(4.01, 0.05)],
    ids=["tone", "1 kHz", "noise", "quiet music"],
)
def test_clean_sound_of_other_kinds_is_clean(sound: np.ndarray) -> None:
    assert errors(listen(whole(encode(sound, "64k")))) == set()


@pytest.mark.parametrize("sound", [tone(9.01, 700.0), waves(9.01, 0.1)], ids=["tone", "surf"])
def test_a_long_stream_is_joined_without_a_seam_of_our_own(sound: np.ndarray) -> None:
    """Two decodings of the same frames differ, above all at low bit rates, where noise stands for noise."""
    report = listen(whole(encode(sound, "64k")))
    assert report.codes() <= {"true-peak"}
    assert report.renditions[0].clicks == 0


def test_a_fade_into_silence_is_a_warning() -> None:
    sound = music(4.01) * np.linspace(1, 0, round(4.01 * CHUNK), dtype=np.float32)[:, None] ** 6
    report = listen(whole(encode(sound.astype(np.float32))))
    assert errors(report) == set()
    assert "silence" in report.codes(Severity.WARNING)


def test_a_click_a_hole_and_a_repeat_survive_the_encoder_and_are_placed() -> None:
    clicked, holed, again = music(5.01).copy(), music(5.01).copy(), waves(5.01)
    clicked[AT] += 0.5
    holed[AT : AT + 4800] = 0
    again = np.concatenate((again[:AT], again[AT - 12_000 : -12_000]))
    for sound, code in [(clicked, "click"), (holed, "dropout"), (again, "repeat")]:
        report = listen(whole(encode(sound, "256k")))
        assert code in errors(report)
        found = next(finding for finding in report.findings if finding.code == code)
        assert "chunk 102 at 0.6" in found.examples[0] or "chunk 102 at 0.8" in found.examples[0]


def test_twenty_milliseconds_missing_from_a_tone_are_heard() -> None:
    sound = tone(5.01)
    assert errors(listen(whole(encode(np.concatenate((sound[:AT], sound[AT + 960 :])), "256k")))) == {"click"}


def test_a_chunk_that_is_left_out_leaves_a_hole_in_the_timestamps() -> None:
    stream = song()
    short = dataclasses.replace(stream, chunks=(*stream.chunks[:2], *stream.chunks[3:]))
    assert "timestamp-hole" in errors(listen(short, lines(short)))


def test_a_chunk_sent_twice_is_heard_and_overlaps() -> None:
    stream = song()
    twice = dataclasses.replace(stream, chunks=(*stream.chunks[:3], stream.chunks[2], *stream.chunks[3:]))
    assert errors(listen(twice)) >= {"timestamp-overlap", "repeat"}


def test_a_decode_time_that_is_twenty_milliseconds_off_is_a_hole() -> None:
    chunk = bytearray(song().chunks[2])
    place = chunk.index(b"tfdt") + 8
    (time,) = struct.unpack_from(">Q", chunk, place)
    struct.pack_into(">Q", chunk, place, time + 960)
    assert errors(listen(replaced(song(), 2, bytes(chunk)))) >= {"timestamp-hole", "date-drift"}


def test_a_restart_without_a_discontinuity_is_named_and_with_one_is_clean() -> None:
    first, second = whole(encode(music(3.01))), whole(encode(waves(3.01)))
    stream = joined(first, second)
    assert "timestamp-overlap" in errors(listen(stream))
    listed = lines(stream)
    listed[3] = dataclasses.replace(listed[3], discontinuity=True)
    assert errors(listen(stream, listed, window=9)) == set()


def test_dates_that_run_away_from_the_sound_are_named() -> None:
    listed = [dataclasses.replace(line, date=T0 + k * (CHUNK_S + 0.006)) for k, line in enumerate(lines(song()))]
    assert "date-drift" in errors(listen(song(), listed))


def test_a_false_duration_is_named() -> None:
    listed = [dataclasses.replace(line, duration_s=4.0) for line in lines(song())]
    assert "duration-untrue" in listen(song(), listed).codes()


def test_a_cut_off_chunk_and_a_chunk_of_rubbish_are_named() -> None:
    half = song().chunks[2][: len(song().chunks[2]) // 2]
    assert errors(listen(replaced(song(), 2, half))) & {"undecodable", "samples-missing", "timestamp-hole"}
    assert "not-media" in errors(listen(replaced(song(), 2, b"<html>not found</html>" * 99)))


def test_fmp4_without_a_map_is_named() -> None:
    listed = [dataclasses.replace(line, map_uri=None) for line in lines(song())]
    assert "no-map" in errors(listen(song(), listed))


def test_sound_beyond_full_scale_is_a_warning() -> None:
    report = listen(whole(encode(tone(3.01, level=1.3), "256k")))
    assert {"clipping", "true-peak"} <= report.codes()
    assert errors(report) == set()


def test_a_multivariant_playlist_that_lies_is_named() -> None:
    def truth(attributes: str) -> set[str]:
        checker = Checker(ffmpeg=FFMPEG, ffprobe=FFPROBE, thorough=False)
        text = f"#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-STREAM-INF:{attributes}\nmain\n"
        found = parse(text)
        assert isinstance(found, MultivariantPlaylist)
        checker.add_multivariant(text)
        checker.name("main", found.variants[0])
        checker.add_init("main", "init-e.mp4", song().init)
        for listed in checker.add_playlist("main", playlist(lines(song())), T0 + 21):
            checker.add_chunk("main", listed.chunk.sequence, song().chunks[listed.chunk.sequence - 100])
        return errors(checker.finish())

    assert truth('BANDWIDTH=292000,AVERAGE-BANDWIDTH=270000,CODECS="mp4a.40.2"') == set()
    assert truth('BANDWIDTH=200000,CODECS="mp4a.40.2"') == {"bandwidth"}
    assert truth('BANDWIDTH=292000,AVERAGE-BANDWIDTH=200000,CODECS="mp4a.40.2"') == {"average-bandwidth"}
    assert truth('BANDWIDTH=292000,CODECS="fLaC"') == {"codecs"}
    assert truth('CODECS="mp4a.40.2"') == {"no-bandwidth"}


def test_a_listener_who_misses_a_chunk_gets_no_false_alarm_beyond_it() -> None:
    checker = Checker(ffmpeg=FFMPEG, ffprobe=FFPROBE)
    checker.add_init("main", "init-e.mp4", song().init)
    checker.add_playlist("main", playlist(lines(song())), T0 + 21)
    for k in (0, 1, 3, 4):
        checker.add_chunk("main", 100 + k, song().chunks[k])
    checker.lose_chunk("main", 102, "the server answered 404")
    assert errors(checker.finish()) == {"chunk-missing"}


def test_nothing_heard_is_not_all_well() -> None:
    checker = Checker(ffmpeg=FFMPEG, ffprobe=FFPROBE)
    checker.add_playlist("main", playlist(lines(song())), T0 + 21)
    assert errors(checker.finish()) == {"nothing-heard"}
