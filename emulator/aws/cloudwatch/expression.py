"""Metric math on one value of each metric (Amazon CloudWatch User Guide, "Using math expressions with
CloudWatch metrics"), and the rules of composite alarms, which have the same form.

The usual part: arithmetic, comparisons, FILL, IF, and SUM, MIN, MAX, AVG, ABS, CEIL and FLOOR of values, of a
list or of METRICS().
"""

import ast
import contextlib
import math
import operator
from collections.abc import Callable, Mapping
from statistics import fmean
from typing import Any, TypeGuard

Value = float | None
"""What a metric or an expression has; None where there is no data."""

_BINARY: dict[type[ast.AST], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: lambda a, b: a / b,
    ast.Pow: lambda a, b: a**b,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_OF_VALUES: dict[str, Callable[[list[float]], float]] = {
    "SUM": sum,
    "MIN": min,
    "MAX": max,
    "AVG": fmean,
    "ABS": lambda it: abs(it[0]),
    "CEIL": lambda it: float(math.ceil(it[0])),
    "FLOOR": lambda it: float(math.floor(it[0])),
}


class UnknownMathError(ValueError):
    """The expression has something that isn't part of the usual part of metric math."""


def names(expression: str) -> set[str]:
    """The ids that the expression names. Raises UnknownMathError for one that can't be computed."""
    tree = _parse(expression)
    called = {it.func for it in ast.walk(tree) if isinstance(it, ast.Call)}
    ids = {it.id for it in ast.walk(tree) if isinstance(it, ast.Name) and it not in called}
    found = ids - {"REPEAT"}
    with contextlib.suppress(ZeroDivisionError):
        _compute(tree, dict.fromkeys(found, 1.0))
    return found


def evaluate(expression: str, values: Mapping[str, Value]) -> Value:
    """The expression's value, None where data are missing. Raises UnknownMathError as `names` does."""
    try:
        result = _compute(_parse(expression), values)
    except ZeroDivisionError:
        return None
    if _is_list(result):
        raise UnknownMathError(f"{expression!r} has more than one value")
    return None if result is None else float(result)


def _parse(expression: str) -> ast.AST:
    try:
        return ast.parse(expression.strip(), mode="eval").body
    except SyntaxError as error:
        raise UnknownMathError(f"{expression!r} is no expression that can be computed here") from error


def _compute(node: ast.AST, values: Mapping[str, Value]) -> Any:
    match node:
        case ast.Constant(value=int() | float() as value):
            return float(value)
        case ast.Name(id=name) if name in values:
            return values[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _apply(operator.sub, 0.0, _compute(operand, values))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _apply(operator.not_, _compute(operand, values))
        case ast.BinOp(left=left, op=operation, right=right) if type(operation) in _BINARY:
            return _apply(_BINARY[type(operation)], _compute(left, values), _compute(right, values))
        case ast.Compare(left=left, ops=[operation], comparators=[right]) if type(operation) in _BINARY:
            return _apply(_BINARY[type(operation)], _compute(left, values), _compute(right, values))
        case ast.BoolOp(op=operation, values=operands):
            known = [bool(_compute(it, values)) for it in operands]
            return float(all(known) if isinstance(operation, ast.And) else any(known))
        case ast.List(elts=elements):
            return [_compute(it, values) for it in elements]
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _call(name, arguments, values)
        case _:
            raise UnknownMathError(f"{ast.unparse(node)!r} can't be computed here")


def _is_list(value: Any) -> TypeGuard[list[Value]]:
    return isinstance(value, list)


def _apply(function: Callable[..., float], *operands: Any) -> Value:
    if any(_is_list(it) for it in operands):
        raise UnknownMathError("arithmetic with lists can't be computed here")
    return None if None in operands else float(function(*operands))


def _call(name: str, arguments: list[ast.expr], values: Mapping[str, Value]) -> Any:
    if name == "METRICS" and not arguments:
        return list(values.values())
    if name == "FILL" and len(arguments) == 2:
        value, filler = _compute(arguments[0], values), arguments[1]
        # The newest value of a metric stands until the next one: there is nothing to repeat.
        repeats = isinstance(filler, ast.Name) and filler.id == "REPEAT"
        return value if value is not None or repeats else _compute(filler, values)
    if name == "IF" and len(arguments) == 3:
        condition = _compute(arguments[0], values)
        return None if condition is None else _compute(arguments[1 if condition else 2], values)
    if name in _OF_VALUES and len(arguments) == 1:
        given = _compute(arguments[0], values)
        several: list[Value] = given if _is_list(given) else [given]
        known = [it for it in several if it is not None]
        return _OF_VALUES[name](known) if known else None
    raise UnknownMathError(f"{name}() can't be computed here")
