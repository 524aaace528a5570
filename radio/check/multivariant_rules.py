"""Rules that a multivariant playlist must keep (RFC 8216 §4.3.4), and what it says about its renditions. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from radio.check.finding import Finding, error, note, warning
from radio.check.playlist import MultivariantPlaylist, Variant

AVERAGE_TOLERANCE = 1.1
"""Apple's authoring rules: a measured average may lie 10 % over AVERAGE-BANDWIDTH."""
GENEROUS = 2.0
"""A BANDWIDTH this many times the measured peak keeps a player from a rendition that it could have."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a variant really is. Rates in bit/s; `codec` is the RFC 6381 value of its sound, where it is known."""

    peak: int
    average: int
    codec: str | None


def check_multivariant(playlist: MultivariantPlaylist) -> Iterator[Finding]:
    """Everything that is wrong with the list by itself."""
    yield from playlist.problems
    if not playlist.variants:
        yield error("no-variants", "the multivariant playlist lists no variant", "RFC 8216 §4.3.4.2")
    groups = {item.attributes.get("GROUP-ID") for item in playlist.alternatives}
    for variant in playlist.variants:
        yield from _variant(variant, groups)
    for item in playlist.alternatives:
        missing = [name for name in ("TYPE", "GROUP-ID", "NAME") if not item.attributes.get(name)]
        if missing:
            yield error("media-attributes", f"EXT-X-MEDIA lacks {', '.join(missing)}", "RFC 8216 §4.3.4.1")


def check_truth(variant: Variant, measured: Measured) -> Iterator[Finding]:
    """BANDWIDTH, AVERAGE-BANDWIDTH and CODECS beside what was measured (§4.3.4.2)."""
    stated, average = variant.bandwidth, variant.average_bandwidth
    rule = "RFC 8216 §4.3.4.2"
    if stated is not None and measured.peak > stated:
        yield error("bandwidth", f"the peak bit rate is {measured.peak} bit/s, but BANDWIDTH says {stated}", rule)
    elif stated is not None and measured.peak * GENEROUS < stated:
        yield note("bandwidth", f"BANDWIDTH says {stated} bit/s, the highest peak was {measured.peak}", rule)
    if average is not None and measured.average > average * AVERAGE_TOLERANCE:
        message = f"the average bit rate is {measured.average} bit/s, but AVERAGE-BANDWIDTH says {average}"
        yield error("average-bandwidth", message, rule)
    if variant.codecs and measured.codec and not any(_same_codec(codec, measured.codec) for codec in variant.codecs):
        message = f"the sound is {measured.codec}, but CODECS says {','.join(variant.codecs)}"
        yield error("codecs", message, rule)


def _variant(variant: Variant, groups: set[str | None]) -> Iterator[Finding]:
    rule = "RFC 8216 §4.3.4.2"
    if not variant.bandwidth:
        yield error("no-bandwidth", f"the variant {variant.uri} has no BANDWIDTH", rule)
    if variant.bandwidth and variant.average_bandwidth and variant.average_bandwidth > variant.bandwidth:
        yield error("bandwidth", f"the variant {variant.uri} has an average above its peak", rule)
    if not variant.codecs:
        yield warning("no-codecs", f"the variant {variant.uri} has no CODECS", rule)
    group = variant.attributes.get("AUDIO")
    if group is not None and group not in groups:
        yield error("media-group", f"the variant {variant.uri} names the group {group!r}, which is not there", rule)


def _same_codec(stated: str, measured: str) -> bool:
    """HE-AAC may be stated as the LC core that it is built on; flac is written in two ways."""
    if measured in {"mp4a.40.5", "mp4a.40.29"}:
        return stated in {"mp4a.40.2", "mp4a.40.5", "mp4a.40.29"}
    if measured == "mp4a.40.34":
        return stated in {"mp4a.40.34", "mp4a.6B", "mp4a.69", "mp3"}
    return stated.lower() == measured.lower()
