"""What every part of a rubric is made of: points, texts, ranges, and the refusal of unknown keys.

Points are kept as integer hundredths (`扣 2.5 分` is 250), so that sums never depend on their order.
"""

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema, model_validator

from qa_audit.mistakes import mistake

HUNDREDTHS = 100
MOST_POINTS = 10_000


def _hundredths(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise mistake("E204", wanted="一个数,如 5 或 2.5", wanted_en="a number such as 5 or 2.5")
    try:
        scaled = Decimal(str(value)) * HUNDREDTHS
    except InvalidOperation:
        scaled = Decimal("NaN")
    if not scaled.is_finite() or scaled != scaled.to_integral_value() or not 0 <= scaled <= MOST_POINTS * HUNDREDTHS:
        raise mistake("E205", most=MOST_POINTS)
    return int(scaled)


def in_points(hundredths: int) -> int | float:
    """Return points as a person writes them: 250 hundredths are 2.5, 500 are 5."""
    return hundredths / HUNDREDTHS if hundredths % HUNDREDTHS else hundredths // HUNDREDTHS


def _number(value: object) -> object:
    """Refuse what pydantic would take for a number: true, and numbers in quotes."""
    if isinstance(value, bool | str):
        raise mistake("E204", wanted="数字,不加引号", wanted_en="a number without quotes")
    return value


def _texts(value: object) -> object:
    """Take one phrase or a list of them; a bare number is the text that was typed."""
    items = value if isinstance(value, list | tuple) else [value]
    return [str(item) if isinstance(item, int) and not isinstance(item, bool) else item for item in items]


def listed(value: object) -> object:
    """Take one thing for a list of one."""
    return value if isinstance(value, list | tuple) else [value]


_TEXT = {"type": ["string", "integer"]}
_ONE_OR_MORE = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}

Points = Annotated[
    int,
    BeforeValidator(_hundredths),
    PlainSerializer(in_points),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": MOST_POINTS, "multipleOf": 0.01}),
]
Texts = Annotated[tuple[str, ...], BeforeValidator(_texts), WithJsonSchema(_ONE_OR_MORE)]
Number = Annotated[float, Field(allow_inf_nan=False), BeforeValidator(_number)]
Whole = Annotated[int, BeforeValidator(_number)]
Count = Annotated[int, Field(ge=1, le=10_000), BeforeValidator(_number)]
Ident = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,63}$")]


class Part(BaseModel):
    """A frozen part of a rubric that refuses unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())


def check_range(at_least: float | None, at_most: float | None) -> None:
    """Refuse a range that no value lies in."""
    if at_least is not None and at_most is not None and at_least > at_most:
        raise mistake("E304", at_least=f"{at_least:g}", at_most=f"{at_most:g}")


class Range(Part):
    """A range of numbers, limits inclusive; at least one limit."""

    at_least: Number | None = Field(None, description="不小于(含)")
    at_most: Number | None = Field(None, description="不大于(含)")

    @model_validator(mode="after")
    def _limited(self) -> "Range":
        if self.at_least is None and self.at_most is None:
            raise mistake("E303", where=type(self).__name__)
        check_range(self.at_least, self.at_most)
        return self


def given(part: Part, *names: str) -> list[str]:
    """Return which of the fields hold something."""
    return [name for name in names if _something(getattr(part, name))]


def _something(value: Any) -> bool:
    return value is not None and value is not False and value != ()
