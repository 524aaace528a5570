"""What "no", "not", "only" and "very" reach to, in four languages."""

from __future__ import annotations

import pytest

from radio.engines.synth.prompt_reading import read


def turned(prompt: str) -> tuple[str, str]:
    """The words that are wanted and those that are not."""
    findings = read(prompt).findings
    wanted = " ".join(each.words for each in findings if not each.negated)
    return wanted, " ".join(each.words for each in findings if each.negated)


@pytest.mark.parametrize(
    ("prompt", "wanted", "unwanted"),
    [
        ("no drums, rain", "rain", "drums"),
        ("no drums rain", "rain", "drums"),
        ("without drums and bass", "", "drums and bass"),
        ("without piano and guitar", "", "piano guitar"),
        ("no piano or guitar or flute", "", "piano guitar flute"),
        ("no piano, guitar or flute", "", "piano guitar flute"),
        ("no piano, guitar, flute", "guitar flute", "piano"),
        ("no piano, guitar and flute", "guitar flute", "piano"),
        ("no drums and rain", "rain", "drums"),
        ("no drums with rain", "rain", "drums"),
        ("no drums but piano", "piano", "drums"),
        ("no loud drums, piano", "piano", "loud drums"),
        ("not too fast techno", "techno", "fast"),
        ("not sad but happy", "happy", "sad"),
        ("not sad and slow", "slow", "sad"),
        ("not sad or slow", "", "sad slow"),
        ("I don't want any drums, just piano", "piano", "drums"),
        ("piano w/o drums", "piano", "drums"),
        ("rain. no thunder. piano", "rain piano", "thunder"),
        ("no more than that, piano", "piano", ""),
        ("non-stop piano", "piano", ""),
        ("not only piano but strings", "piano strings", ""),
        ("№ 5 piano", "piano", ""),
        ("no one understands my sad piano", "sad piano", ""),
        ("ドラムなし、ピアノ", "ピアノ", "ドラム"),
        ("ピアノ、ドラムなし", "ピアノ", "ドラム"),
        ("ドラムとベースなし", "", "ドラム ベース"),
        ("ドラムもベースもなし", "", "ドラム ベース"),
        ("雨音とドラムなし", "雨音", "ドラム"),
        ("激しいドラムなし", "激しい", "ドラム"),
        ("ドラムの音がない曲", "", "ドラム"),
        ("暗くない", "", "暗く"),
        ("うるさくないピアノ", "ピアノ", "うるさく"),
        ("切ないピアノ", "切ない ピアノ", ""),
        ("途切れないピアノ", "途切れない ピアノ", ""),
        ("没有鼓，钢琴", "钢琴", "鼓"),
        ("没有鼓和贝斯", "", "鼓 贝斯"),
        ("没有鼓、贝斯，钢琴", "钢琴", "鼓 贝斯"),
        ("不太快", "", "快"),
        ("不错的钢琴", "钢琴", ""),
        ("без барабанов и баса, рояль", "рояль", "барабанов баса"),
        ("без барабанов, дождь", "дождь", "барабанов"),
        ("не грустный, а весёлый", "весёлый", "грустный"),
        ("не только рояль", "рояль", ""),
        ("🚫🥁 🎹", "🎹", "🥁"),
    ],
)
def test_a_no_reaches_just_far_enough(prompt: str, wanted: str, unwanted: str) -> None:
    assert turned(prompt) == (wanted, unwanted)


def degree(prompt: str) -> float:
    return read(prompt).findings[0].degree


def test_degrees_act_on_the_next_meaning_only() -> None:
    assert degree("very dark") > 1 > degree("slightly dark")
    assert degree("とても暗い") > 1 > degree("少し暗い")
    assert degree("очень тёмный") > 1 > degree("немного тёмный")
    assert degree("很黑暗") > 1 > degree("有点黑暗")
    assert [each.degree for each in read("very dark, happy").findings][1] == 1


@pytest.mark.parametrize(
    ("prompt", "kind"),
    [
        ("just rain", "texture"), ("rain only", "texture"), ("雨だけ", "texture"), ("只有雨声", "texture"),
        ("только дождь", "texture"), ("piano only", "instrument"), ("solo violin", "instrument"),
        ("ピアノソロ", "instrument"), ("only drums", "kit"), ("nothing but soft piano", "instrument"),
    ],
)  # fmt: skip
def test_only_belongs_to_the_thing_beside_it(prompt: str, kind: str) -> None:
    assert kind in read(prompt).only


def test_only_with_nothing_beside_it_means_nothing() -> None:
    assert read("only the lonely, just so").only == frozenset()


def test_japanese_is_cut_at_the_longest_words() -> None:
    assert turned("雨音とローファイピアノソロ")[0] == "雨音 ローファイ ピアノ"
    assert turned("ブロックチェーン")[0] == ""
    assert turned("夜風のハープ")[0] == "夜風 ハープ"


def test_unknown_words_are_told_and_small_words_are_not() -> None:
    assert read("a qwertz of the piano, ブロンズのピアノ です").unknown == ("qwertz", "ブロンズ")
    assert read("make me some nice music, please").unknown == ()


def test_saying_a_thing_twice_adds_nothing() -> None:
    assert len(read("rain " * 300).findings) == 1
