"""How a YAML content file is read: plain values, the line of every key, and faults instead of exceptions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from responses.faults import Fault

Location = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# What pydantic calls an error, and how an editor of the file would put it.
_WORDS = {
    "missing": "is missing",
    "extra_forbidden": "is not a known key",
    "string_type": "must be text (put it in quotes)",
    "string_too_long": "is too long: at most {max_length} characters",
    "string_too_short": "is empty",
    "string_pattern_mismatch": "is not written as expected ({pattern})",
    "too_short": "has too few entries: at least {min_length}",
    "too_long": "has too many entries: at most {max_length}",
    "tuple_type": "must be a list",
    "list_type": "must be a list",
    "dict_type": "must be a mapping (key: value)",
    "model_type": "must be a mapping (key: value)",
    "literal_error": "must be one of {expected}",
}


@dataclass(slots=True)
class Document:
    """One file as plain values (text, numbers, lists, mappings) with the line of each place in it."""

    file: str
    value: Any = None
    lines: dict[Location, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, location: Location, message: str) -> None:
        """Note a fault at `location`, on the line of the nearest place that stands in the file."""
        self.faults.append(Fault(self.file, self.line(location), self._key(location), message))

    def validate(self, model: type[Model], location: Location) -> Model | None:
        """Return the value at `location` as `model`, or None after noting every fault in it."""
        value = self.value
        for step in location:
            value = value[step]
        try:
            return model.model_validate(value)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                # "[key]" is pydantic's way to say that it means the key and not what stands under it.
                self.fault((*location, *(step for step in detail["loc"] if step != "[key]")), _wording(detail))
        return None

    def line(self, location: Location) -> int:
        """Return the line of the nearest place to `location` that stands in the file."""
        places = (location[:length] for length in range(len(location), -1, -1))
        return next((self.lines[place] for place in places if place in self.lines), 1)

    def _key(self, location: Location) -> str:
        """Return `location` as dotted text, an entry of a list by its `id` or `name` where it has one."""
        names: list[str] = []
        value = self.value
        for step in location:
            value = _child(value, step)
            named = value.get("id") or value.get("name") if isinstance(value, Mapping) else None
            names.append(str(named) if isinstance(step, int) and isinstance(named, str) else str(step))
        return ".".join(names) or "file"


def read_yaml(path: Path) -> Document:
    """Read `path`; whatever is wrong with it as a file or as YAML is in the document's faults."""
    document = Document(str(path))
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        document.fault((), f"cannot be read: {error.strerror or error}")
        return document
    except UnicodeDecodeError as error:
        before = path.read_bytes()[: error.start]
        document.faults.append(Fault(str(path), before.count(b"\n") + 1, "file", "is not UTF-8 text"))
        return document
    try:
        node = yaml.compose(text, Loader=_LOADER)
        if node is None:
            document.fault((), "is empty")
        else:
            document.value = _Plain(document).value(node, ())
    except yaml.YAMLError as error:
        document.faults.append(_syntax_fault(str(path), error))
    except RecursionError:
        document.fault((), "is nested too deeply")
    return document


class _Plain:
    """Turns YAML nodes into plain values, noting lines, keys given twice and aliases."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._seen: set[int] = set()
        self._scalars = yaml.constructor.SafeConstructor()

    def value(self, node: yaml.Node, location: Location) -> Any:
        self._document.lines.setdefault(location, node.start_mark.line + 1)
        if id(node) in self._seen:
            self._document.fault(location, "is an alias (*name): write the text out instead")
            return None
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return dict(self._items(node, location))
        if isinstance(node, yaml.SequenceNode):
            return [self.value(child, (*location, index)) for index, child in enumerate(node.value)]
        return self._scalar(node, location)

    def _items(self, node: yaml.MappingNode, location: Location) -> Iterator[tuple[str, Any]]:
        seen: set[str] = set()
        for key_node, value_node in node.value:
            key = str(key_node.value)
            place = (*location, key)
            if key in seen:
                line = key_node.start_mark.line + 1
                dotted = ".".join(map(str, place))
                self._document.faults.append(Fault(self._document.file, line, dotted, "is given twice"))
                continue
            seen.add(key)
            self._document.lines[place] = key_node.start_mark.line + 1
            yield key, self.value(value_node, place)

    def _scalar(self, node: yaml.Node, location: Location) -> Any:
        # Dates stay as they are written: `2020-04` and `2020-04-01` are both the date of a source.
        if node.tag in {"tag:yaml.org,2002:str", "tag:yaml.org,2002:timestamp"}:
            return node.value
        try:
            return self._scalars.construct_object(node)
        except (yaml.YAMLError, ValueError):
            self._document.fault(location, "has a tag or a value that is not supported here")
            return None


def _syntax_fault(file: str, error: yaml.YAMLError) -> Fault:
    """Return a YAML error as a fault, with a hint at the usual cause."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    line = mark.line + 1 if mark else 1
    hint = 'check the indentation, and put text with ": ", "[", "{", "*", "&" or a quote inside into quotes'
    return Fault(file, line, "file", f"is not valid YAML: {problem} ({hint})")


def _child(value: Any, step: str | int) -> Any:
    try:
        return value[step]
    except (KeyError, IndexError, TypeError):
        return None


def _wording(detail: Mapping[str, Any]) -> str:
    wording = _WORDS.get(detail["type"])
    if wording is None:
        return str(detail["msg"]).removeprefix("Value error, ")
    return wording.format(**detail.get("ctx", {}))
