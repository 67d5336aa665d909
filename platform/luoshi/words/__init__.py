"""How a Chinese text becomes words that can be looked up, and a search phrase a query. Pure functions."""

from luoshi.words.cutting import (
    VERSION,
    Term,
    any_word_query,
    document_word,
    documents,
    phrase_query,
    phrase_terms,
    text_words,
    title_core,
)
from luoshi.words.numerals import numbers_written

__all__ = [
    "VERSION",
    "Term",
    "any_word_query",
    "document_word",
    "documents",
    "numbers_written",
    "phrase_query",
    "phrase_terms",
    "text_words",
    "title_core",
]
