"""Looks at problems: what they cost, smaller ones of the same kind, and what is odd about them.

A problem is somebody else's code. Each is looked at in a process of its own that has a time limit and no channel.
"""

import json
import logging
import os
import resource
import select
import signal
import sys
import time

import channel

torch = channel.prepare(int(os.environ.get("TOUCHSTONE_THREADS", "1")))

import analyse_cost  # noqa: E402
import analyse_lint  # noqa: E402
import analyse_run  # noqa: E402
import analyse_scale  # noqa: E402
from constants import constants_of, with_numbers  # noqa: E402

# What does not run with some constants is no news to anybody.
logging.disable(logging.CRITICAL)
MOST_BYTES = 4 * 1024**2
MEMORY = 5 * 1024**3


class Failed(Exception):
    """A problem that cannot be looked at to the end; `kind` is for counting."""

    def __init__(self, kind, why):
        super().__init__(why)
        self.kind = kind


def apart(work, seconds):
    """Calls `work` in a child. Raises Failed: what it raised, that it took longer, or that it died."""
    sys.stdout.flush()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _child(work, writing, seconds)
    os.close(writing)
    try:
        text = _all_of(reading, time.monotonic() + seconds)
    finally:
        os.close(reading)
        _kill(child)
    if text is None:
        raise Failed("time", f"it took more than {seconds:g} s")
    try:
        said = json.loads(text)
    except ValueError:
        raise Failed("died", "its process ended before it was done (too much memory, or a crash)") from None
    if "kind" in said:
        raise Failed(said["kind"], said["why"])
    return said["value"]


def _child(work, writing, seconds):
    try:
        os.setpgid(0, 0)
        # The channel is not for problems.
        os.closerange(3, writing)
        os.closerange(writing + 1, 1024)
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 5, int(seconds) + 5))
        try:
            said = {"value": work()}
        except Failed as failed:
            said = {"kind": failed.kind, "why": str(failed)}
        except BaseException as error:  # a problem may raise SystemExit
            said = {"kind": "does-not-run", "why": f"{type(error).__name__}: {error}"[:2000]}
        text = json.dumps(said).encode()
        while text:
            text = text[os.write(writing, text) :]
    finally:
        os._exit(0)


def _all_of(reading, until):
    """What comes until the other side ends; None where that is too late or too much."""
    parts, size = [], 0
    while True:
        left = until - time.monotonic()
        if left <= 0 or size > MOST_BYTES or not select.select([reading], [], [], left)[0]:
            return None
        part = os.read(reading, 65536)
        if not part:
            return b"".join(parts)
        parts.append(part)
        size += len(part)


def _kill(child):
    for kill in (os.killpg, os.kill):
        try:
            kill(child, signal.SIGKILL)
        except ProcessLookupError:
            pass
    os.waitpid(child, 0)


def analyse(source, budget, seconds):
    """What the problem costs as it is published, and with the constants that fit the budget."""
    begun = time.monotonic()

    def look():
        try:
            analyse_cost.load_only(source)
        except Exception as error:
            raise Failed("does-not-load", f"{type(error).__name__}: {error}"[:2000]) from None
        published = analyse_cost.cost_of(source)
        if analyse_scale.excess(published, budget) <= 1:
            return {"published": published, "scaled": None}
        try:
            scaled = analyse_scale.scale(source, published, budget)
        except analyse_scale.TooLarge as error:
            raise Failed("too-large", str(error)) from None
        scaled["reason"] = analyse_scale.in_words(published, budget)
        return {"published": published, "scaled": scaled}

    def run():
        return analyse_run.run_once(found["scaled"]["source"] if found["scaled"] else source)

    try:
        found = apart(look, seconds)
        ran = apart(run, seconds)
    except Failed as failed:
        return {"unavailable": {"kind": failed.kind, "why": str(failed)}, "seconds": time.monotonic() - begun}
    cost = found["scaled"]["cost"] if found["scaled"] else found["published"]
    if ran["shapes"] != cost["shapes"]:
        why = f"it gives {ran['shapes']} where its shapes said {cost['shapes']}"[:500]
        return {"unavailable": {"kind": "does-not-run", "why": why}, "seconds": time.monotonic() - begun}
    if ran["degenerate"] is not None:
        return {"unavailable": {"kind": "degenerate", "why": ran["degenerate"]}, "seconds": time.monotonic() - begun}
    return {**found, "seconds": time.monotonic() - begun}


def lint(source, budget, seconds):
    """What is odd about the problem, made as small as the budget says if it can be."""
    begun = time.monotonic()

    def smaller():
        try:
            return analyse_scale.smaller(source, budget)
        except Exception:
            return source

    try:
        found = apart(lambda: analyse_lint.findings_of(smaller(), seconds * 0.5), seconds)
    except Failed as failed:
        found = {"findings": [], "failed": {"kind": failed.kind, "why": str(failed)}}
    return {**found, "seconds": time.monotonic() - begun}


def constants(source):
    return {"constants": constants_of(source)}


def rewrite(source, constants):
    try:
        return {"source": with_numbers(source, constants)}
    except ValueError as error:
        raise channel.Refusal("constants", str(error)) from None


if __name__ == "__main__":
    talk = channel.Channel()
    # What torch loads only when it is first used is loaded once, for all children.
    analyse_cost.cost_of(analyse_cost.WARM)
    talk.say(0, {"ok": True, "pid": os.getpid(), "torch": torch.__version__})
    talk.serve({each.__name__: each for each in (analyse, lint, constants, rewrite)})
