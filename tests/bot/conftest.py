"""What the tests of the bot share: two who do something at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest

Result = TypeVar("Result")


@pytest.fixture
def at_once() -> Callable[[Callable[[], Result]], list[Result]]:
    """Call a function in two threads that begin together; return what both returned."""

    def run(call: Callable[[], Result]) -> list[Result]:
        start = Barrier(2)

        def begin() -> Result:
            start.wait(timeout=10)
            return call()

        with ThreadPoolExecutor(2) as pool:
            return [running.result(timeout=30) for running in [pool.submit(begin), pool.submit(begin)]]

    return run
