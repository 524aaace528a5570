"""The engine against a server that does everything wrong that was ever seen: other versions, bad days, cut lines."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from radio.contracts import SAMPLE_RATE, Audio, Chain, PromptChange, Samples, SegmentPlan
from radio.engines.acestep_api import download, errand, pace
from radio.engines.acestep_api.engine import AceStepApiEngine, title
from radio.errors import DeadlineExceeded, GenerationError, OutOfMemory, Unavailable
from tests.engines.acestep_api.scripted_server import TURBO, Answer, Asked, Respond, Script, ok, refused, scripted, wav
from tests.fakes.signals import noise

LENGTH = 22 * SAMPLE_RATE
OVERLAP = 5 * SAMPLE_RATE
SOUND = wav(noise(0, LENGTH, 1))
START = SegmentPlan(1, "text2music", "calm, piano", 77, LENGTH, 0, 0, Chain(1, 1, (PromptChange(0, "calm"),)))
ONWARD = replace(START, index=2, task="repaint", overlap_samples=OVERLAP, position_samples=LENGTH - OVERLAP)


@contextmanager
def engine(script: Script, key: str = "", reference: str = "", max_retry: int = 2) -> Iterator[AceStepApiEngine]:
    script.sound = script.sound or SOUND
    with scripted(script):
        made = AceStepApiEngine(model=TURBO, url=script.url, key=key, reference=reference, max_retry=max_retry)
        try:
            yield made
        finally:
            made.close()


def make(api: AceStepApiEngine, plan: SegmentPlan = START, context: Samples | None = None) -> Samples:
    rendered = api.generate(plan, None if context is None else Audio(context), lambda _: None)
    assert len(rendered.audio) == plan.duration_samples
    return rendered.audio.samples


def first(count: int, answer: Answer, then: Respond) -> Respond:
    """`answer` for the first `count` times, and then the usual."""
    left = [count]

    def respond(asked: Asked) -> Answer:
        left[0] -= 1
        return answer if left[0] >= 0 else then(asked)

    return respond


# ── what is asked ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_parameters_go_by_their_official_names_and_the_source_is_uploaded() -> None:
    context = noise(0, OVERLAP, 5, 0.05)
    script = Script()
    with engine(script, key="secret") as api:
        plan = replace(ONWARD, bpm=91.6, key="A minor", lm="acestep-5Hz-lm-4B")
        script.sound = wav(np.concatenate([context, noise(0, LENGTH - OVERLAP, 6)]))
        make(api, plan, context)
    asked = script.last("/release_task")
    form, source = asked.form(), asked.source()
    assert asked.headers["authorization"] == "Bearer secret"
    assert form.items() >= {
        "task_type": "repaint", "repainting_start": "5", "repainting_end": "-1", "audio_duration": "22",
        "batch_size": "1", "audio_format": "wav", "model": TURBO, "thinking": "true", "lm_backend": "vllm",
        "lm_model_path": "acestep-5Hz-lm-4B", "prompt": "calm, piano", "lyrics": "[Instrumental]", "seed": "77",
        "use_random_seed": "false", "bpm": "92", "key_scale": "A minor", "inference_steps": "8",
    }.items()  # fmt: skip
    assert source.shape == (LENGTH, 2)
    assert np.abs(source[:OVERLAP] - context).max() < 1e-5, "the context first"
    assert not source[OVERLAP:].any(), "silence after it"


def test_a_chain_keeps_the_voice_of_its_beginning_as_reference() -> None:
    context = np.ascontiguousarray(noise(0, LENGTH, 1)[-OVERLAP:])
    script = Script()
    with engine(script) as api:
        make(api)
        assert b'name="reference_audio"' not in script.last("/release_task").body
        script.sound = wav(np.concatenate([context, noise(0, LENGTH - OVERLAP, 6)]))
        make(api, ONWARD, context)
        assert b'name="reference_audio"' in script.last("/release_task").body
        script.sound = SOUND
        make(api, replace(START, chain=replace(START.chain, number=2)))
        assert b'name="reference_audio"' not in script.last("/release_task").body, "a new chain has its own voice"


def test_a_reference_recording_is_sent_with_every_job(tmp_path: Path) -> None:
    (tmp_path / "voice.wav").write_bytes(wav(noise(0, SAMPLE_RATE, 9)))
    script = Script()
    with engine(script, reference=str(tmp_path / "voice.wav")) as api:
        api.warm_up()
        make(api)
    assert b'name="reference_audio"' in script.last("/release_task").body


def test_a_reference_recording_that_is_none_is_said_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "voice.wav").write_text("words")
    with (
        engine(Script(), reference=str(tmp_path / "voice.wav")) as api,
        pytest.raises(Unavailable, match=r"voice\.wav"),
    ):
        api.warm_up()


def test_a_title_is_the_prompts_first_words() -> None:
    assert title("slow piano, rain") == "Slow piano"
    assert title(", ") == "ACE-Step"
    assert len(title("word " * 100)) <= 61


# ── keys and models ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_version_that_wants_the_key_in_the_body_gets_it_there() -> None:
    script = Script()

    def release(asked: Asked) -> Answer:
        if asked.form().get("ai_token") != "secret":
            return refused(401, "Missing ai_token or Authorization header")
        return script.on_release_task(asked)

    script.routes["/release_task"] = release
    with engine(script, key="secret") as api:
        make(api)
        make(api)
    assert script.times("/release_task") == 3, "learned once"


def test_another_model_than_the_one_asked_for_is_refused_by_name() -> None:
    script = Script(dit="acestep-v15-base")
    with (
        engine(script) as api,
        pytest.raises(Unavailable, match="used acestep-v15-base instead of acestep-v15-turbo"),
    ):
        make(api)


def test_a_model_that_is_there_but_not_loaded_is_loaded_where_the_server_can_be_told() -> None:
    script = Script()
    listed = {"models": [{"name": "acestep-v15-sft", "is_loaded": True}, {"name": TURBO, "is_loaded": False}]}
    script.routes["/v1/models"] = lambda _: ok(listed)
    with engine(script) as api:
        with pytest.raises(Unavailable, match="cannot be told"):
            api.warm_up()
        script.routes["/v1/init"] = lambda _: ok({"message": "loaded"})
        api.warm_up()
    assert script.last("/v1/init").body == b'{"model":"acestep-v15-turbo"}'


# ── answers that are none ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"Internal Server Error", 500, "text/plain"),
        Answer(b'{"data": [{"task_id": "job-1", "sta'),
        ok(None, 500, "cache is locked"),
        ok([]),
        Answer(cut_after=0),
    ],
    ids=["500 as text", "malformed", "code 500 in 200", "no line", "reset"],
)
def test_a_question_that_is_answered_badly_is_asked_again(answer: Answer) -> None:
    script = Script()
    script.routes["/query_result"] = first(2, answer, script.on_query_result)
    with engine(script) as api:
        make(api)
    assert script.released == 1
    assert script.times("/query_result") == 3


def test_a_server_that_stumbles_over_every_question_is_quoted() -> None:
    script = Script()
    script.routes["/query_result"] = lambda _: Answer(b"Internal Server Error", 500, "text/plain")
    with engine(script) as api, pytest.raises(GenerationError, match=r"500.*Internal Server Error"):
        make(api)


def test_a_version_that_stumbles_over_uploads_is_quoted_and_not_asked_again() -> None:
    script = Script()
    script.routes["/release_task"] = lambda _: Answer(b"Internal Server Error", 500, "text/plain")
    with engine(script) as api, pytest.raises(GenerationError, match=r"/release_task \(500\)"):
        make(api)
    assert script.times("/release_task") == 1


def test_validation_errors_are_shown_in_bounded_length() -> None:
    script = Script()
    script.routes["/release_task"] = lambda _: refused(422, "bpm: not a number " * 100)
    with engine(script) as api, pytest.raises(GenerationError, match=r"\(422\): bpm: not a number") as caught:
        make(api)
    assert len(str(caught.value)) < 300


# ── releasing once ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_full_queue_is_asked_again_until_it_has_room() -> None:
    script = Script()
    script.routes["/release_task"] = first(2, refused(429, "Server busy: queue is full"), script.on_release_task)
    with engine(script) as api:
        make(api)
    assert script.released == 1


def test_a_release_whose_answer_was_lost_but_was_not_received_is_released_again_as_it_is() -> None:
    script = Script()
    script.routes["/release_task"] = first(1, Answer(cut_after=0), script.on_release_task)
    with engine(script) as api:
        make(api)
    assert [asked.form()["seed"] for asked in script.asked if asked.path == "/release_task"] == ["77", "77"]


def test_a_release_whose_answer_was_lost_though_received_is_released_once_more_with_another_seed() -> None:
    script = Script()

    def received(asked: Asked) -> Answer:
        answer = script.on_release_task(asked)
        return Answer(cut_after=0) if script.released == 1 else answer

    script.routes["/release_task"] = received
    with engine(script) as api:
        rendered = api.generate(START, None, lambda _: None)
    assert [asked.form()["seed"] for asked in script.asked if asked.path == "/release_task"] == ["77", "78"]
    assert any("answer to a release was lost" in note for note in rendered.provenance.notes)


# ── jobs that do not come back ─────────────────────────────────────────────────────────────────────────────────────


def unknown(asked: Asked) -> Answer:
    return ok([{"task_id": json.loads(asked.body)["task_id_list"][0], "result": "[]", "status": 0}])


def test_an_id_that_stays_unknown_is_released_again_and_then_given_up() -> None:
    script = Script()
    script.routes["/query_result"] = unknown
    with engine(script) as api, pytest.raises(GenerationError, match="again and again"):
        make(api)
    assert script.released == errand.MOST_LOSSES + 1


def test_without_counts_an_unknown_id_is_given_time_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errand, "PATIENCE_S", 0.6)
    script = Script()
    script.routes["/v1/stats"] = script.on_nothing
    script.routes["/query_result"] = first(
        3, ok([{"task_id": "job-1", "result": "[]", "status": 0}]), script.on_query_result
    )
    with engine(script) as api:
        make(api)
    assert script.released == 1, "a version that calls queued jobs unknown is not asked twice"


def test_a_job_that_is_never_done_ends_at_our_own_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "FIRST_LIMIT_S", 1.0)
    script = Script()
    script.routes["/query_result"] = lambda _: ok([{"task_id": "job-1", "result": '[{"file": ""}]', "status": 0}])
    began = time.monotonic()
    with engine(script) as api, pytest.raises(DeadlineExceeded, match="too long"):
        make(api)
    assert time.monotonic() - began < 3


def test_a_server_that_goes_away_for_good_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errand, "AWAY_S", 1.0)
    script = Script()
    script.routes["/query_result"] = lambda _: Answer(cut_after=0)
    with engine(script) as api, pytest.raises(Unavailable, match="gone for"):
        make(api)


def test_a_server_that_is_not_there_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errand, "AWAY_S", 0.5)
    api = AceStepApiEngine(model=TURBO, url="http://127.0.0.1:9")
    try:
        for ask in (api.warm_up, lambda: make(api)):
            with pytest.raises(Unavailable, match=r"nothing answers at http://127\.0\.0\.1:9"):
                ask()
    finally:
        api.close()


# ── results that are none ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("max_retry", [0, 1, 2, 4])
def test_a_failed_job_without_a_word_is_tried_again_and_then_shorter(max_retry: int) -> None:
    script = Script()
    script.routes["/query_result"] = lambda _: ok([{"task_id": f"job-{script.released}", "result": "[]", "status": 2}])
    with engine(script, max_retry=max_retry) as api, pytest.raises(GenerationError, match="it gives no reason"):
        make(api)
    lengths = [asked.form()["audio_duration"] for asked in script.asked if asked.path == "/release_task"]
    assert lengths == ["22"] * (max_retry + 1) + ["20"] * (max_retry + 1)


def test_a_full_gpu_is_told_as_such_and_not_asked_again() -> None:
    script = Script()
    failed = {"task_id": "job-1", "result": '[{"error": "Traceback\\nRuntimeError: CUDA out of memory."}]', "status": 2}
    script.routes["/query_result"] = lambda _: ok([failed])
    with engine(script) as api, pytest.raises(OutOfMemory, match="GPU is full: RuntimeError: CUDA out of memory"):
        make(api)
    assert script.released == 1


def test_with_a_language_model_that_fails_it_is_made_without_and_the_ladder_hears_of_it() -> None:
    script = Script()

    def query(asked: Asked) -> Answer:
        thinking = script.last("/release_task").form()["thinking"] == "true"
        task = f"job-{script.released}"
        failed = {"task_id": task, "result": '[{"error": "5Hz LM init failed"}]', "status": 2}
        return ok([failed if thinking else script.line(task)])

    script.routes["/query_result"] = query
    with engine(script) as api:
        plan = replace(START, lm="acestep-5Hz-lm-4B")
        rendered = api.generate(plan, None, lambda _: None)
        assert rendered.provenance.lm_failed
        assert rendered.provenance.lm == ""
        assert script.released == 3
        make(api, plan)
    assert script.released == 4, "the way that worked is taken at once"


@pytest.mark.parametrize(
    ("sound", "sentence"),
    [(b"", "empty file"), (b"RIFFnonsense", "not a sound file"), (wav(np.zeros((LENGTH, 2), np.float32)), "silence")],
    ids=["empty", "no sound file", "silent"],
)
def test_a_file_that_is_no_music_is_refused(sound: bytes, sentence: str) -> None:
    script = Script()
    script.routes["/v1/audio"] = lambda _: Answer(sound, kind="audio/wav")
    with engine(script) as api, pytest.raises(GenerationError, match=sentence):
        make(api)


def test_a_finished_job_without_a_file_is_a_failure() -> None:
    script = Script()
    script.routes["/query_result"] = lambda _: ok([script.line(f"job-{script.released}", file="")])
    with engine(script) as api, pytest.raises(GenerationError, match="made no file"):
        make(api)


def test_a_mono_result_at_another_rate_becomes_timeline_sound() -> None:
    tone = np.sin(np.arange(22 * 44_100) * 2 * np.pi * 440 / 44_100).astype(np.float32)[:, None] * 0.3
    script = Script(sound=wav(tone, 44_100))
    with engine(script) as api:
        samples = make(api)
    spectrum = np.abs(np.fft.rfft(samples[:SAMPLE_RATE, 0] * np.hanning(SAMPLE_RATE)))
    assert int(spectrum.argmax()) == 440
    assert np.array_equal(samples[:, 0], samples[:, 1])


def test_a_result_longer_than_the_plan_is_trimmed_and_a_rounding_shorter_one_is_filled() -> None:
    for samples in (LENGTH + 4000, LENGTH - 1900):
        with engine(Script(sound=wav(noise(0, samples, 1)))) as api:
            make(api)


# ── downloads ──────────────────────────────────────────────────────────────────────────────────────────────────────


def in_parts(script: Script, *, ranges: bool) -> Respond:
    """Breaks off after a third, each time. With `ranges` what is missing can be asked for, by the file's ETag."""

    def respond(asked: Asked) -> Answer:
        start = int(asked.headers.get("range", "bytes=0-").removeprefix("bytes=").removesuffix("-"))
        third = len(script.sound) // 3 + 1
        tag = {"ETag": '"one"'}
        if not ranges or not start:
            cut = None if not ranges and script.times("/v1/audio") > 2 else third
            return Answer(script.sound, kind="audio/wav", headers=tag, cut_after=cut)
        assert asked.headers["if-range"] == '"one"'
        rest = script.sound[start:]
        place = {"Content-Range": f"bytes {start}-{len(script.sound) - 1}/{len(script.sound)}"}
        return Answer(rest, 206, "audio/wav", tag | place, cut_after=third if len(rest) > third else None)

    return respond


@pytest.mark.parametrize("ranges", [True, False])
def test_a_download_that_breaks_off_goes_on_or_begins_again(ranges: bool) -> None:
    script = Script()
    script.routes["/v1/audio"] = in_parts(script, ranges=ranges)
    with engine(script) as api:
        samples = make(api)
    assert np.abs(samples - noise(0, LENGTH, 1)).max() < 1e-4
    assert script.times("/v1/audio") == 3
    assert script.released == 1


def test_a_download_that_always_breaks_off_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "PAUSE_S", 0.01)
    script = Script()
    script.routes["/v1/audio"] = lambda _: Answer(SOUND, kind="audio/wav", cut_after=100)
    with engine(script) as api, pytest.raises(GenerationError, match="broke off again and again"):
        make(api)


def test_a_download_that_drips_ends_at_our_own_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "FIRST_LIMIT_S", 1.0)
    script = Script()

    def drip(_: Asked) -> Answer:
        time.sleep(2.0)
        return Answer(SOUND, kind="audio/wav")

    script.routes["/v1/audio"] = drip
    began = time.monotonic()
    with engine(script) as api:
        with pytest.raises(DeadlineExceeded, match="too long"):
            make(api)
        assert time.monotonic() - began < 1.8


def test_a_file_that_is_gone_is_said_without_blaming_the_server() -> None:
    script = Script()
    script.routes["/v1/audio"] = lambda _: refused(404, "Audio file not found: /srv/a.wav")
    with engine(script) as api, pytest.raises(GenerationError, match=r"its result \(404\): Audio file not found"):
        make(api)


def test_a_result_on_another_server_is_not_fetched_for_the_key_would_go_along() -> None:
    script = Script()
    line = script.line("job-1", file="http://elsewhere.invalid/v1/audio?path=a")
    script.routes["/query_result"] = lambda _: ok([line])
    with engine(script, key="secret") as api, pytest.raises(GenerationError, match="another server"):
        make(api)


# ── plans ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_plan_that_makes_no_sense_is_refused_before_anybody_is_asked() -> None:
    script = Script()
    with engine(script) as api:
        for wrong in (replace(START, duration_samples=0), replace(START, overlap_samples=LENGTH)):
            with pytest.raises(GenerationError, match="overlap"):
                make(api, wrong)
    assert not script.asked
