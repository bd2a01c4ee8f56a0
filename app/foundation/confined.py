"""Work on what strangers send, in a process of its own that may use little time and memory (pure).

Whatever a file does to the libraries that read it, the server loses that process and nothing else.
"""

import multiprocessing
import multiprocessing.connection
import resource
import sys
from collections.abc import Callable
from typing import Any, TypeVar

from app.foundation.errors import N_, AppError, BadInput

T = TypeVar("T")

SECONDS = 20.0  #: of the clock; a sheet of 20,000 rows takes about three
MEMORY = 768 * 1024**2  #: bytes beyond what the process begins with
# A fork begins at once with everything imported. The child never returns to the server's own code.
CONTEXT: Any = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")


class TookTooMuch(BadInput):
    code = "took-too-much"
    message = N_(
        "Reading the file takes more time or memory than usual. Save it again without empty rows, "
        "pictures and formatting, or upload it in parts."
    )
    status = 413


def confined(work: Callable[..., T], *values: Any, seconds: float = SECONDS, memory: int = MEMORY) -> T:
    """What ``work(*values)`` returns, or the refusal it raises.

    ``work``: a function by its name; its values and its result are sent between processes.

    :raises TookTooMuch: it took longer than ``seconds`` or more than ``memory`` bytes, or did not survive.
    """
    here, there = CONTEXT.Pipe(duplex=False)
    process = CONTEXT.Process(target=_run, args=(there, memory, work, values), daemon=True)
    process.start()
    there.close()
    answer: tuple[Any, BaseException | None] = (None, TookTooMuch())
    try:
        if here.poll(seconds):
            answer = here.recv()
    except EOFError:
        pass  # it ended without a word: the limit on memory ends a process anywhere
    finally:
        here.close()
        process.kill()
        process.join()
        process.close()
    result, error = answer
    if error is not None:
        raise error
    found: T = result
    return found


def _run(
    pipe: multiprocessing.connection.Connection,
    memory: int,
    work: Callable[..., Any],
    values: tuple[Any, ...],
) -> None:
    """In the other process: work within the limits, and send what came of it."""
    _limit(memory)
    try:
        pipe.send((work(*values), None))
    except AppError as refusal:
        pipe.send((None, refusal))
    except MemoryError:
        pipe.send((None, TookTooMuch()))
    except Exception as error:
        pipe.send((None, error))


def _limit(memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        with open("/proc/self/statm") as file:
            begun = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (begun + memory, begun + memory))
