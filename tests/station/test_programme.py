"""The programme: plans that follow from prompts and history alone."""

from __future__ import annotations

from radio.station.programme.plans import MAX_CHANGES, Programme, again

OVERLAP, LENGTH = 15 * 48_000, 60 * 48_000


def test_a_chain_starts_with_text_and_goes_on_by_repainting() -> None:
    first, programme = Programme(1, "calm").plan(LENGTH, OVERLAP, 0)
    second, _ = programme.plan(LENGTH, OVERLAP, LENGTH - OVERLAP)
    assert (first.task, first.overlap_samples, first.index) == ("text2music", 0, 0)
    assert (second.task, second.overlap_samples, second.index) == ("repaint", OVERLAP, 1)
    assert second.position_samples == LENGTH - OVERLAP
    assert first.chain == second.chain


def test_a_new_prompt_takes_over_where_the_overlap_ends() -> None:
    _, programme = Programme(1, "calm").plan(LENGTH, OVERLAP, 0)
    plan, programme = programme.steer("wild").plan(LENGTH, OVERLAP, 100)
    assert plan.prompt == "wild"
    assert [change.prompt for change in plan.chain.changes] == ["calm", "wild"]
    assert plan.chain.changes[-1].position_samples == 100 + OVERLAP
    assert programme.pending is None
    assert programme.prompt == "wild"


def test_of_several_prompts_the_last_one_wins() -> None:
    _, programme = Programme(1, "calm").plan(LENGTH, OVERLAP, 0)
    plan, _ = programme.steer("a").steer("b").plan(LENGTH, OVERLAP, 0)
    assert [change.prompt for change in plan.chain.changes] == ["calm", "b"]


def test_the_same_prompt_again_changes_nothing() -> None:
    _, programme = Programme(1, "calm").plan(LENGTH, OVERLAP, 0)
    plan, _ = programme.steer("calm").plan(LENGTH, OVERLAP, 0)
    assert len(plan.chain.changes) == 1


def test_a_re_roll_keeps_its_index_and_changes_its_seed() -> None:
    plan, _ = Programme(1, "calm").plan(LENGTH, OVERLAP, 0)
    second, third = again(plan), again(again(plan))
    assert second.index == third.index == plan.index
    assert (second.attempt, third.attempt) == (2, 3)
    assert len({plan.seed, second.seed, third.seed}) == 3


def test_an_index_is_never_used_twice_however_often_chains_begin() -> None:
    programme = Programme(1, "calm", next_index=7)
    indexes = []
    for k in range(10):
        plan, programme = programme.plan(LENGTH, OVERLAP, 0)
        indexes.append(plan.index)
        if k % 3 == 0:
            programme = programme.begin()
    assert indexes == list(range(7, 17))


def test_chains_differ_and_the_same_seed_gives_the_same_programme() -> None:
    first, programme = Programme(5, "calm").plan(LENGTH, OVERLAP, 0)
    other, _ = programme.begin().plan(LENGTH, OVERLAP, 0)
    assert other.chain.seed != first.chain.seed
    assert other.chain.number == first.chain.number + 1
    assert Programme(5, "calm").plan(LENGTH, OVERLAP, 0)[0] == first


def test_a_chain_that_was_steered_very_often_gives_way_to_a_new_one() -> None:
    _, programme = Programme(1, "calm").plan(LENGTH, OVERLAP, 0)
    tasks = []
    for k in range(MAX_CHANGES):
        plan, programme = programme.steer(f"prompt {k}").plan(LENGTH, OVERLAP, k)
        assert len(plan.chain.changes) <= MAX_CHANGES
        tasks.append(plan.task)
    assert tasks[-1] == "text2music"
    assert set(tasks[:-1]) == {"repaint"}


def test_a_seed_makes_the_same_music_whenever_it_comes() -> None:
    def seeds(programme: Programme) -> list[int]:
        found = []
        for k in range(3):
            plan, programme = programme.plan(LENGTH, OVERLAP, k * (LENGTH - OVERLAP))
            found += [plan.seed, plan.chain.seed]
        return found

    later = Programme(1, "calm", next_index=99, next_chain=7)
    assert seeds(Programme(2, "calm").reseed(5)) == seeds(later.reseed(5))
    assert seeds(later.reseed(5)) != seeds(later.reseed(6))
