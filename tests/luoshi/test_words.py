"""Words of a text and of a search phrase."""

import pytest

from luoshi.words import phrase_query, text_words


def test_a_text_is_kept_as_its_pairs_and_the_last_character_of_each_run() -> None:
    assert text_words("修建涵洞。") == sorted(["修建", "建涵", "涵洞", "洞"])


def test_latin_words_and_numbers_are_kept_whole_and_in_one_spelling() -> None:
    assert text_words("Ｇ２０７国道 WiFi") == sorted(["g207", "国道", "道", "wifi"])


def test_a_text_without_words_has_none() -> None:
    assert text_words("……  ！") == []


@pytest.mark.parametrize(
    ("phrase", "query"),
    [
        ("涵洞", "'涵洞'"),
        ("三见面", "'三见' & '见面'"),
        ("桥", "'桥':*"),
        ("G207 国道", "'g207':* & '国道'"),
        ("农村道路养护经费", "'农村' & '道路' & '养护' & '经费'"),
        ("'涵洞' | ! & ( ) : * \\", "'涵洞'"),
        ("", ""),
        ("《》、。", ""),
    ],
)
def test_a_phrase_asks_for_every_word_of_it(phrase: str, query: str) -> None:
    assert phrase_query(phrase) == query
