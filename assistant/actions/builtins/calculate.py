"""Arithmetic in words and digits, and conversion of units. simpleeval and pint live only here."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from assistant.actions.outcome import Context, Outcome, Slots, Thing, text_of
from assistant.errors import ActionError
from assistant.language import spoken
from assistant.language.numbers import in_digits

if TYPE_CHECKING:
    from pint import UnitRegistry

_LARGEST = 1e300
"""Bound of a result: a float ends at 1.8e308, and a larger power would take minutes to work out."""

_SIGNS = str.maketrans(
    {"\N{MULTIPLICATION SIGN}": "*", "\N{DIVISION SIGN}": "/", "\N{MINUS SIGN}": "-", "\u00b2": "**2"}
)

_WORDS: tuple[tuple[str, str], ...] = tuple(
    (rf"(?<![a-z]){words}(?![a-z])", symbol)
    for words, symbol in (
        (r"(?:the )?(?:result|value|sum|product) of", ""),
        (r"percent of|per cent of|% of", "/100*"),
        (r"percent|per cent", "/100"),
        (r"half of|half", "1/2*"),
        (r"a third of", "1/3*"),
        (r"a quarter of", "1/4*"),
        (r"(\d+) 3rds? of", r"\1/3*"),
        (r"(\d+) quarters? of", r"\1/4*"),
        (r"(?:multiplied by|times|x)", "*"),
        (r"(?:divided by|over)", "/"),
        (r"(?:plus|added to|and)", "+"),
        (r"(?:minus|less|take away|subtract)", "-"),
        (r"negative", "-"),
        (r"(?:modulo|mod)", "%"),
        (r"(?:to the power of|raised to the power of|raised to|to the power|power of|to the)", "**"),
        (r"squared", "**2"),
        (r"cubed", "**3"),
        (r"(?:the )?(?:square root|root) of", "sqrt "),
        (r"(?:the )?cube root of", "cbrt "),
        (r"(?:the )?(?:factorial of)", "factorial "),
        (r"of", "*"),
        (r"pi", "pi"),
    )
)
_FUNCTION = re.compile(r"(sqrt|cbrt|factorial) +(-?[\d.]+)")
_CHANGE = re.compile(r"^(?:what is )?(?P<base>[\d.]+) (?P<way>plus|minus) (?P<part>[\d.]+) ?(?:%|percent|per cent)$")
_OFF = re.compile(r"([\d.]+) ?(?:%|percent|per cent) off (?:of )?([\d.]+)")
_LEGAL = re.compile(r"[\d\s+\-*/%().]|sqrt|cbrt|factorial|pi|e(?=[+-]\d)")


# -- arithmetic -------------------------------------------------------------------------------


def calculate(slots: Slots, arguments: Mapping[str, str], _: Context) -> Outcome:
    """Work out `expression`, or the slots in their order; `with: {form: "sqrt({number})"}` puts them together."""
    words = (
        spoken.fill(arguments["form"], slots, {})
        if "form" in arguments
        else " ".join(map(spoken.plain, slots.values()))
    )
    expression = parse(words)
    if expression is None:
        return Outcome(f"I can't work out {words.strip() or 'that'}.", ok=False)
    value = evaluate(expression)
    result = spoken_number(value)
    return Outcome(f"That's {result}.", {"result": result, "expression": expression}, focus=(Thing(result),))


def parse(words: str) -> str | None:
    """Rewrite a sum as an expression of digits and signs, None where it holds anything else.

    >>> parse("two plus three times four"), parse("15% of 80"), parse("the square root of 81"), parse("my age")
    ('2 + 3 * 4', '15/100* 80', 'sqrt(81)', None)
    """
    text = re.sub(r"(?<=\d),(?=\d{3})", "", words.casefold()).translate(_SIGNS)
    text = re.sub(r"(?<=\d),(?=\d)", ".", text)
    text = in_digits(re.sub(r"(?<=\w)\s*([+*/])\s*(?=\w)", r" \1 ", text)).replace("^", "**")
    text = _CHANGE.sub(lambda m: f"{m['base']} * (1 {'+' if m['way'] == 'plus' else '-'} {m['part']}/100)", text)
    text = _OFF.sub(r"\2 * (1 - \1/100)", text)
    for pattern, symbol in _WORDS:
        text = re.sub(pattern, symbol, text)
    text = re.sub(r"(?<=\d)\s*%(?!\s*\d)", "/100", text)
    text = re.sub(r"(\d+) factorial|(\d+)\s*!", r"factorial \1\2", text)
    text = re.sub(r"(?<=\*\*) *(\d+)(?:st|nd|rd|th)(?: power)?", r"\1", text)
    text = " ".join(_FUNCTION.sub(r"\1(\2)", text).strip(" =?.").split())
    return text if re.search(r"\d|pi", text) and not _LEGAL.sub("", text) else None


def evaluate(expression: str) -> float:
    """Compute an expression of `parse`.

    Raises:
        ActionError: it is no sum, divides by zero, or is too large to work out.
    """
    from simpleeval import DEFAULT_OPERATORS, InvalidExpression, SimpleEval

    operators = {**DEFAULT_OPERATORS, ast.Pow: _power}
    functions = {"sqrt": math.sqrt, "cbrt": lambda x: math.copysign(abs(x) ** (1 / 3), x), "factorial": _factorial}
    try:
        value = SimpleEval(operators=operators, functions=functions, names={"pi": math.pi}).eval(expression)
        if isinstance(value, int | float) and abs(value) > _LARGEST:
            raise OverflowError
    except ZeroDivisionError as error:
        raise ActionError("Nothing can be divided by zero.") from error
    except (OverflowError, MemoryError) as error:
        raise ActionError("That is too large a number for me.") from error
    except (InvalidExpression, SyntaxError, TypeError, ValueError, ArithmeticError, RecursionError) as error:
        raise ActionError("I can't work that out.") from error
    if isinstance(value, complex) or not math.isfinite(value):
        raise ActionError("I can't work that out.")
    return value if isinstance(value, int) else float(value)


def spoken_number(value: float) -> str:
    """Write a result as it is said: `1,234.5`, `3.333333`, `about 1.27 times 10 to the 30`."""
    if abs(value) >= 1e15 or 0 < abs(value) < 1e-6:
        digits, _, power = f"{value:.2e}".partition("e")
        return f"about {spoken.number(float(digits))} times 10 to the {int(power)}"
    shown = f"{round(value, 6 if abs(value) < 1e6 else 2):,.6f}".rstrip("0").rstrip(".")
    return "0" if shown == "-0" else shown


def _power(base: float, power: float) -> float:
    if abs(power) > 1000 or abs(power) * math.log10(max(abs(base), 1)) > math.log10(_LARGEST):
        raise OverflowError
    return base**power  # type: ignore[no-any-return]  # typeshed: int ** int may be either


def _factorial(value: float) -> int:
    if value > 170:
        raise OverflowError
    return math.factorial(int(value)) if value == int(value) else math.factorial(-1)


# -- units ------------------------------------------------------------------------------------

_PLURALS = {
    "foot": "feet",
    "inch": "inches",
    "stone": "stone",
    "hertz": "hertz",
    "horsepower": "horsepower",
    "century": "centuries",
}
_SMALLER = {"foot": "inch", "stone": "pound", "pound": "ounce"}
"""Unit of the second number in `five foot ten`."""

_PINT = {
    "degree Celsius": "degC",
    "degree Fahrenheit": "degF",
    "kelvin": "kelvin",
    "tonne": "metric_ton",
    "calorie": "kilocalorie",
}


def convert(slots: Slots, _: Mapping[str, str], __: Context) -> Outcome:
    """Convert `amount` of `from_unit` (and `more` of `more_unit`) to `to_unit`; the amount is 1 where none is said."""
    amount, more = slots.get("amount", 1), slots.get("more", 0)
    source, target = text_of(slots, "from_unit"), text_of(slots, "to_unit")
    if not isinstance(amount, int | float) or not isinstance(more, int | float) or not source or not target:
        return Outcome("Tell me an amount and two units.", ok=False)
    extra = text_of(slots, "more_unit") or (_SMALLER.get(source, "") if more else "")
    try:
        value = _converted(amount, source, target) + (_converted(more, extra, target) if extra else 0)
    except OverflowError:
        value = math.inf
    if abs(value) > _LARGEST or abs(amount) > _LARGEST:
        raise ActionError("That is too large a number for me.")
    question = quantity(amount, source) + (f" {quantity(more, extra)}" if extra else "")
    answer = quantity(value, target)
    return Outcome(f"{question} is {answer}.", {"result": answer}, focus=(Thing(answer),))


def quantity(amount: float, unit: str) -> str:
    """Write an amount with its unit as it is said: `16.09 kilometers`, `1 square foot`, `68 degrees Fahrenheit`."""
    shown = _rounded(amount)
    head, of, rest = unit.partition(" per ") if " per " in unit else ("", "", "")
    first = (head or unit).split()
    noun = 0 if first[0] == "degree" else -1
    if shown != "1":
        first[noun] = _PLURALS.get(first[noun], f"{first[noun]}s")
    return f"{shown} {' '.join(first)}{of}{rest}"


def _rounded(value: float) -> str:
    size = abs(value)
    if size >= 1 or not size:
        places = 0 if size >= 10_000 or not size else 1 if size >= 1000 else 2
    else:
        places = 2 - math.floor(math.log10(size))
    return spoken_number(round(value, places))


def _converted(amount: float, source: str, target: str) -> float:
    import pint

    units = _units()
    try:
        quantity = units.Quantity(amount, _pint_name(source))
        if quantity.check("[temperature]") and quantity.to("kelvin").magnitude < 0:
            raise ActionError("There is no such temperature: nothing is colder than -273.15 degrees Celsius.")
        if source == "ounce" and not quantity.check(units(_pint_name(target)).dimensionality):
            quantity = units.Quantity(amount, "fluid_ounce")
        return float(quantity.to("fluid_ounce" if _is_fluid(quantity, target) else _pint_name(target)).magnitude)
    except pint.DimensionalityError as error:
        raise ActionError(
            f"{spoken.sentence(_plural(source))} and {_plural(target)} do not measure the same thing."
        ) from error
    except (pint.UndefinedUnitError, pint.OffsetUnitCalculusError, AttributeError) as error:
        raise ActionError(f"I don't know how to convert {_plural(source)} to {_plural(target)}.") from error


def _plural(unit: str) -> str:
    return quantity(2, unit).partition(" ")[2]


def _is_fluid(quantity: Any, target: str) -> bool:
    return target == "ounce" and bool(quantity.check("[volume]"))


def _pint_name(unit: str) -> str:
    """Write a unit as pint does: `square foot` -> `foot ** 2`, `mile per hour` -> `mile / hour`."""
    if unit in _PINT:
        return _PINT[unit]
    name = re.sub(r"square (\w+)", r"\1**2", re.sub(r"cubic (\w+)", r"\1**3", unit))
    return " / ".join(part.strip().replace(" ", "_") for part in name.split(" per "))


@cache
def _units() -> UnitRegistry[Any]:
    import pint

    return pint.UnitRegistry()
