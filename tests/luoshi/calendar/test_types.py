import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from luoshi.calendar.types import Start, Unit, Window


@pytest.mark.parametrize(
    ("window", "text"),
    [
        (Window(3, Unit.MONTH, Start.HAND_OVER), "3个月，自交办之日起"),
        (Window(10, Unit.WORKING_DAY, Start.RECEIPT), "10个工作日，自收到之日起"),
        (Window(5, Unit.NATURAL_DAY, Start.NOTICE), "5个自然日，自通知之日起"),
    ],
)
def test_reads_in_chinese(window: Window, text: str) -> None:
    assert str(window) == text


class Settings(BaseModel):
    reply: Window = Window(3, Unit.MONTH, Start.HAND_OVER)


def test_is_a_field_of_typed_settings() -> None:
    settings = Settings.model_validate({"reply": {"number": 6, "unit": "month", "start": "hand_over"}})
    assert settings.reply == Window(6, Unit.MONTH, Start.HAND_OVER)
    assert settings.model_dump(mode="json") == {"reply": {"number": 6, "unit": "month", "start": "hand_over"}}
    schema = TypeAdapter(Window).json_schema()
    assert schema["properties"]["number"] == {
        "maximum": 366,
        "minimum": 1,
        "title": "数量",
        "type": "integer",
    }
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": 0, "unit": "month", "start": "hand_over"},
        {"number": 367, "unit": "natural_day", "start": "hand_over"},
        {"number": "3", "unit": "month", "start": "hand_over"},
        {"number": 3, "unit": "week", "start": "hand_over"},
        {"number": 3, "unit": "month", "start": "birth"},
        {"number": 3, "unit": "month", "start": "hand_over", "extra": 1},
        {"number": 3, "unit": "month"},
    ],
)
def test_refuses_what_is_no_window(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({"reply": wrong})


def test_is_a_frozen_value() -> None:
    window = Window(3, Unit.MONTH, Start.HAND_OVER)
    assert {window: 1}[Window(3, Unit.MONTH, Start.HAND_OVER)] == 1
    with pytest.raises(AttributeError):
        window.number = 4  # type: ignore[misc]
