"""`make bench`: every measurement but the answers' quality, which is `make bench-answers`."""

from tests.benchmarks import response_times

if __name__ == "__main__":
    response_times.main()
