"""A model's tokenizer in, the port `TokenCounter` out: where each token of a text ends."""

from collections.abc import Sequence

from tokenizers import Tokenizer

from infra.models.model_folder import ModelFolder


def open_tokenizer(model: ModelFolder) -> Tokenizer:
    """The model's tokenizer with its own truncation and padding off.

    The published file cuts at 128 tokens and pads to 128, half of what the model takes; whoever reads it as it is
    loses text without a word.
    """
    tokenizer = Tokenizer.from_file(str(model.tokenizer))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def pad_id(tokenizer: Tokenizer, model: ModelFolder) -> int:
    """Id of the token that fills a row of a batch; any will do where the model has none, since it is masked."""
    return tokenizer.token_to_id(model.manifest.padding) or 0


class TokenizerTokenCounter:
    """Counts as the embedder does."""

    def __init__(self, tokenizer: Tokenizer, max_tokens: int) -> None:
        self._tokenizer = tokenizer
        self.max_tokens = max_tokens

    def token_ends(self, text: str) -> Sequence[int]:
        """End offset of each token in Unicode code points, without special tokens."""
        encoded = self._tokenizer.encode(text, add_special_tokens=False)
        return [end for _, end in encoded.offsets]


def open_token_counter(model: ModelFolder) -> TokenizerTokenCounter:
    """A counter whose limit is what the model leaves to a passage, after the prefix that is put before each."""
    tokenizer = open_tokenizer(model)
    prefix = tokenizer.encode(model.manifest.passage_prefix, add_special_tokens=False)
    return TokenizerTokenCounter(tokenizer, model.manifest.max_tokens - len(prefix.ids))
