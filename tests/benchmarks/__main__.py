"""`make bench`: every measurement but the answers' quality, which is `make bench-answers`."""

from tests.benchmarks import answer_speed, processes, response_times

if __name__ == "__main__":
    response_times.main()
    processes.main()
    answer_speed.main()
