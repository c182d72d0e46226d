"""Where one module spends its time, operator by operator, and what this machine can do: `profile.py FILE CLASS THREADS`.

For an agent's eyes. What it prints at the end, one line of JSON, is the word of whoever wrote the module.
"""

import importlib.util
import json
import sys
import time

sys.path[0:0] = ["."]
import torch  # noqa: E402
from torch.profiler import ProfilerActivity, profile  # noqa: E402

COPY_BYTES = 32 * 2**20
SIDE = 512


def loaded(path):
    spec = importlib.util.spec_from_file_location(path.partition(".")[0], path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def shortest(work, seconds=0.3):
    """The shortest time of a call, in seconds: others were disturbed."""
    best, until = float("inf"), time.perf_counter() + seconds
    while time.perf_counter() < until or best == float("inf"):
        began = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - began)
    return best


def machine():
    """Bytes a second of copying, read and written, and floating-point operations a second of a matrix product."""
    source, target = torch.ones(COPY_BYTES // 4), torch.zeros(COPY_BYTES // 4)
    left, right = torch.rand(SIDE, SIDE), torch.rand(SIDE, SIDE)
    return {
        "bandwidth": 2 * COPY_BYTES / shortest(lambda: target.copy_(source)),
        "peak": 2 * SIDE**3 / shortest(lambda: left @ right),
    }


def operators(call, count):
    with profile(activities=[ProfilerActivity.CPU]) as recorded:
        for _ in range(count):
            call()
    rows = [
        {"name": each.key, "calls": each.count / count, "seconds": each.self_cpu_time_total / 1e6 / count}
        for each in recorded.key_averages()
        if each.self_cpu_time_total > 0
    ]
    return sorted(rows, key=lambda row: -row["seconds"])[:40]


def main(path, name, threads):
    torch.set_num_threads(int(threads))
    torch.set_grad_enabled(False)
    problem = loaded("problem.py")
    module = problem if path == "problem.py" else loaded(path)
    torch.manual_seed(0)
    model = getattr(module, name)(*problem.get_init_inputs()).eval()
    inputs = problem.get_inputs()

    def call():
        return model(*inputs)

    call()
    each = shortest(call)
    count = max(1, min(20, int(0.3 / each)))
    print(json.dumps({"seconds": each, "operators": operators(call, count), **machine()}), flush=True)


main(*sys.argv[1:])
