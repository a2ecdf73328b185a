"""Documents to token ids."""

from sklw2v.text._analysis import check_documents, make_analyzer, tokenized
from sklw2v.text._line_documents import LineDocuments
from sklw2v.text._parameters import (
    check_text_parameters,
    count_vectorizer,
    text_parameters,
    warn_of_lost_words,
    warn_of_single_words,
)
from sklw2v.text._phrases import PhraseTransformer
from sklw2v.text._shards import encode
from sklw2v.text._tables import TakesTables
from sklw2v.text._token_ids import Documents, TokenIds
from sklw2v.text._vocabulary import (
    Vocabulary,
    check_vocabulary,
    choose_words,
    document_frequencies,
    new_ids,
    prune,
    with_dropped,
)

__all__ = [
    "Documents",
    "LineDocuments",
    "PhraseTransformer",
    "TakesTables",
    "TokenIds",
    "Vocabulary",
    "check_documents",
    "check_text_parameters",
    "check_vocabulary",
    "choose_words",
    "count_vectorizer",
    "document_frequencies",
    "encode",
    "make_analyzer",
    "new_ids",
    "prune",
    "text_parameters",
    "tokenized",
    "warn_of_lost_words",
    "warn_of_single_words",
    "with_dropped",
]
