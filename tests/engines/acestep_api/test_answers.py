"""Reading answers: every shape that versions of the official server give, and those that none should."""

from __future__ import annotations

import json

import pytest

from radio.engines.acestep_api import answers
from radio.engines.acestep_api.trouble import LONGEST_QUOTE, ServerFault
from radio.errors import GenerationError

ITEM = {
    "file": "/v1/audio?path=%2Fa.wav",
    "status": 1,
    "seed_value": "7,8",
    "lm_model": "checkpoints/acestep-5Hz-lm-4B",
    "dit_model": "acestep-v15-sft",
    "metas": {"bpm": 92, "keyscale": "C Major", "duration": 60.0},
}


def wrapped(data: object, code: int = 200) -> dict[str, object]:
    return {"data": data, "code": code, "error": None, "timestamp": 1, "extra": None}


@pytest.mark.parametrize("code", [0, 200])
@pytest.mark.parametrize("fields", [{"task_id": "a", "queue_position": 3}, {"job_id": "a", "queue_position": "3"}])
def test_a_ticket_is_read_in_both_shapes(code: int, fields: dict[str, object]) -> None:
    assert answers.ticket(wrapped(fields, code)) == answers.Ticket("a", 3)
    assert answers.ticket(fields) == answers.Ticket("a", 3)


def test_http_200_with_code_500_is_an_error_in_the_servers_own_words() -> None:
    with pytest.raises(ServerFault, match="error 500: queue broke"):
        answers.ticket({"data": None, "code": 500, "error": "queue broke"})


@pytest.mark.parametrize(
    "body", [None, [], "yes", {}, wrapped(None), wrapped({"task_id": ""}), wrapped({"task_id": 3})]
)
def test_a_ticket_without_a_number_is_refused(body: object) -> None:
    with pytest.raises(GenerationError, match="no number"):
        answers.ticket(body)


@pytest.mark.parametrize("result", [json.dumps([ITEM]), [ITEM], json.dumps(ITEM), ITEM])
def test_a_finished_job_is_read_whether_its_result_is_text_or_not(result: object) -> None:
    job = answers.job(wrapped([{"task_id": "a", "status": 1, "result": result}]), "a")
    assert (job.state, job.known, job.file) == ("done", True, "/v1/audio?path=%2Fa.wav")
    assert (job.seed, job.lm, job.dit, job.bpm, job.key) == (7, "acestep-5Hz-lm-4B", "acestep-v15-sft", 92, "C Major")


@pytest.mark.parametrize("result", ["[]", "", None, []])
def test_an_unknown_job_runs_as_far_as_the_server_says_but_is_not_known(result: object) -> None:
    job = answers.job(wrapped([{"task_id": "a", "status": 0, "result": result}]), "a")
    assert (job.state, job.known) == ("running", False)


def test_a_running_job_tells_how_far_it_is_in_newer_versions() -> None:
    item = {"file": "", "status": 0, "progress": 0.4, "stage": "running"}
    job = answers.job(wrapped([{"task_id": "a", "status": 0, "result": json.dumps([item])}]), "a")
    assert (job.state, job.known, job.progress) == ("running", True, 0.4)


def test_a_failed_job_tells_the_last_line_of_its_traceback() -> None:
    item = {"file": "", "status": 2, "error": "Traceback\n  File x\nRuntimeError: CUDA out of memory\n"}
    job = answers.job(wrapped([{"task_id": "a", "status": 2, "result": json.dumps([item])}]), "a")
    assert (job.state, job.error) == ("failed", "RuntimeError: CUDA out of memory")


def test_a_failed_job_without_text_is_a_failed_job() -> None:
    assert answers.job(wrapped([{"task_id": "a", "status": 2, "result": "[]"}]), "a").state == "failed"


def test_na_and_nonsense_in_the_music_data_are_nothing() -> None:
    item = ITEM | {"metas": {"bpm": "N/A", "keyscale": "N/A"}, "seed_value": "", "lm_model": None}
    job = answers.job(wrapped([{"task_id": "a", "status": 1, "result": [item]}]), "a")
    assert (job.bpm, job.key, job.seed, job.lm) == (None, "", None, "")


def test_a_seed_above_two_to_the_fifty_three_is_exact() -> None:
    item = ITEM | {"seed_value": str(2**53 + 1)}
    assert answers.job(wrapped([{"task_id": "a", "status": 1, "result": [item]}]), "a").seed == 2**53 + 1


@pytest.mark.parametrize(
    "body",
    [
        wrapped([]),
        wrapped([{"task_id": "b", "status": 1}]),
        wrapped([{"task_id": "a", "status": 9, "result": "[]"}]),
        wrapped([{"task_id": "a", "status": 1, "result": "{nonsense"}]),
        wrapped("running"),
    ],
)
def test_a_job_that_cannot_be_read_is_refused(body: object) -> None:
    with pytest.raises(GenerationError):
        answers.job(body, "a")


def test_models_are_read_wrapped_and_as_openai_lists_them() -> None:
    ours = wrapped(
        {"models": [{"name": "acestep-v15-turbo", "is_default": True}], "default_model": "acestep-v15-turbo"}
    )
    openai = {"object": "list", "data": [{"id": "acemusic/acestep-v15-turbo", "name": "ACE-Step acestep-v15-turbo"}]}
    for body in (ours, openai, wrapped([{"id": "acestep-v15-turbo"}])):
        found = answers.models(body)
        assert found.names == found.loaded == {"acestep-v15-turbo"}


def test_newer_versions_tell_what_is_loaded_and_what_thinks() -> None:
    fields = {
        "models": [{"name": "acestep-v15-turbo", "is_loaded": True}, {"name": "acestep-v15-sft", "is_loaded": False}],
        "lm_models": [
            {"name": "acestep-5Hz-lm-4B", "is_loaded": True},
            {"name": "acestep-5Hz-lm-0.6B", "is_loaded": False},
        ],
    }
    found = answers.models(wrapped(fields))
    assert found.names == {"acestep-v15-turbo", "acestep-v15-sft"}
    assert found.loaded == {"acestep-v15-turbo"}
    assert found.lms == {"acestep-5Hz-lm-4B"}


def test_a_list_of_models_that_is_none_is_refused() -> None:
    with pytest.raises(GenerationError, match="cannot be read"):
        answers.models(wrapped({"models": "many"}))


def test_stats_that_lack_everything_count_nothing() -> None:
    assert answers.stats(wrapped({})) == answers.Stats()
    assert answers.stats({"jobs": {"total": "2", "queued": 1, "running": 1}}).busy


def test_the_words_of_a_server_are_bounded_and_on_one_line() -> None:
    with pytest.raises(ServerFault) as caught:
        answers.unwrap({"data": None, "code": 500, "error": "long\n" * 1000})
    assert len(str(caught.value)) < LONGEST_QUOTE + 80
    assert "\n" not in str(caught.value)
