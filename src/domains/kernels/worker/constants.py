"""The whole numbers that a problem writes down at its top level, and the same problem with other ones.

`N = 2048 * 2`, `height = width = 128`, `D, H = 16, 32` and `sizes = [64, 32]` are read; what is computed from other names
follows by itself. Elements of a list are called `sizes_0`, `sizes_1`.
"""

import ast
import io

ARITHMETIC = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.FloorDiv: lambda a, b: a // b,
}


class Number:
    """One literal number: the names it is bound to, its value, and where it stands in the source."""

    def __init__(self, names, value, node):
        self.names = names
        self.value = value
        self.node = node


def whole(node):
    """The value of an expression of whole numbers only, or None."""
    if isinstance(node, ast.Constant):
        return node.value if type(node.value) is int else None
    if isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
        left, right = whole(node.left), whole(node.right)
        if left is None or right is None or (isinstance(node.op, ast.FloorDiv) and right == 0):
            return None
        return ARITHMETIC[type(node.op)](left, right)
    return None


def numbers_of(source):
    """The literal numbers of the source, in order. A name that is bound twice counts where it is bound last."""
    tree = ast.parse(source)
    found = []
    for statement in tree.body:
        if isinstance(statement, ast.AnnAssign) and statement.value is not None:
            found += _assigned([statement.target], statement.value)
        elif isinstance(statement, ast.Assign):
            found += _assigned(statement.targets, statement.value)
    last = {name: each for each in found for name in each.names}
    bound = {target.id for node in tree.body for target in ast.walk(node) if isinstance(target, ast.Name)}
    return [
        each
        for each in found
        if all(last[name] is each for name in each.names)
        # The name of an element must not be somebody else's.
        and (not getattr(each, "element", False) or each.names[0] not in bound)
    ]


def _assigned(targets, value):
    if all(isinstance(target, ast.Name) for target in targets):
        names = [target.id for target in targets]
        number = whole(value)
        if number is not None:
            return [Number(names, number, value)]
        # `[64] * 3` has its elements on one side.
        sequence = value.left if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Mult) else value
        if isinstance(sequence, (ast.List, ast.Tuple)):
            return [each for each in _elements(names[0], sequence) if each.value is not None]
        return []
    if len(targets) == 1 and isinstance(targets[0], ast.Tuple) and isinstance(value, (ast.List, ast.Tuple)):
        pairs = zip(targets[0].elts, value.elts)
        return [Number([t.id], whole(v), v) for t, v in pairs if isinstance(t, ast.Name) and whole(v) is not None]
    return []


def _elements(name, sequence):
    for index, node in enumerate(sequence.elts):
        number = Number([f"{name}_{index}"], whole(node), node)
        number.element = True
        yield number


def constants_of(source):
    """All names with their numbers."""
    return {name: each.value for each in numbers_of(source) for name in each.names}


def with_numbers(source, constants):
    """The source with other numbers, all else as it was written. Raises ValueError for a name that it does not bind, and
    where names of one number (`height = width = 128`) are to have different ones."""
    # As the parser counts lines: a form feed or a Unicode separator ends none.
    lines = list(io.StringIO(source, newline=""))
    left = set(constants)
    for number in reversed(numbers_of(source)):
        wanted = {constants[name] for name in number.names if name in constants}
        left -= set(number.names)
        if not wanted:
            continue
        if len(wanted) > 1 or not all(name in constants for name in number.names):
            raise ValueError(f"{' and '.join(number.names)} are one number in the problem: give them one value")
        _replace(lines, number.node, str(wanted.pop()))
    if left:
        raise ValueError(f"the problem binds no {', '.join(sorted(left))} to a number at its top level")
    return "".join(lines)


def _replace(lines, node, text):
    """Puts a text where an expression stands. The parser counts columns in bytes."""
    first, last = node.lineno - 1, node.end_lineno - 1
    head = lines[first].encode()[: node.col_offset].decode()
    tail = lines[last].encode()[node.end_col_offset :].decode()
    lines[first : last + 1] = [head + text + tail]
    # Later places are replaced first, so that only lines after this one have moved.
