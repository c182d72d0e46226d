import { fileSet } from '../../../core/files.ts'
import { limitsSchema } from '../../../core/limits.ts'
import type { Brief } from '../../../core/task.ts'
import { answerPaths, type KernelsKey, problemPath } from '../key.ts'

/** What an agent is told of a problem that comes with no words of its own. */
export function briefOf(key: KernelsKey): Brief {
  return {
    instructions: instructionsOf(key),
    files: fileSet({ [problemPath]: key.problem }),
    answer: { kind: 'files', paths: [...answerPaths], maxBytes: 1024 ** 2 },
    limits: limitsSchema.parse({
      wallSeconds: 1800,
      turns: 60,
      sandbox: {
        memoryBytes: 6 * 1024 ** 3,
        processes: 256,
        cpus: Math.max(2, key.threads),
        cpuSeconds: 3600,
      },
    }),
    feedback: { consultations: 0, detail: 'findings' },
    settings: { device: key.device, threads: key.threads, library: key.library },
  }
}

function instructionsOf({ library, device, threads, shapes, solved }: KernelsKey): string {
  const where =
    device === 'cuda'
      ? 'an NVIDIA GPU'
      : threads === 1
        ? 'one processor thread'
        : `${threads} processor threads`
  return `${problemPath} defines a PyTorch module, Model, with get_init_inputs() (what its constructor takes) and get_inputs() (what forward takes). Write a module that computes the same, faster, on ${where}.

Hand in model_new.py with a class ModelNew (a torch.nn.Module):
- its constructor takes what Model's takes;
- its state_dict has the same keys and shapes as Model's: weights that you do not know are loaded into it, strictly;
- its forward takes what Model's takes and returns what Model's returns, of the same shapes and dtypes, computed from the arguments of that call, leaving them as they are.

Beside it you may hand in kernel.cpp and kernel.cu. In model_new.py,

    import touchstone_kernel as tk
    library = tk.cpp('kernel.cpp')   # g++ -O3 -march=native; functions are declared extern "C"
    library.my_kernel(tk.pointer(x), tk.pointer(y), ctypes.c_int64(x.numel()))

compiles a source and calls it through ctypes; tk.pointer checks that a tensor is dense. torch.utils.cpp_extension.load_inline works too, and takes longer.

${libraryRule[library]}

It is judged with inputs and weights that are drawn anew: as get_inputs() draws them, of both signs, large, zero and very small, ${shapes.length > 0 ? 'for further values of the constants too, ' : ''}in eval mode and without gradients. The error may be some times that of PyTorch itself, against a reference in double precision. Then it is timed against PyTorch's eager mode on the same values, new ones for each call, all outputs checked. ${solvedRule[solved]}`
}

const solvedRule: Readonly<Record<KernelsKey['solved'], string>> = {
  faster: 'It is solved if it is right and certainly faster.',
  correct: 'It is solved if it is right; how much faster it is is measured.',
}

const libraryRule: Readonly<Record<KernelsKey['library'], string>> = {
  allowed:
    "You may leave parts of the work to PyTorch's own operators: choose what is worth a kernel of yours, such as a chain of operators that becomes one.",
  forbidden:
    "The work has to be done by your own code: calling PyTorch's operators, or a library that has them, for anything but allocation, views and copies is not admitted.",
}
