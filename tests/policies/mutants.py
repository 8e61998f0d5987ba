"""Broken copies of a rule module: one for each statement that can be taken out or turned round."""

import ast
import copy
import types
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

RULES = Path(__file__).parents[2] / "policies" / "ecs_policies" / "rules"
Breakable: TypeAlias = ast.Expr | ast.If


def mutants(module: str) -> Iterator[tuple[str, types.ModuleType]]:
    """Each broken copy with what is broken in it: a `yield` left out, an `if` turned round."""
    path = RULES / f"{module}.py"
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    for index, node in enumerate(_breakable(tree)):
        broken = copy.deepcopy(tree)
        _break(_breakable(broken)[index])
        made = types.ModuleType(f"ecs_policies.rules.{module}")
        made.__file__ = str(path)
        exec(compile(ast.fix_missing_locations(broken), str(path), "exec"), made.__dict__)  # noqa: S102
        kind = "without" if isinstance(node, ast.Expr) else "turned round"
        line = source.splitlines()[node.lineno - 1].strip()
        yield f"{path.name}:{node.lineno} {kind}: {line}", made


def _breakable(tree: ast.Module) -> list[Breakable]:
    functions = (it for it in tree.body if isinstance(it, ast.FunctionDef))
    return [node for function in functions for node in ast.walk(function) if _is_breakable(node)]  # type: ignore[misc]


def _is_breakable(node: ast.AST) -> bool:
    yields = isinstance(node, ast.Expr) and isinstance(node.value, (ast.Yield, ast.YieldFrom))
    return yields or isinstance(node, ast.If)


def _break(node: Breakable) -> None:
    if isinstance(node, ast.If):
        node.test = ast.UnaryOp(op=ast.Not(), operand=node.test)
    else:
        # A generator stays one without its only yield.
        node.value = ast.YieldFrom(value=ast.Tuple(elts=[], ctx=ast.Load()))
