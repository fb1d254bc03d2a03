"""What conditions can say of a value, by the form in which they look at it.

A negation (`is_not`, `contains_not`, `ne`, `is_unknown`) is the exact opposite: it also holds where there is no value,
or none of that form. `is_empty` and `is_not_empty` are no opposites: both want a value. Comparisons of numbers, times,
yes and no never hold where the value has no such form.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from minilens.measure.events.operand import Form
from minilens.measure.filters import OPERATORS as OF_FILTERS
from minilens.text import Text

#: How many values stand behind an operator.
Values = Literal["none", "one", "two", "some"]


@dataclass(frozen=True)
class Operator:
    """`sql` over {x}, the value in its form, and {v}, what is bound. `denies`: the operator it is the opposite of."""

    title: Text
    form: Form
    values: Values
    sql: str = ""
    denies: str = ""


_LIKE = "arrayExists(y -> positionCaseInsensitiveUTF8({x}, y) > 0, {v})"
_EITHER = "arrayExists(y -> {}({{x}}, y), {{v}})"
OPERATORS: dict[str, Operator] = {
    "is": Operator(OF_FILTERS["is"].title, "text", "some", "{x} IN {v}"),
    "is_not": Operator(OF_FILTERS["is_not"].title, "text", "some", denies="is"),
    "contains": Operator(OF_FILTERS["contains"].title, "text", "some", _LIKE),
    "contains_not": Operator(OF_FILTERS["contains_not"].title, "text", "some", denies="contains"),
    "starts_with": Operator(OF_FILTERS["starts_with"].title, "text", "some", _EITHER.format("startsWith")),
    "ends_with": Operator(Text("结尾是", "ends with"), "text", "some", _EITHER.format("endsWith")),
    "is_known": Operator(OF_FILTERS["is_known"].title, "text", "none", "{x} IS NOT NULL"),
    "is_unknown": Operator(OF_FILTERS["is_unknown"].title, "text", "none", denies="is_known"),
    "is_empty": Operator(Text("为空文本", "is empty"), "text", "none", "{x} = ''"),
    "is_not_empty": Operator(Text("不为空文本", "is not empty"), "text", "none", "{x} != ''"),
    "eq": Operator(Text("等于", "="), "number", "some", "{x} IN {v}"),
    "ne": Operator(Text("不等于", "≠"), "number", "some", denies="eq"),
    "gt": Operator(Text("大于", ">"), "number", "one", "{x} > {v}[1]"),
    "gte": Operator(Text("大于等于", "≥"), "number", "one", "{x} >= {v}[1]"),
    "lt": Operator(Text("小于", "<"), "number", "one", "{x} < {v}[1]"),
    "lte": Operator(Text("小于等于", "≤"), "number", "one", "{x} <= {v}[1]"),
    "between": Operator(Text("介于（含两端）", "is between"), "number", "two", "{x} BETWEEN {v}[1] AND {v}[2]"),
    "is_true": Operator(Text("为是", "is true"), "truth", "none", "{x} = true"),
    "is_false": Operator(Text("为否", "is false"), "truth", "none", "{x} = false"),
    "before": Operator(Text("早于", "is before"), "moment", "one", "{x} < {v}[1]"),
    "from": Operator(Text("不早于", "is at or after"), "moment", "one", "{x} >= {v}[1]"),
}  # fmt: skip
#: Form → the type of its values in the statement.
TYPES: dict[Form, str] = {
    "text": "Array(String)", "number": "Array(Float64)", "moment": "Array(Int64)", "truth": "",
}  # fmt: skip
#: The operators of what was sent, which may be of any type; of columns that are one thing only some of them.
ALL = tuple(OPERATORS)
OF_CHOICE = ("is", "is_not", "is_known", "is_unknown")
OF_TEXT = tuple(name for name, one in OPERATORS.items() if one.form == "text")
OF_NUMBER = (*(n for n, one in OPERATORS.items() if one.form == "number"), "is_known", "is_unknown")
