"""The checker: playlists and chunks in, report out. Streaming, and its memory does not grow with time.

It fetches nothing and knows no clock: whoever feeds it says when things were seen (Unix seconds), perhaps simulated.
Feed it with every look at a playlist, changed or not, and with chunks in order of their numbers. `add_chunk` and
`finish` block while ffmpeg decodes. Not thread-safe: one call at a time.
"""

from __future__ import annotations

from collections.abc import Iterable

from radio.check.alignment import Alignment
from radio.check.batch import Media, Programs
from radio.check.container import kind_of
from radio.check.finding import Finding, Findings, error
from radio.check.m3u8 import parse
from radio.check.multivariant_rules import check_multivariant, check_truth
from radio.check.playlist import MediaPlaylist, MultivariantPlaylist, Variant
from radio.check.reloads import Listed
from radio.check.report import RenditionReport, Report
from radio.check.track import Track
from radio.check.watch import Watch
from radio.errors import CannotListen

MOST_INITS = 8


class Checker:
    """Checks one stream with all its renditions.

    Args:
        ffmpeg, ffprobe: paths of the programs.
        thorough: also look for clicks and repeats and measure loudness, which is most of the cost
            (about 45 times real time with it and 150 times without, per rendition on one core).
    """

    def __init__(self, *, ffmpeg: str, ffprobe: str, url: str = "", thorough: bool = True) -> None:
        self._programs = Programs(ffmpeg, ffprobe)
        self._url = url
        self._thorough = thorough

        self._findings = Findings()
        self._alignment = Alignment()
        self._watches: dict[str, Watch] = {}
        self._tracks: dict[str, Track] = {}
        self._variants: dict[str, Variant] = {}
        self._inits: dict[tuple[str, str], bytes] = {}
        self._begun_at: float | None = None
        self._ended_at = 0.0

    @property
    def errors(self) -> int:
        """Errors so far."""
        return self._findings.errors

    def add_multivariant(self, text: str) -> MultivariantPlaylist:
        """Check the list of variants.

        Raises:
            CannotListen: it is a media playlist, or none at all.
        """
        playlist = parse(text)
        if not isinstance(playlist, MultivariantPlaylist):
            raise CannotListen("This is a media playlist, not a multivariant one.")
        self.add_findings(check_multivariant(playlist))
        return playlist

    def name(self, rendition: str, variant: Variant) -> None:
        """What the multivariant playlist says of this rendition is compared with what it is."""
        self._variants[rendition] = variant

    def add_playlist(self, rendition: str, text: str, at_utc: float, took_s: float = 0.0) -> tuple[Listed, ...]:
        """One look at a media playlist, begun at `at_utc`; gives the chunks that it shows for the first time.

        Raises:
            CannotListen: it is no media playlist, or it needs what this checker does not do.
        """
        playlist = parse(text)
        if not isinstance(playlist, MediaPlaylist):
            raise CannotListen("A rendition's address leads to another multivariant playlist.")
        _refuse(playlist)
        self._begun_at = at_utc if self._begun_at is None else self._begun_at
        self._ended_at = max(self._ended_at, at_utc + took_s)
        watch = self._watches.setdefault(rendition, Watch())
        self.add_findings(watch.look(playlist, at_utc, at_utc + took_s), rendition)
        self.add_findings(self._alignment.add(rendition, playlist, watch.fresh), rendition)
        return watch.fresh

    def add_init(self, rendition: str, uri: str, data: bytes) -> None:
        """The header that EXT-X-MAP names; before the first chunk that uses it."""
        self._inits[rendition, uri] = data
        for key in [key for key in self._inits if key[0] == rendition][:-MOST_INITS]:
            del self._inits[key]

    def add_chunk(self, rendition: str, sequence: int, data: bytes, took_s: float | None = None) -> None:
        """One chunk, complete, in order of its number. A number that is left out breaks the sound off.

        Raises:
            CannotListen: ffmpeg or ffprobe did not end in time.
            StartError: one of them could not be started.
        """
        listed = self._watches[rendition].listed(sequence)
        if listed is None:
            return
        if took_s is not None:
            self._watches[rendition].download.add(took_s)
        kind = kind_of(data)
        if kind == "unknown":
            message = f"chunk {sequence} is neither fMP4 nor MPEG-TS nor packed audio"
            self.add_findings([error("not-media", message, "RFC 8216 §3")], rendition)
            return
        map_uri = listed.chunk.map_uri
        if kind == "fmp4" and map_uri is None:
            message = f"chunk {sequence} is fMP4, but no EXT-X-MAP says where its header is"
            self.add_findings([error("no-map", message, "RFC 8216 §3.3")], rendition)
            return
        init = self._inits.get((rendition, map_uri), b"") if map_uri is not None else b""
        track = self._tracks.setdefault(rendition, Track(self._programs, thorough=self._thorough))
        playlist = self._watches[rendition].playlist
        target_s = float(playlist.target_duration or 0) if playlist else 0.0
        self.add_findings(track.add(Media(listed, kind, init, data, target_s)), rendition)

    def lose_chunk(self, rendition: str, sequence: int, why: str) -> None:
        """A listed chunk could not be had."""
        message = f"chunk {sequence} could not be had: {why}"
        self.add_findings([error("chunk-missing", message, "RFC 8216 §6.2.2")], rendition)

    def lose_playlist(self, rendition: str, why: str) -> None:
        """A look at a playlist that gave none."""
        self.add_findings(
            [error("playlist-missing", f"the playlist could not be had: {why}", "RFC 8216 §6.2.1")], rendition
        )

    def playlist(self, rendition: str) -> MediaPlaylist | None:
        """Its present state."""
        watch = self._watches.get(rendition)
        return watch.playlist if watch else None

    def add_findings(self, findings: Iterable[Finding], rendition: str = "") -> None:
        """Add what somebody else found."""
        for found in findings:
            where = found.rendition or rendition
            self._findings.add(Finding(found.severity, found.code, found.message, found.rule, where))

    def finish(self) -> Report:
        """Listen to what still waits, and say everything. Call it once."""
        for rendition, track in self._tracks.items():
            self.add_findings(track.finish(), rendition)
            if rendition in self._variants and track.measured is not None:
                self.add_findings(check_truth(self._variants[rendition], track.measured), rendition)
        if not self._tracks:
            self.add_findings([error("nothing-heard", "no chunk could be listened to", "DESIGN §5.6")])
        seconds = 0.0 if self._begun_at is None else self._ended_at - self._begun_at
        renditions = tuple(_summary(name, watch, self._tracks.get(name)) for name, watch in self._watches.items())
        return Report(self._url, seconds, renditions, self._findings.folded())


def _refuse(playlist: MediaPlaylist) -> None:
    for chunk in playlist.chunks:
        if chunk.key_method is not None:
            raise CannotListen(f"The stream is encrypted ({chunk.key_method}): this checker has no keys.")
        if chunk.byte_range:
            raise CannotListen("The stream's chunks are byte ranges of larger files, which this checker does not read.")
    if playlist.i_frames_only:
        raise CannotListen("This is a playlist of pictures (EXT-X-I-FRAMES-ONLY) without sound.")


def _summary(name: str, watch: Watch, track: Track | None) -> RenditionReport:
    measured = track.measured if track else None
    counts = track.verdict.counts if track else {}
    return RenditionReport(
        name=name,
        chunks=track.chunks if track else 0,
        media_s=round(track.media_s, 3) if track else 0.0,
        codec=measured.codec if measured else None,
        sample_rate=track.sample_rate if track else None,
        channels=track.channels if track else None,
        peak_bit_rate=measured.peak if measured else 0,
        average_bit_rate=measured.average if measured else 0,
        integrated_lufs=track.loudness.integrated_lufs if track else None,
        true_peak_dbtp=track.loudness.true_peak_dbtp if track else None,
        silent_s=round(track.silent_s, 3) if track else 0.0,
        clicks=counts.get("click", 0),
        dropouts=counts.get("dropout", 0),
        repeats=counts.get("repeat", 0),
        over_full_scale=track.over_full_scale if track else 0,
        behind=watch.behind.quantiles,
        late=watch.late.quantiles,
        download=watch.download.quantiles,
    )
