"""The loops of a program: axes in groups that run as one loop, in the order in which they are nested."""


class Loops:
    """`outer` groups, then `reduced` ones, then `inner`: the last group of all is the loop over neighbours in memory.

    With nothing to reduce (`plain`), all but the last are outer. Where the last dimension is reduced, `lanes` is false and
    the loop over neighbours sums; else `lanes` is true, and it runs over sums beside one another.
    """

    def __init__(self, program, leaves, outputs):
        shape = program.space.shape
        live = [axis for axis, size in enumerate(shape) if size > 1] or [len(shape) - 1]
        reduced = list(program.space.reduced or ())
        self.lanes = bool(reduced) and live[-1] not in reduced
        self.plain = not reduced
        if self.plain:
            roles = [("outer", axis) for axis in live[:-1]] + [("reduced", live[-1])]
        else:
            after = [axis for axis in live if axis > reduced[-1]] if self.lanes else []
            roles = [("outer", axis) for axis in live if axis not in reduced and axis not in after]
            roles += [("reduced", axis) for axis in reduced] + [("inner", axis) for axis in after]
        self.groups = []
        views = [strides_over(each.extra.strides, each.axes, each.shape, len(shape)) for each in leaves]
        views += [dense(each, len(shape)) for each in outputs]
        for role, axis in roles:
            if self.groups and (self.plain or self.groups[-1][0] == role):
                last = self.groups[-1][1][-1]
                if all(view[last] == view[axis] * shape[axis] for view in views):
                    self.groups[-1] = (role, [*self.groups[-1][1], axis])
                    continue
            self.groups.append((role, [axis]))
        # Only the last group runs over neighbours; others beside what is reduced are loops around it.
        *others, (last_role, last_axes) = self.groups
        others = [("outer" if role == "inner" else role, axes) for role, axes in others]
        if self.plain:
            others, last_role = [("outer", axes) for _, axes in others], "reduced"
        order = {"outer": 0, "reduced": 1}
        self.groups = [*sorted(others, key=lambda group: order[group[0]]), (last_role, last_axes)]
        self.steps = [view[self.groups[-1][1][-1]] for view in views]

    def of(self, role):
        return [index for index, group in enumerate(self.groups) if group[0] == role]


def strides_over(strides, axes, shape, rank):
    out = [0] * rank
    for stride, axis, size in zip(strides, axes, shape):
        if axis >= 0 and size > 1:
            out[axis] = stride
    return out


def dense(term, rank):
    strides, step = [], 1
    for size in reversed(term.shape):
        strides.insert(0, step)
        step *= size
    return strides_over(strides, term.axes, term.shape, rank)
