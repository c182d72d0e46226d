"""A problem's numbers, as bound to names at its top level."""

import ast


def with_constants(source, constants):
    """The source with these names bound to these numbers. Raises ValueError for a name that it does not bind."""
    tree = ast.parse(source)
    left = dict(constants)
    for statement in tree.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        if len(targets) == 1 and isinstance(targets[0], ast.Name) and targets[0].id in constants:
            statement.value = ast.copy_location(ast.Constant(constants[targets[0].id]), statement)
            left.pop(targets[0].id, None)
    if left:
        raise ValueError(f"the problem binds no {', '.join(sorted(left))} at its top level")
    return ast.unparse(ast.fix_missing_locations(tree))
