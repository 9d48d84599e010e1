from responses.faults import ContentError, Fault


def test_fault_reads_as_the_command_line_promises() -> None:
    assert str(Fault("lessons.yaml", 12, "lessons.x.en.title", "is missing")) == (
        "lessons.yaml:12: lessons.x.en.title: is missing"
    )


def test_error_holds_all_faults_by_file_and_line() -> None:
    faults = [Fault("b", 1, "k", "m"), Fault("a", 10, "k", "m"), Fault("a", 9, "k", "m")]
    error = ContentError(faults)
    assert [(fault.file, fault.line) for fault in error.faults] == [("a", 9), ("a", 10), ("b", 1)]
    assert str(error).splitlines() == ["a:9: k: m", "a:10: k: m", "b:1: k: m"]
