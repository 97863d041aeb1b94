"""The chat completions client beside a real server on loopback: what it asks, what it makes of answers, and what it refuses."""

from __future__ import annotations

import math
import time
from typing import Any

import pytest
from secondcoder.configuration import ScorerSettings
from secondcoder.errors import ModelError, StudyError
from secondcoder.scoring import chat_completions
from secondcoder.scoring.chat_completions import ChatCompletionScorer
from support.model_server import ModelServer, says, serving, weighs

DEFINITION = "Room: where the work is done\nExcludes: waiting rooms"
PASSAGES = ["We have no desk.", "Il n’y a pas de place 😀", "\ud800 alone", ""]
QUESTIONS = [(passage, DEFINITION) for passage in PASSAGES]


def _scorer(server: ModelServer, **changes: Any) -> ChatCompletionScorer:
    return ChatCompletionScorer(
        ScorerSettings(type="chat-completions", **{"model": "small", "url": server.url, **changes})
    )


def test_probability_is_that_of_yes_beside_no() -> None:
    with serving(lambda body: weighs(**{"Yes": 0.5, " yes": 0.1, "No": 0.2, "Maybe": 0.2})) as server:
        assert _scorer(server).probabilities(QUESTIONS) == pytest.approx([0.6 / 0.8] * 4)
    paths, bodies = zip(*server.asked, strict=True)
    assert set(paths) == {"/v1/chat/completions"}
    assert all((body["model"], body["temperature"], body["logprobs"]) == ("small", 0, True) for body in bodies)
    for passage, prompt in zip(PASSAGES, server.prompts, strict=True):
        assert DEFINITION in prompt
        assert passage.replace("\ud800", "?") in prompt


def test_a_server_without_probabilities_is_asked_for_a_number_from_then_on() -> None:
    def reply(body: dict[str, Any]) -> Any:
        return says("Yes." if "Yes or No" in body["messages"][-1]["content"] else "  70 %")

    with serving(reply) as server:
        assert _scorer(server).probabilities(QUESTIONS) == pytest.approx([0.7] * 4)
    assert ["Yes or No" in prompt for prompt in server.prompts] == [True, False, False, False, False]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [("0", 0), ("100%", 1), ("Likelihood: 35.5", 0.355), ("101", math.nan), ("no idea", math.nan), ("", math.nan)],
)
def test_numbers(answer: str, expected: float) -> None:
    with serving(lambda body: says(answer)) as server:
        assert _scorer(server).probabilities(QUESTIONS[:1]) == pytest.approx([expected], nan_ok=True)


def test_an_answer_beside_the_point_is_unknown_and_many_of_them_stop() -> None:
    replies = iter([weighs(Yes=0.9, No=0.1), *[weighs(I=0.9, As=0.1)] * 40])
    with serving(lambda body: next(replies)) as server:
        scorer = _scorer(server)
        assert scorer.probabilities(QUESTIONS[:2]) == pytest.approx([0.9, math.nan], nan_ok=True)
        with pytest.raises(
            ModelError, match=r"asked for Yes or No and gave something else 10 times in a row, last 'I'"
        ):
            scorer.probabilities(QUESTIONS * 5)


@pytest.mark.parametrize(
    "logprobs", [{"content": []}, {"content": None}, {"content": [{"token": "Yes"}]}, {"content": [3]}, {"x": 1}]
)
def test_probabilities_in_no_known_form_are_unknown(logprobs: Any) -> None:
    with serving(lambda body: says("Yes", logprobs=logprobs)) as server:
        assert math.isnan(_scorer(server).probabilities(QUESTIONS[:1])[0])


@pytest.mark.parametrize(
    "answer", [{"response": "Yes"}, [], {"choices": []}, {"choices": [{"text": "Yes"}]}, "Yes", None]
)
def test_another_protocol_is_named(answer: Any) -> None:
    with (
        serving(lambda body: answer) as server,
        pytest.raises(ModelError, match=r"not in the OpenAI chat completions protocol.*/v1"),
    ):
        _scorer(server).probabilities(QUESTIONS)


def test_no_json_at_all() -> None:
    page = (200, {"Content-Type": "text/html"}, "<h1>Döner</h1>".encode("latin-1"))
    with (
        serving(lambda body: page) as server,
        pytest.raises(ModelError, match="not in the OpenAI chat completions protocol"),
    ):
        _scorer(server).probabilities(QUESTIONS)


def test_a_refusal_is_passed_on_with_the_models_name() -> None:
    refusal = (404, {}, b'{"error": {"message": "model not found"}}')
    with (
        serving(lambda body: refusal) as server,
        pytest.raises(ModelError, match=r"404.*model not found.*a model 'small'"),
    ):
        _scorer(server).probabilities(QUESTIONS)


def test_a_redirect_is_not_followed() -> None:
    with serving(lambda body: weighs(Yes=1.0)) as elsewhere:
        away = (307, {"Location": f"{elsewhere.url}/chat/completions"}, b"")
        with serving(lambda body: away) as server, pytest.raises(ModelError, match=r"sends on to .* not followed"):
            _scorer(server).probabilities(QUESTIONS)
        assert elsewhere.asked == []


def test_no_proxy_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(lambda body: weighs(No=1.0)) as proxy, serving(lambda body: weighs(Yes=1.0)) as server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url.removesuffix("/v1"))
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        assert _scorer(server).probabilities(QUESTIONS[:1]) == [1.0]
        assert proxy.asked == []


def test_a_slow_server() -> None:
    def reply(body: dict[str, Any]) -> Any:
        time.sleep(0.5)
        return weighs(Yes=1.0)

    with serving(reply) as server, pytest.raises(ModelError, match=r"no answer within 0\.05 seconds\. Raise `timeout`"):
        _scorer(server, timeout=0.05).probabilities(QUESTIONS)


def test_a_server_that_is_gone() -> None:
    with serving(lambda body: weighs(Yes=1.0)) as server:
        scorer = _scorer(server)
        scorer.probabilities(QUESTIONS[:1])
    with pytest.raises(ModelError, match=r"cannot be reached .*Start it and run the same command again"):
        scorer.probabilities(QUESTIONS)


def test_a_server_that_dies_in_the_midst_of_an_answer() -> None:
    half = (200, {"Content-Type": "application/json", "Transfer-Encoding": "chunked"}, b"1f\r\n{")
    with serving(lambda body: half) as server, pytest.raises(ModelError, match="cannot be reached"):
        _scorer(server).probabilities(QUESTIONS)


def test_settings_that_cannot_work_are_refused_before_anything_is_asked() -> None:
    with pytest.raises(StudyError, match="needs `model`"):
        ChatCompletionScorer(ScorerSettings(type="chat-completions", url="http://127.0.0.1/v1"))
    with pytest.raises(StudyError, match="has no `url`"):
        ChatCompletionScorer(ScorerSettings(type="chat-completions", model="small")).probabilities(QUESTIONS)
    with pytest.raises(StudyError, match="another machine"):
        ChatCompletionScorer(ScorerSettings(type="chat-completions", model="small", url="http://192.168.0.7/v1"))


def test_the_hash_of_the_prompts_follows_their_words_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(**settings: str) -> dict[str, str]:
        return ChatCompletionScorer(ScorerSettings(type="chat-completions", **{"model": "small", **settings})).how_asked

    before = asked()
    assert len(bytes.fromhex(before["prompts_sha256"])) == 32
    assert asked(model="other", url="http://127.0.0.1:1/v1") == before
    for words in ("ROLE", "ASK", "YES_OR_NO", "NUMBER"):
        with monkeypatch.context() as patch:
            patch.setattr(chat_completions, words, "Other words")
            assert asked()["prompts_sha256"] != before["prompts_sha256"]
    with serving(lambda body: weighs(Yes=0.9, No=0.1)) as server:
        _scorer(server).probabilities(QUESTIONS[:1])
    (_, body), said = server.asked[0], before["settings"]
    assert f"temperature {body['temperature']}" in said
    assert f"at most {body['max_tokens']} tokens" in said
    assert f"the {body['top_logprobs']} likeliest" in said
