"""Sentence-transformers folders made from parts with random weights: small, and of no use but to see that they are read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

TALK = "the desk room was cold no we had a computer in it query : talk"
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
WORDS = [*SPECIAL, *TALK.split(" ")]
PROMPTS = {"question": "query : ", "talk": "talk : "}


def transformer_folder(path: Path, pooling: str = "mean", window: int = 16, seed: int = 0, **settings: Any) -> Path:
    """A BERT of two layers, width 32, with a pooling, a dense layer to 24 and prompts, as `save` writes it."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Dense, Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    bare = path.with_name(f"{path.name}-bare")
    bare.mkdir(parents=True)
    (bare / "vocab.txt").write_text("\n".join(WORDS), encoding="utf-8")
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(WORDS), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64
    )
    BertModel(config).save_pretrained(bare)
    BertTokenizerFast(vocab_file=str(bare / "vocab.txt")).save_pretrained(bare)
    parts = [Transformer(str(bare), max_seq_length=window), Pooling(32, pooling_mode=pooling), Dense(32, 24)]
    SentenceTransformer(modules=parts, prompts=PROMPTS, device="cpu", **settings).save(str(path))
    return path


def static_folder(path: Path, seed: int = 0) -> Path:
    """A vector of 12 numbers for each word, averaged: no window."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import StaticEmbedding
    from tokenizers import Tokenizer, models, pre_tokenizers

    tokenizer = Tokenizer(models.WordLevel({word: at for at, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    torch.manual_seed(seed)
    part = StaticEmbedding(tokenizer, embedding_weights=torch.randn(len(WORDS), 12))
    SentenceTransformer(modules=[part], device="cpu").save(str(path))
    return path


def edit_json(path: Path, **changes: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes), encoding="utf-8")
