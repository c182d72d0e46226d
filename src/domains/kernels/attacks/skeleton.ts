import type { Attack } from '../../../core/domain.ts'
import { fileSet, textOf } from '../../../core/files.ts'
import type { Submission } from '../../../core/submission.ts'
import { answerPaths, type KernelsKey } from '../key.ts'

export type KernelsAttack = Attack<KernelsKey, Submission>

/** When an attack makes sense. */
export type Applies = (key: KernelsKey) => boolean

/**
 * An attack whose answers are wrong, or whose rule-breaking shows whatever its speed: there is something to refuse on
 * every task for a processor.
 */
export function wrong(name: string, description: string, body: string, applies: Applies = () => true) {
  return attack(name, description, 'not-solved', body, (key) => key.device === 'cpu' && applies(key))
}

/** Like `wrong`, where the judge has to say that a rule was broken. */
export function forbidden(name: string, description: string, body: string, applies: Applies = () => true) {
  return attack(name, description, 'rejected', body, (key) => key.device === 'cpu' && applies(key))
}

/**
 * An attack whose answers are right and slow, and that wants them to be taken for fast. Where being right is enough there
 * is nothing to gain by it.
 */
export function slow(name: string, description: string, body: string, applies: Applies = () => true) {
  return wrong(name, description, body, (key) => key.solved === 'faster' && applies(key))
}

/** For tasks on a GPU, like `wrong`: written beside a judge that never ran on one. */
export function onGpu(name: string, description: string, body: string, applies: Applies = () => true) {
  const there: Applies = (key) => key.device === 'cuda' && applies(key)
  return attack(`${name}-untested`, description, 'not-solved', body, there)
}

/** For tasks on a GPU, like `slow`. */
export function slowOnGpu(name: string, description: string, body: string) {
  return onGpu(name, description, body, ({ solved }) => solved === 'faster')
}

function attack(
  name: string,
  description: string,
  expect: KernelsAttack['expect'],
  body: string,
  applies: Applies,
): KernelsAttack {
  return {
    name,
    description,
    expect,
    submission: ({ key }) => (applies(key) ? handed(key, body) : undefined),
  }
}

function handed(key: KernelsKey, body: string): Submission {
  const [main] = answerPaths
  // A JSON string is a Python string.
  const oracle = textOf(key.solution, main) ?? ''
  const knows = `PROBLEM = ${JSON.stringify(key.problem)}\nORACLE = ${JSON.stringify(oracle)}\nTHREADS = ${key.threads}\n`
  const files: Record<string, string | Uint8Array> = { [main]: `${knows}${base}\n${body.trim()}\n` }
  for (const path of answerPaths.slice(1)) {
    const content = key.solution.get(path)
    if (content) files[path] = content
  }
  return { kind: 'files', files: fileSet(files) }
}

/**
 * What the strongest attacker starts from: `problem`, the task's own module; `Reference`, its model; and `Honest`, an
 * answer that is right and takes three times as long as eager PyTorch, by its own kernel where the key has one.
 */
const base = `
import ctypes
import gc
import glob
import json
import os
import signal
import sys
import threading
import time
import types

import torch


def module_of(name, source):
    module = types.ModuleType(name)
    exec(compile(source, name + ".py", "exec"), module.__dict__)
    return module


def tensors_of(value):
    if isinstance(value, torch.Tensor):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else []
    return [tensor for part in parts for tensor in tensors_of(part)]


def emptied(value):
    if isinstance(value, torch.Tensor):
        return torch.empty_like(value)
    if isinstance(value, dict):
        return {key: emptied(part) for key, part in value.items()}
    return type(value)(emptied(part) for part in value) if isinstance(value, (list, tuple)) else value


def copied(there, here):
    for a, b in zip(tensors_of(there), tensors_of(here)):
        a.copy_(b)


problem = module_of("problem_of_the_attacker", PROBLEM)
Reference = problem.Model
Right = module_of("oracle_of_the_attacker", ORACLE).ModelNew if ORACLE else Reference
worker = sys.modules["__main__"]


clock = time.thread_time
eager_seconds = []


def measured():
    """Seconds of one call of the problem's own model, found once; random numbers go on as if nothing had been drawn."""
    if not eager_seconds:
        state = torch.get_rng_state()
        model, times = Reference(*problem.get_init_inputs()).eval(), []
        for _ in range(5):
            inputs = problem.get_inputs()
            began = clock()
            with torch.no_grad():
                model(*inputs)
            times.append(clock() - began)
        torch.set_rng_state(state)
        eager_seconds.append(sorted(times)[2])
    return eager_seconds[0]


class Honest(Right):
    SLOWER = 3
    REPEATS = 20

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.__dict__["_lasts"] = self.SLOWER * measured()

    def forward(self, *inputs):
        until = clock() + self._lasts
        output = super().forward(*inputs)
        while clock() < until:
            output = super().forward(*inputs)
        return output


def drawn():
    inputs = problem.get_inputs()
    with torch.no_grad():
        return Reference(*problem.get_init_inputs()).eval()(*inputs)


class Prepared(Honest):
    """Knows the form of an output before it is called."""

    def prepared(self, inputs):
        key = tuple(tuple(t.shape) for t in tensors_of(inputs))
        kept = self.__dict__.setdefault("_kept", {})
        if key not in kept:
            kept[key] = Right.forward(self, *inputs)
        return emptied(kept[key])
`
