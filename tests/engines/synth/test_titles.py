"""Titles suit the style and differ from neighbour to neighbour."""

from __future__ import annotations

import itertools

from radio.engines.synth.style import GENRES, TEXTURES
from radio.engines.synth.titles import TEXTURE_WORDS, title_of
from tests.engines.synth.styles import style


def test_neighbouring_pieces_never_share_a_title() -> None:
    for genre in GENRES:
        titles = [title_of(3, style(genre), piece) for piece in range(60)]
        assert all(a != b for a, b in itertools.pairwise(titles))


def test_a_texture_alone_is_named_after_it() -> None:
    for texture in TEXTURES:
        assert title_of(3, style("ambient", texture_only=True, textures=(texture,)), 5) in TEXTURE_WORDS[texture]
