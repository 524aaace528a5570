"""The encoder's command line, built with ffmpeg-python. Pure: it starts nothing.

One ffmpeg encodes all renditions from one input. It writes chunks as `<rendition>-<number>.m4s` and headers as
`<rendition>-init.mp4` into its working directory, each under a temporary name first, and one short playlist per chunk
to stdout: nobody reads those playlists, they ring when a chunk is complete.
"""

from __future__ import annotations

from collections.abc import Sequence

import ffmpeg

from radio.contracts import CHANNELS, SAMPLE_RATE, Rendition

CHUNK_STEP_SAMPLES = 4096
"""A chunk length is a multiple of this: whole AAC frames (1024) and whole FLAC frames (4096)."""


def hls_argv(ffmpeg_path: str, renditions: Sequence[Rendition], chunk_samples: int) -> list[str]:
    """The whole command. Input: f32le stereo at 48 kHz on stdin."""
    source = ffmpeg.input("pipe:0", format="f32le", ar=SAMPLE_RATE, ac=CHANNELS)
    outputs = [_output(source, rendition, chunk_samples) for rendition in renditions]
    options = ("-hide_banner", "-nostats", "-loglevel", "error")
    joined = ffmpeg.merge_outputs(*outputs).global_args(*options)
    return [str(part) for part in joined.compile(cmd=ffmpeg_path)]


def hls_time(chunk_samples: int) -> str:
    """Seconds, rounded down to ffmpeg's microseconds: it cuts at the first frame not before n times this.

    Exact for multiples of 12288, like the default. Any other length slips a frame after some 32,000 chunks; that chunk
    is not delivered, and the encoder is started again without a gap (DESIGN §5.4).
    """
    whole, micros = divmod(chunk_samples * 1_000_000 // SAMPLE_RATE, 1_000_000)
    return f"{whole}.{micros:06}"


def chunk_file(rendition: str, number: int) -> str:
    return f"{rendition}-{number}.m4s"


def init_file(rendition: str) -> str:
    return f"{rendition}-init.mp4"


def _output(
    source: ffmpeg.nodes.FilterableStream, rendition: Rendition, chunk_samples: int
) -> ffmpeg.nodes.OutputStream:
    return ffmpeg.output(
        source.audio,
        "pipe:1",
        acodec=rendition.codec,
        audio_bitrate=rendition.bit_rate,
        format="hls",
        hls_time=hls_time(chunk_samples),
        hls_list_size=1,
        hls_segment_type="fmp4",
        hls_flags="temp_file",
        hls_fmp4_init_filename=init_file(rendition.name),
        hls_segment_filename=f"{rendition.name}-%d.m4s",
    )
