"""JSON lines: one command a line comes in, one reply a line goes out. What anything prints goes to standard error."""

import ctypes
import json
import os
import sys
import traceback


class Refusal(Exception):
    """A command that cannot be done, for a reason that the other side knows by name."""

    def __init__(self, kind, message):
        super().__init__(message)
        self.kind = kind


class Channel:
    """Takes the process's standard input and output for itself; everybody else finds an empty file and standard error."""

    def __init__(self):
        self._incoming = os.fdopen(os.dup(0), "rb")
        self._outgoing = os.dup(1)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.dup2(2, 1)

    def say(self, number, reply):
        """Writes one reply; `number` is that of the command."""
        self._write(json.dumps({"n": number, **reply}, separators=(",", ":")).encode() + b"\n")

    def _write(self, line):
        written = os.write(self._outgoing, line)
        while written < len(line):
            written += os.write(self._outgoing, line[written:])

    def serve(self, commands, quick=None):
        """Does what it is told until the input ends. `commands` maps names to functions that give replies as dicts; what
        `quick` makes of a command's line is its reply, unless that is None."""
        for line in self._incoming:
            if quick is not None:
                said = quick(line)
                if said is not None:
                    self._write(said)
                    continue
            command = json.loads(line)
            try:
                reply = {"ok": True, **commands[command.pop("do")](**command.pop("with", {}))}
            except Refusal as refusal:
                reply = {"ok": False, "kind": refusal.kind, "message": str(refusal)}
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # a candidate may raise SystemExit
                reply = {"ok": False, "kind": "exception", **described(error)}
            self.say(command["n"], reply)


def described(error):
    """What an exception says, and the end of its traceback, for whoever wrote the code."""
    said = "".join(traceback.format_exception_only(type(error), error)).strip()
    frames = "".join(traceback.format_tb(error.__traceback__)[1:]).replace(os.getcwd() + os.sep, "")
    return {"message": said[-4000:], "trace": frames[-4000:]}


def prepare(threads):
    """Imports torch with so many threads, and without gradients; returns it."""
    sys.path.insert(1, os.getcwd())
    import torch

    torch.set_num_threads(threads)
    torch.set_num_interop_threads(1)
    torch.set_grad_enabled(False)
    use_huge_pages()
    return torch


# Bytes of address space, and of memory that is there from the beginning: what the calls of a round need.
HEAP = 1 << 30
TOUCHED = 160 << 20
MADV_HUGEPAGE = 14  # madvise(2)


def use_huge_pages():
    """Asks the kernel for huge pages where the heap will grow: with small ones, how fast memory is differs by process.

    glibc would do so by itself (glibc.malloc.hugetlb), but looks for /sys first, which sandboxes do not have.
    """
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    block = libc.malloc(ctypes.c_size_t(HEAP))
    if block:
        page = 1 << 21
        start = -(-block // page) * page
        libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t((block + HEAP - start) // page * page), MADV_HUGEPAGE)
        ctypes.memset(start, 0, TOUCHED)
        libc.free(ctypes.c_void_p(block))
