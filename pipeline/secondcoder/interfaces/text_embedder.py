"""The embedders of `embedding.model` as a scikit-learn transformer: texts in, vectors out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from secondcoder.configuration import EmbeddingSettings, load_configuration
from secondcoder.domain.arrays import Vectors
from secondcoder.embedding.computed_by import weights_alone
from secondcoder.embedding.opening import open_embedder
from secondcoder.errors import ModelError
from secondcoder.interfaces.talk import talk_of

if TYPE_CHECKING:
    from secondcoder.embedding.embedder import Embedder


class TextEmbedder(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Texts to unit vectors, (n,) to (n, d) float32, as a study's settings under [embedding] have it.

    Args:
        model: name of an embedder ("minilm", which comes along; one that was fetched, or another package adds), or the folder of a
            sentence-transformers model. Nothing is downloaded.
        prompt: which of the folder's own prompts stands before every text.
        second, second_prompt: a second model, whose vectors stand beside the first one's; "" for none.
        runtime: "openvino" or "torch". precision: "auto", "fp32", "bf16" or "int8". device: of torch.
        cache: folder that keeps vectors, so that no text is computed twice, in whichever fold; None keeps none.

    Attributes:
        id_: name and hash of the weights, and what computed the vectors.
        views_: widths of the parts of a vector, where there are two models; else empty.

    A pickle holds settings and `id_`, neither weights nor texts; where the weights are other ones when it is used, ModelError.
    """

    def __init__(
        self,
        model: str = "minilm",
        *,
        prompt: str = "",
        second: str = "",
        second_prompt: str = "",
        runtime: str = "openvino",
        precision: str = "auto",
        device: str = "cpu",
        cache: str | Path | None = None,
    ) -> None:
        self.model, self.prompt = model, prompt
        self.second, self.second_prompt = second, second_prompt
        self.runtime, self.precision, self.device, self.cache = runtime, precision, device, cache

    def fit(self, X: Sequence[str] | None = None, y: object = None) -> Self:
        """Open the model; nothing is learned, and X is not looked at.

        Raises:
            ModelError: there is no such model, or its weights cannot be used.
        """
        self._opened = self._open()
        self.id_ = self._opened.id
        self.views_: tuple[int, ...] = tuple(getattr(self._opened, "views", ()))
        return self

    def transform(self, X: Sequence[str]) -> Vectors:
        """(n, d) float32 unit vectors, each of the whole of a text, whatever else is in X.

        Args:
            X: n texts, as list, array or Series, or a table of segments with a column `text`.
        """
        check_is_fitted(self, "id_")
        talk = talk_of(X)
        if talk is None and len(X):
            raise ValueError(
                "X holds no texts, and TextEmbedder embeds texts. Give numbers to the classifier as they are."
            )
        return self._embedder().embed(list(talk.texts) if talk else [])

    def __sklearn_tags__(self) -> Any:
        """Takes texts, 1-d, and learns nothing of them."""
        tags = super().__sklearn_tags__()
        tags.input_tags.string = tags.input_tags.one_d_array = True
        tags.input_tags.two_d_array = False
        tags.requires_fit = False
        return tags

    def __getstate__(self) -> dict[str, Any]:
        """Without the opened model."""
        return {name: value for name, value in super().__getstate__().items() if name != "_opened"}

    @property
    def _n_features_out(self) -> int:
        return self._embedder().width

    def _embedder(self) -> Embedder:
        opened: Embedder | None = getattr(self, "_opened", None)
        if opened is None:
            opened = self._open()
            if weights_alone(opened.id) != weights_alone(self.id_):
                raise ModelError(
                    f"The embedder was fitted with {self.id_}, and '{self.model}' is {opened.id} here, whose vectors mean something "
                    "else. Bring that model back, or fit again."
                )
            self._opened = opened
        return opened

    def _open(self) -> Embedder:
        given = {name: value for name, value in self.get_params(deep=False).items() if name != "cache"}
        settings = EmbeddingSettings.model_validate(load_configuration().embedding.model_dump() | given)
        return open_embedder(settings, None if self.cache is None else Path(self.cache))
