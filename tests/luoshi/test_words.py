"""Words of a text and of a search phrase."""

import pytest

from luoshi.words import phrase_query, text_words


def test_a_text_is_kept_as_its_pairs_and_the_last_character_of_each_run() -> None:
    assert text_words("修建涵洞。") == sorted(["修建", "建涵", "涵洞", "洞"])


def test_latin_words_and_numbers_are_kept_whole_in_parts_and_in_one_spelling() -> None:
    assert text_words("Ｇ２０７国道 WiFi") == sorted(["g207", "g", "207", "国道", "道", "wifi"])
    assert text_words("PM2.5 1,200") == sorted(["pm2.5", "pm", "2", "5", "1200"])


def test_a_word_that_a_line_breaks_is_kept_whole() -> None:
    assert "桥改" in text_words("危桥\n  改造")
    assert "桥改" not in text_words("危桥。\n改造")
    assert "桥改" not in text_words("危桥\n\n改造")


@pytest.mark.parametrize("text", ["三百八十万元", "380万元", "380 万元", "３８０万元"])
def test_a_number_is_kept_in_one_spelling(text: str) -> None:
    assert "3800000元" in text_words(text)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("百分之八点八", "8.8%"),
        ("三千一百多人", "3100人"),
        ("二〇二六年", "2026年"),
        ("第十二号", "12号"),
        ("一亿二千万元", "120000000元"),
        ("两万零五百户", "20500户"),
        ("江交函〔2026〕1号", "2026-1号"),
        ("江交函(２０２６)01号", "2026-1号"),
    ],
)
def test_numbers_in_letters_and_of_documents(text: str, word: str) -> None:
    assert word in text_words(text)


def test_a_unit_is_kept_under_its_short_name_too() -> None:
    words = text_words("江水县交通运输局")
    assert {"县交", "交通", "通局", "运输", "输局"} <= set(words)
    assert phrase_query("县交通局") == phrase_query("县交通运输局") == "'交通' & '通局'"


def test_the_words_of_a_question_are_asked_for_only_where_nothing_else_is() -> None:
    assert phrase_query("怎么解决停车难") == phrase_query("停车难") == "'停车' & '车难'"
    assert phrase_query("怎么") == "'怎么'"
    assert phrase_query("解决") == "'解决'"


def test_every_word_of_a_query_can_be_marked() -> None:
    assert phrase_query("停车 5G 一百户", "题:") == (
        "('题:100户' | '题:一百' & '题:百户') & '题:停车' & '题:5g'"
    )


def test_a_text_without_words_has_none() -> None:
    assert text_words("……  ！") == []


@pytest.mark.parametrize(
    ("phrase", "query"),
    [
        ("涵洞", "'涵洞'"),
        ("三见面", "'三见' & '见面'"),
        ("桥", "'桥':*"),
        ("G207 国道", "'g207' & '国道'"),
        ("农村道路养护经费", "'农村' & '道路' & '养护' & '经费'"),
        ("'涵洞' | ! & ( ) : * \\", "'涵洞'"),
        ("加装电剃", "'加装' & '电剃'"),
        ("wifi", "'wifi':*"),
        ("", ""),
        ("《》、。", ""),
    ],
)
def test_a_phrase_asks_for_every_word_of_it(phrase: str, query: str) -> None:
    assert phrase_query(phrase) == query
