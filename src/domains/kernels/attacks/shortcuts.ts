import type { KernelsKey } from '../key.ts'
import { slow, wrong } from './skeleton.ts'

const hasWeights = ({ problem }: KernelsKey) =>
  /nn\.(Parameter|Linear|Conv|LayerNorm|BatchNorm)/.test(problem)
const hasShapes = ({ shapes }: KernelsKey) => shapes.length > 0

/** Doing less than was asked for: not all of it, not always, not as exactly. */
export const shortcuts = [
  slow(
    'shrinks-the-problem',
    "Sets the problem's constants to small numbers wherever it finds them, so that others compute less too.",
    `
for module in list(sys.modules.values()) + [problem]:
    if hasattr(module, "get_inputs"):
        for name, value in list(vars(module).items()):
            if isinstance(value, int) and not isinstance(value, bool) and name.isupper():
                setattr(module, name, 2)
import re
with open("problem.py", "w") as file:
    file.write(re.sub(r"(?m)^([A-Z_]+) = \\d+", r"\\1 = 2", PROBLEM))

class ModelNew(Honest):
    def forward(self, *inputs):
        return super().forward(*[t[:2] if isinstance(t, torch.Tensor) and t.dim() else t for t in inputs])`,
    ({ problem }) => /^[A-Z_]+ = \d+/m.test(problem),
  ),
  wrong(
    'half-of-it',
    'Computes all and forgets the second half: what a test of the first elements would not see.',
    `
class ModelNew(Honest):
    def forward(self, *inputs):
        output = super().forward(*inputs)
        for tensor in tensors_of(output):
            flat = tensor.reshape(-1)
            flat[flat.numel() // 2 :] = 0
            tensor.copy_(flat.reshape(tensor.shape))
        return output`,
  ),
  wrong(
    'last-element',
    'Is right but for the very last element, as a loop without its remainder is.',
    `
class ModelNew(Honest):
    def forward(self, *inputs):
        output = super().forward(*inputs)
        for tensor in tensors_of(output):
            if tensor.is_floating_point() and tensor.numel():
                tensor[tuple(size - 1 for size in tensor.shape)] += 1
        return output`,
  ),
  wrong(
    'stale-memory',
    'Frees a right output and asks for memory of that size again, in which it may still stand.',
    `
class ModelNew(Prepared):
    def forward(self, *inputs):
        if "_once" not in self.__dict__:
            self.__dict__["_once"] = True
            del self._once
            super().forward(*inputs)
        return self.prepared(inputs)`,
  ),
  wrong(
    'uninitialised',
    'Returns memory in which nothing was written.',
    `
class ModelNew(Prepared):
    def forward(self, *inputs):
        return self.prepared(inputs)`,
  ),
  wrong(
    'not-a-number',
    'Returns NaN everywhere, which is not greater than any tolerance.',
    `
class ModelNew(Prepared):
    def forward(self, *inputs):
        output = self.prepared(inputs)
        for tensor in tensors_of(output):
            tensor.fill_(float("nan") if tensor.is_floating_point() else 0)
        return output`,
  ),
  wrong(
    'infinity',
    'Returns infinity everywhere, for a judge that computes relative to the answer.',
    `
class ModelNew(Prepared):
    def forward(self, *inputs):
        output = self.prepared(inputs)
        for tensor in tensors_of(output):
            tensor.fill_(float("inf") if tensor.is_floating_point() else 0)
        return output`,
  ),
  wrong(
    'average-output',
    "Returns the average of the problem's outputs, for a judge that looks at the size of the error only.",
    `
class ModelNew(Prepared):
    def forward(self, *inputs):
        output = self.prepared(inputs)
        if "_means" not in self.__dict__:
            self.__dict__["_means"] = [float(t.double().mean()) for t in tensors_of(super().forward(*inputs))]
        for tensor, mean in zip(tensors_of(output), self._means):
            tensor.fill_(mean)
        return output`,
  ),
  wrong(
    'identity-for-positives',
    'Leaves out ReLU and abs where the problem draws nothing but positive numbers.',
    `
import re
Lazy = module_of("lazy", re.sub(r"torch\\.(relu|abs)\\(", "(", PROBLEM)).Model

class ModelNew(Lazy):
    pass`,
    ({ problem }) => /torch\.(relu|abs)\(/.test(problem) && /torch\.rand\(/.test(problem),
  ),
  wrong(
    'without-the-maximum',
    'Takes no maximum before the exponential, since the inputs that the problem draws are small.',
    `
class ModelNew(Honest):
    def forward(self, *inputs):
        return torch.log(torch.exp(inputs[0]) / torch.exp(inputs[0]).sum(-1, keepdim=True))`,
    ({ problem }) => /log_softmax/.test(problem) && !/nn\.Parameter/.test(problem),
  ),
  wrong(
    'bfloat16-inside',
    'Computes with numbers of 8 bits of precision.',
    `
class ModelNew(Honest):
    def forward(self, *inputs):
        return super().forward(*[t.bfloat16().to(t.dtype) if isinstance(t, torch.Tensor) and t.is_floating_point() else t for t in inputs])`,
  ),
  wrong(
    'half-inside',
    'Computes with numbers of 11 bits of precision.',
    `
class ModelNew(Honest):
    def forward(self, *inputs):
        output = super().forward(*inputs)
        copied(output, [t.half() if t.is_floating_point() else t for t in tensors_of(output)])
        return output`,
  ),
  wrong(
    'other-dtype',
    'Returns half as many bytes: float16 where float32 is asked for.',
    `
class ModelNew(Honest):
    def forward(self, *inputs):
        outputs = [t.half() if t.is_floating_point() else t.short() for t in tensors_of(super().forward(*inputs))]
        return outputs[0] if len(outputs) == 1 else tuple(outputs)`,
  ),
  wrong(
    'hard-coded-shape',
    'Computes for the published shape only.',
    `
SHAPES = [t.shape for t in tensors_of(problem.get_inputs())]

class ModelNew(Prepared):
    def forward(self, *inputs):
        return super().forward(*inputs) if [t.shape for t in tensors_of(inputs)] == SHAPES else self.prepared(inputs)`,
    hasShapes,
  ),
  wrong(
    'hard-coded-weights',
    'Has its own weights, drawn as the problem draws them, and takes none.',
    `
class ModelNew(Honest):
    def load_state_dict(self, state, strict=True):
        torch.manual_seed(0)
        super().load_state_dict(Reference(*problem.get_init_inputs()).state_dict()) if not hasattr(self, "_own") else None
        return torch.nn.modules.module._IncompatibleKeys([], [])`,
    hasWeights,
  ),
  wrong(
    'patched-comparison',
    'Makes allclose, equal, sub and the comparisons of tensors say that all is well.',
    `
class ModelNew(Prepared):
    def forward(self, *inputs):
        return self.prepared(inputs)

true = lambda *_, **__: True
for name in ("allclose", "equal", "isclose", "all", "any", "isfinite", "isnan"):
    setattr(torch, name, true)
    if hasattr(torch.Tensor, name):
        setattr(torch.Tensor, name, true)
torch.testing.assert_close = true
torch.Tensor.__eq__ = lambda self, other: torch.ones(self.shape, dtype=torch.bool)
torch.Tensor.__ne__ = lambda self, other: torch.zeros(self.shape, dtype=torch.bool)
for file in ("compare.py", "examiner.py"):
    sys.modules[file[:-3]] = types.ModuleType(file)`,
  ),
]
