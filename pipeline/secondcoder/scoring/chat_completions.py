"""A language model behind an OpenAI-compatible address on this machine (llama.cpp, Ollama, vLLM, LM Studio), asked yes or no.

The probability is that of "Yes" beside "No" among the first token's candidates (`logprobs` of the chat completions protocol:
https://platform.openai.com/docs/api-reference/chat). A server that does not give these is asked for a number instead.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np

from secondcoder.configuration import ScorerSettings
from secondcoder.domain.arrays import Floats
from secondcoder.domain.plugins import Part
from secondcoder.errors import ModelError, StudyError
from secondcoder.scoring.loopback import loopback_address
from secondcoder.scoring.scorer import Question

if TYPE_CHECKING:
    import httpx

TYPE = "chat-completions"
ROLE = "You code passages of interview transcripts with the codes of a codebook, exactly as they are defined."
ASK = "Code\n{definition}\n\nPassage\n{passage}\n\n{how}"
YES_OR_NO = "Does this code apply to the passage? Answer with one word, Yes or No."
NUMBER = "How likely is it that this code applies to the passage? Answer with a number from 0 to 100 and nothing else."
CANDIDATES = 10
LENGTH = 8
PATIENCE = 10
"""Tokens of the first place that are looked at; tokens of an answer; answers in a row that may be nonsense."""


class ChatCompletionScorer:
    """Asks one question at a time; nothing is sent anywhere but to a loopback address, by no proxy, and no redirect is followed.

    Raises:
        StudyError: the address is not on this machine, or no model is named.
    """

    def __init__(self, settings: ScorerSettings) -> None:
        if not settings.model:
            raise StudyError(f"A scorer of type '{TYPE}' needs `model`, the name of the model as its server has it.")
        self._model, self._timeout = settings.model, settings.timeout
        # A model that is compared with its successor may do with kept answers, its section being gone.
        self._url = loopback_address(settings.url) if settings.url else ""
        self._by_number = False
        self._nonsense = 0

    @property
    def id(self) -> str:
        """Type, number of the wording, and the model's name."""
        return f"{TYPE}/1:{self._model}"

    @property
    def how_asked(self) -> dict[str, str]:
        """Settings in words, and the SHA-256 of the prompts without passage and definition."""
        prompts = "\n".join((ROLE, ASK, YES_OR_NO, NUMBER))
        return {
            "settings": f"temperature 0, answers of at most {LENGTH} tokens, the {CANDIDATES} likeliest first tokens read",
            "prompts_sha256": sha256(prompts.encode()).hexdigest(),
        }

    def probabilities(self, questions: Sequence[Question]) -> Floats:
        """(n,); nan where an answer is neither yes nor no, nor a number.

        Raises:
            ModelError: the server does not answer, or not in the protocol, or only nonsense.
        """
        return np.array([self._probability(passage, definition) for passage, definition in questions], dtype=np.float64)

    def describe(self) -> str:
        """The sentence for the methods section."""
        return (
            f"The language model {self._model}, run on the same machine, was asked of each passage whether the code's definition "
            "applies."
        )

    def _probability(self, passage: str, definition: str) -> float:
        choice = self._choice(passage, definition)
        if not self._by_number and not choice.get("logprobs"):
            self._by_number = True
            choice = self._choice(passage, definition)
        answer = str(choice["message"].get("content") or "")
        found = _of_number(answer) if self._by_number else _of_tokens(choice)
        self._nonsense = self._nonsense + 1 if math.isnan(found) else 0
        if self._nonsense >= PATIENCE:
            asked = "a number from 0 to 100" if self._by_number else "Yes or No"
            raise ModelError(
                f"The model '{self._model}' at {self._url} was asked for {asked} and gave something else {PATIENCE} times in a row, "
                f"last '{answer[:60]}'. Name a model that follows instructions and answers at once, without thinking aloud."
            )
        return found

    def _choice(self, passage: str, definition: str) -> Mapping[str, Any]:
        """The first choice of the server's answer."""
        how = NUMBER if self._by_number else YES_OR_NO
        # A lone surrogate, as a damaged file may hold, has no UTF-8.
        asked = ASK.format(definition=definition, passage=passage, how=how).encode("utf-8", "replace").decode()
        wanted: dict[str, Any] = {} if self._by_number else {"logprobs": True, "top_logprobs": CANDIDATES}
        messages = [{"role": "system", "content": ROLE}, {"role": "user", "content": asked}]
        body = {"model": self._model, "messages": messages, "temperature": 0, "max_tokens": LENGTH, **wanted}
        answer = self._post(body)
        try:
            choice: Mapping[str, Any] = answer.json()["choices"][0]
            choice["message"].get("content")
        except (ValueError, LookupError, TypeError, AttributeError):
            raise ModelError(
                f"{self._url} answers, but not in the OpenAI chat completions protocol: '{answer.text[:60]}'. The address usually "
                "ends in /v1. Answers so far are kept."
            ) from None
        return choice

    def _post(self, body: Mapping[str, Any]) -> httpx.Response:
        import httpx

        if not self._url:
            raise StudyError(
                f"The scorer with model '{self._model}' has no `url`, and not all of its answers are kept. Set the address of its "
                "server, such as http://127.0.0.1:11434/v1"
            )
        try:
            answer = self._client.post(f"{self._url}/chat/completions", json=body)
        except httpx.TimeoutException:
            raise ModelError(
                f"The model's server at {self._url} gave no answer within {self._timeout:g} seconds. Raise `timeout` in its section, "
                "or use a smaller model; answers so far are kept."
            ) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ModelError(
                f"The model's server at {self._url} cannot be reached ({error}). Start it and run the same command again; answers so "
                "far are kept."
            ) from None
        if answer.is_redirect:
            raise ModelError(
                f"The model's server at {self._url} sends on to {answer.headers.get('location')}, which is not followed: talk stays "
                "where you said. Nothing was sent there."
            )
        if answer.is_error:
            raise ModelError(
                f"The model's server at {self._url} refuses with {answer.status_code}: '{answer.text[:200]}'. Does it have a model "
                f"'{self._model}'? Answers so far are kept."
            )
        return answer

    @cached_property
    def _client(self) -> httpx.Client:
        import httpx

        # Without trust_env no proxy, and no password of a .netrc file, is taken from the environment.
        return httpx.Client(trust_env=False, follow_redirects=False, timeout=self._timeout)


def _of_tokens(choice: Mapping[str, Any]) -> float:
    """Probability of yes beside no among the candidates for the first word; nan where neither is one."""
    share = {"yes": 0.0, "no": 0.0}
    try:
        first: Any = next((place for place in choice["logprobs"]["content"] if place["token"].strip()), {})
        for candidate in first.get("top_logprobs") or [first]:
            word = candidate.get("token", "").strip(" \t\n\"'*.").casefold()
            if word in share:
                share[word] += math.exp(min(candidate["logprob"], 0.0))
    except (LookupError, TypeError, AttributeError):
        return math.nan
    total = sum(share.values())
    return share["yes"] / total if total else math.nan


def _of_number(answer: str) -> float:
    """Of an answer from 0 to 100; nan where it is none."""
    found = re.fullmatch(r"\D{0,20}?(\d{1,3}(?:\.\d+)?)\s*%?\D*", answer.strip())
    number = float(found[1]) if found else math.nan
    return number / 100 if number <= 100 else math.nan


PART = Part(TYPE, ChatCompletionScorer)
