"""What Wagtail's own Chinese leaves in English, an editor reads in Chinese all the same."""

import gettext
import re
from pathlib import Path

import pytest
from django.utils.translation import gettext as translated
from django.utils.translation import override

import luoshi_cms

FOLDER = Path(luoshi_cms.__file__).parent / "locale" / "zh_Hans" / "LC_MESSAGES"
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')


def entries(path: Path) -> dict[str, tuple[str, str]]:
    """What a .po file says, by what it translates; the English of many beside it, or nothing."""
    found = {}
    for block in path.read_text(encoding="utf-8").split("\n\n")[1:]:
        parts = re.split(r"^(msgid_plural|msgid|msgstr(?:\[0\])?) ", block, flags=re.M)
        texts = {
            key: "".join(STRING.findall(text)).replace('\\"', '"')
            for key, text in zip(parts[1::2], parts[2::2], strict=True)
        }
        chinese = texts.get("msgstr", texts.get("msgstr[0]", ""))
        found[texts["msgid"]] = chinese, texts.get("msgid_plural", "")
    return found


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_the_compiled_file_says_what_the_text_file_says(domain: str) -> None:
    """msgfmt makes one of the other; whoever changes the text has to run it."""
    with (FOLDER / f"{domain}.mo").open("rb") as file:
        catalog = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    compiled = {key[0] if isinstance(key, tuple) else key: text for key, text in catalog.items() if key}
    said = {english: chinese for english, (chinese, _) in entries(FOLDER / f"{domain}.po").items()}
    assert len(said) > 10
    assert compiled == said


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_every_entry_is_chinese_and_keeps_its_placeholders(domain: str) -> None:
    placeholder = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
    for english, (chinese, plural) in entries(FOLDER / f"{domain}.po").items():
        assert set(placeholder.findall(chinese)) <= set(placeholder.findall(english + plural)), english
        words = re.sub(r"<[^>]*>", "", placeholder.sub("", chinese))
        assert re.findall("[A-Za-z]+", words.replace("JavaScript", "")) == [], english


def test_they_are_what_is_read() -> None:
    with override("zh-hans"):
        assert translated("Search all pages…") == "查找页面…"
        assert translated("Account") == "修改密码"
