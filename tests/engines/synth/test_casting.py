"""Who plays which part."""

from __future__ import annotations

from radio.engines.synth.casting import PARTS, Orders, Part, cast_band, give_parts, members
from radio.engines.synth.dice import Dice
from radio.engines.synth.profiles import PROFILES
from radio.engines.synth.style import Instrument

DICE_SEEDS = range(20)


def bands(genre: str, orders: Orders) -> list[dict[Part, Instrument | None]]:
    return [cast_band(PROFILES[genre], orders, Dice(seed, "band")) for seed in DICE_SEEDS]


def test_soloists_lead_and_keyboards_accompany() -> None:
    assert give_parts(["piano", "violin"], ()) == {"lead": "violin", "chords": "piano"}
    assert give_parts(["flute", "acoustic_guitar"], ()) == {"lead": "flute", "chords": "acoustic_guitar"}
    assert give_parts(["koto", "flute"], ()) == {"lead": "flute", "chords": "koto"}


def test_one_name_takes_the_part_it_suits() -> None:
    expected: dict[Instrument, Part] = {
        "piano": "lead", "warm_pad": "pad", "upright_bass": "bass", "pluck": "chords", "strings": "pad",
    }  # fmt: skip
    for player, part in expected.items():
        assert list(give_parts([player], ())) == [part]


def test_a_cello_is_a_bass_beside_a_violin() -> None:
    assert give_parts(["violin", "cello", "piano"], ()) == {"lead": "violin", "bass": "cello", "chords": "piano"}


def test_parts_that_must_be_silent_are_given_to_nobody() -> None:
    silent: frozenset[Part] = frozenset(("bass",))
    assert "bass" not in give_parts(["electric_bass", "piano"], silent)
    assert all(band["bass"] is None for band in bands("house", Orders(silent=silent)))


def test_the_refused_never_play_and_others_step_in() -> None:
    for name in ("piano", "guitar", "synth", "strings", "flute"):
        for genre in PROFILES:
            for band in bands(genre, Orders(unwanted=(name,)))[:4]:
                assert not set(band.values()) & set(members(name))
    assert all(band["lead"] and band["chords"] for band in bands("piano", Orders(unwanted=("piano",))))


def test_nobody_plays_where_the_genre_has_nobody() -> None:
    assert all(band["pad"] is None for band in bands("jazz", Orders()))


def test_only_the_named_play_when_they_must_be_alone() -> None:
    for band in bands("folk", Orders(wanted=("violin",), only=True)):
        assert band == {"lead": "violin", "chords": None, "pad": None, "bass": None}
    for band in bands("house", Orders(wanted=("piano",), only=True)):
        assert band == {"lead": "piano", "chords": "piano", "pad": None, "bass": "piano"}


def test_a_word_for_several_instruments_means_the_genres_own() -> None:
    assert {band["lead"] for band in bands("folk", Orders(wanted=("guitar",)))} == {"acoustic_guitar"}
    assert {band["lead"] for band in bands("synthwave", Orders(wanted=("guitar",)))} == {"electric_guitar"}
    assert {band["bass"] for band in bands("jazz", Orders(wanted=("bass",)))} == {"upright_bass"}


def test_a_dozen_names_are_as_quick_as_one() -> None:
    many: tuple[str, ...] = ("violin", "piano", "flute", "harp", "cello", "trumpet", "organ", "bells", "koto", "choir")
    band = cast_band(PROFILES["classical"], Orders(wanted=many), Dice(1, "band"))
    assert all(band[part] for part in PARTS)
    assert set(band.values()) <= {*many, "strings", "upright_bass"}
