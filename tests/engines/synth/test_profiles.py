"""Profiles are tasteful bounds, and what is drawn from them stays within."""

from __future__ import annotations

from itertools import pairwise

import pytest

from radio.engines.synth.profile import FEELS, Profile
from radio.engines.synth.profiles import PROFILES, SAFE, TEMPO_SUITS
from radio.engines.synth.style import GENRES
from radio.engines.synth.understanding import understand


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_is_well_formed(name: str) -> None:
    profile = PROFILES[name]
    assert 40 <= profile.bpm[0] < profile.bpm[1] <= 200
    assert all(0 <= low <= high <= 1 for low, high in (getattr(profile.feel, field) for field in FEELS))
    assert set(profile.meters) <= {3, 4}
    assert all((profile.modes, profile.lead, profile.chords, profile.pad, profile.bass, profile.kit, profile.textures))
    assert any(profile.chords)
    assert any(profile.bass)


def test_the_twelve_genres_are_profiles_of_their_own() -> None:
    assert [PROFILES[genre].genre for genre in GENRES] == list(GENRES)


def test_neighbours_share_no_name() -> None:
    names = [profile.name for profile in PROFILES.values()]
    assert len(set(names)) == len(names)


def test_the_tempo_votes_cover_every_tempo() -> None:
    tops = [top for top, _ in TEMPO_SUITS]
    assert tops[-1] > 200
    assert all(low < high for low, high in pairwise(tops))


def test_what_an_unknown_prompt_gets_is_calm() -> None:
    assert all(PROFILES[name].feel.energy[1] <= 0.55 for name in SAFE)


SAYABLE = (
    "ambient", "lofi", "classical", "jazz", "house", "techno", "synthwave", "dnb", "folk", "chiptune", "drone",
    "bossa_nova", "trance", "vaporwave", "trip_hop", "celtic", "cinematic", "deep_house", "japanese", "jungle",
)  # fmt: skip
"""Profiles whose name is a word for them."""


def strays(profile: Profile, prompt: str) -> list[str]:
    style = understand(prompt)
    checks = {
        "genre": style.genre == profile.genre,
        "bpm": profile.bpm[0] <= style.bpm <= profile.bpm[1],
        "mode": style.mode in profile.modes,
        "lead": style.lead in profile.lead,
        "chords": style.chords in profile.chords,
        "pad": style.pad in profile.pad,
        "bass": style.bass in profile.bass,
        "kit": style.kit in profile.kit,
        "meter": style.beats_per_bar in profile.meters,
        "textures": set(style.textures) <= set(profile.textures),
        **{
            field: getattr(profile.feel, field)[0] - 1e-3
            <= getattr(style, field)
            <= getattr(profile.feel, field)[1] + 1e-3
            for field in FEELS
        },
    }
    return [name for name, fine in checks.items() if not fine]


@pytest.mark.parametrize("name", SAYABLE)
def test_the_hash_stays_within_the_genre(name: str) -> None:
    for number in range(30):
        prompt = f"{name.replace('_', ' ')} blorp{number}"
        assert strays(PROFILES[name], prompt) == [], prompt
