"""Writes minilens.client, the typed client of the report API, from the OpenAPI schema that the server gives.

`python scripts/client.py` writes it; with `--check` it writes nothing and fails where a file is stale.
"""

from __future__ import annotations

import keyword
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from minilens.records.store import Records
from minilens.web.app import create_app
from minilens.web.console import App, Console

CLIENT = Path(__file__).resolve().parents[1] / "src" / "minilens" / "client"
NOTE = '"""{says}\n\nWritten by scripts/client.py, not by hand: make client.\n"""'
#: A row has the columns of its report; elsewhere in an answer rows are of the same kind.
ROWS = ("rows", "total", "rest", "unknown", "told", "looked_up")
#: Matters of the form and the language, which the client itself says.
LEFT_OUT = ("app", "lang", "bom", "format")
#: Parameters that reports have together: the name of their class → theirs.
GROUPS = {
    "Range": ("period", "from", "to"),
    "Comparison": ("compare", "match", "compare_from", "compare_to"),
    "Subject": ("traffic", "filter", "scene_table"),
    "Listed": ("order", "top", "offset", "rest", "search"),
}
PLAIN = {"string": "str", "number": "float", "integer": "int", "boolean": "bool", "null": "None"}

Json = Mapping[str, Any]


def schema() -> Json:
    """The schema as a running server gives it."""

    def nobody(*_: object) -> Any:
        raise NotImplementedError  # a description asks nothing

    def no_keys(app: App) -> dict[str, object]:
        return {}

    app = create_app(Console(list, nobody, cast("Records", None), b"", no_keys))
    return app.openapi_schema.to_schema()


def operations(of: Json) -> dict[str, Json]:
    """The reports by their names."""
    found = (
        item["get"]
        for path, item in of["paths"].items()
        if "/reports/" in path and "{report}" not in path
    )
    return {one["operationId"]: one for one in found}


def class_name(report: str) -> str:
    """traffic.page_trend is PageTrend, in the file of its tab."""
    return report.partition(".")[2].title().replace("_", "")


def argument(name: str) -> str:
    """`from` cannot be the name of an argument."""
    return f"{name}_" if keyword.iskeyword(name) else name


def argument_type(one: Json) -> str:
    """How a parameter is given: "0" or "1" as a truth, closed lists as they are, numbers as numbers."""
    if one.get("type") == "array":
        return f"{argument_type(one['items'])} | list[{argument_type(one['items'])}]"
    words = one.get("enum")
    if words == ["0", "1"]:
        return "bool"
    if words:
        numbers = all(word.isdigit() for word in words)
        return f"Literal[{', '.join(word if numbers else repr(word) for word in words)}]"
    if one.get("format") == "date":
        return "date | str"
    number = "pattern" in one and re.search(one["pattern"], "5")
    return "int | str" if number else PLAIN[one["type"]]


def parameters(operation: Json) -> dict[str, tuple[str, str]]:
    """Name → type and meaning, of those that one gives."""
    return {
        one["name"]: (argument_type(one["schema"]), english(one["description"]))
        for one in operation["parameters"]
        if one["name"] not in LEFT_OUT
    }


def english(text: str) -> str:
    """The first half of a description in two languages."""
    return re.split(r"(?<=[.])\s+(?=\S*[\u4e00-\u9fff])", text, maxsplit=1)[0]


def comment(text: str) -> list[str]:
    """What a field means, above it, broken at 100."""
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) > 90:
            lines.append("")
        lines[-1] += f" {word}"
    return [f"    #:{line}" for line in lines]


def fields(of: dict[str, tuple[str, str]]) -> list[str]:
    """Lines of a typed dictionary."""
    found: list[str] = []
    for name, (kind, meaning) in of.items():
        found += [*comment(meaning), f"    {argument(name)}: {kind}"]
    return found or ["    pass"]


def groups(every: Mapping[str, Json]) -> dict[str, dict[str, tuple[str, str]]]:
    """The parameters that reports have together, as the first report has them that has them all."""
    found = {}
    for group, names in GROUPS.items():
        having = (held for one in every.values() if set(names) <= set(held := parameters(one)))
        first = next(having)
        found[group] = {name: first[name] for name in names}
    return found


def arguments_file(together: dict[str, dict[str, tuple[str, str]]]) -> str:
    """The classes of what reports have together."""
    parts = [NOTE.format(says="Arguments that several reports have."), IMPORTS]
    for group, held in together.items():
        parts.append("\n".join([f"class {group}(TypedDict, total=False):", *fields(held)]))
    return "\n\n".join(parts)


IMPORTS = "from __future__ import annotations\n\nfrom datetime import date\nfrom typing import Literal, TypedDict"


def tab_file(
    tab: str, every: Mapping[str, Json], together: dict[str, dict[str, tuple[str, str]]]
) -> str:
    """The reports of a tab: a class of arguments and one of rows each, and the methods."""
    classes: list[str] = []
    methods: list[str] = []
    for report, operation in every.items():
        name, held = class_name(report), parameters(operation)
        bases = [
            group
            for group, known in together.items()
            if all(held.get(one, ("",))[0] == kind for one, (kind, _) in known.items())
        ]
        own = {k: v for k, v in held.items() if not any(k in together[group] for group in bases)}
        above = ", ".join(bases) or "TypedDict"
        classes.append("\n".join([f"class {name}Arguments({above}, total=False):", *fields(own)]))
        classes.append("\n".join([f"class {name}Row(TypedDict, total=False):", *row(operation)]))
        methods.append(method(report, operation["summary"]))
    imports = (
        "from __future__ import annotations\n\nfrom datetime import date\n"
        "from typing import Literal, TypedDict, Unpack\n\nfrom minilens.client.answers import Answer\n"
        f"from minilens.client.arguments import {', '.join(together)}\n"
        "from minilens.client.connection import Connection"
    )
    head = (
        f"class {tab.title()}:\n"
        f'    """The reports of this tab."""\n\n'
        "    def __init__(self, connection: Connection) -> None:\n        self._connection = connection\n"
    )
    note = NOTE.format(says=f"The reports of the tab {tab}.")
    return "\n\n".join([note, imports, *classes, "\n".join([head, *methods])])


def row(operation: Json) -> list[str]:
    """The columns of a report's rows."""
    success = operation["responses"]["200"]["content"]["application/json"]["schema"]
    columns = success["allOf"][1]["properties"]["rows"]["items"]["properties"]
    return [f"    {name}: {value_type(one)}" for name, one in columns.items()]


def method(report: str, summary: str) -> str:
    """The method that asks for a report."""
    name = report.partition(".")[2]
    kind = class_name(report)
    return (
        f"    def {name}(self, **arguments: Unpack[{kind}Arguments]) -> Answer[{kind}Row]:\n"
        f'        """{summary}."""\n'
        f'        return self._connection.report("{report}", arguments)\n'
    )


def value_type(one: Json, name: str = "") -> str:
    """The type of a field of an answer."""
    if "$ref" in one:
        named = one["$ref"].rpartition("/")[2]
        return f"{named}[Row]" if named in GENERIC else named
    if "oneOf" in one:
        return " | ".join(dict.fromkeys(value_type(part, name) for part in one["oneOf"]))
    if "type" not in one:
        return "Any"
    if one["type"] == "array":
        return f"list[{value_type(one['items'], name)}]"
    if one["type"] == "object":
        return "Row" if name in ROWS else f"dict[str, {value_type(one['additionalProperties'])}]"
    return "datetime" if one.get("format") == "date-time" else PLAIN[one["type"]]


GENERIC = ("Values", "Compared", "Answer", "AskedAnswer")


TYPED = (
    "from __future__ import annotations\n\nfrom datetime import datetime\n"
    "from typing import Any, Generic, TypeVar\n\nimport msgspec"
)


def answers_file(of: Json) -> str:
    """The classes of what the server answers, each after those that it holds."""
    every = dict(of["components"]["schemas"])
    parts = [
        NOTE.format(says="What the server answers."),
        TYPED,
        'Row = TypeVar("Row")',
        *(structure(name, every[name]) for name in sorted(every, key=lambda n: n in GENERIC)),
    ]
    return "\n\n".join(parts)


def structure(name: str, one: Json) -> str:
    """A class of an answer; what may be missing stands last."""
    required = set(one["required"])
    tag = one["properties"].get("kind", {}).get("const")
    told = [f'tag_field="kind", tag="{tag}"'] if tag else []
    every = [field for field in one["properties"] if not (told and field == "kind")]
    names = sorted(every, key=lambda field: field not in required)
    renamed = [field for field in names if keyword.iskeyword(field)]
    if renamed:
        told.append(f"rename={ {f'{f}_': f for f in renamed} }")
    base = "msgspec.Struct, Generic[Row]" if name in GENERIC else "msgspec.Struct"
    lines = [f"class {name}({', '.join([base, 'frozen=True', *told])}):"]
    for field in names:
        kind = value_type(one["properties"][field], field)
        missing = f" = {default(one['properties'][field], kind)}"
        lines.append(f"    {argument(field)}: {kind}{'' if field in required else missing}")
    return "\n".join([*lines, *([] if names else ["    pass"])])


def default(one: Json, kind: str) -> str:
    """What a field is that may be missing."""
    if "default" in one:
        return repr(one["default"])
    if kind.startswith("dict"):
        return "{}"
    return "[]" if kind.startswith("list") else {"str": '""', "bool": "False"}.get(kind, "None")


#: What the file of definitions is about.
DEFINING = ("events", "quarantine")


def definitions_file(of: Json) -> str:
    """A method for each address about events and the quarantine: arguments by name, the answer by its class."""
    methods = [
        definition(path.partition("{app}/")[2], verb, one, of["components"]["schemas"])
        for path, item in of["paths"].items()
        for verb, one in item.items()
        if one["tags"][0] in DEFINING
    ]
    names = sorted(set(re.findall(r"-> (\w+):", "\n".join(methods))))
    imports = (
        "from __future__ import annotations\n\nfrom collections.abc import Mapping, Sequence\n"
        "from typing import Any\nfrom urllib.parse import quote\n\n"
        f"from minilens.client.answers import {', '.join(names)}\n"
        "from minilens.client.connection import Connection"
    )
    head = (
        'class Definitions:\n    """Events, fields, virtual events, page types, plans and the quarantine of an app.\n\n'
        "    Reading needs the scope report:read, changing admin.\n"
        '    """\n\n'
        "    def __init__(self, connection: Connection) -> None:\n        self._connection = connection\n"
    )
    note = NOTE.format(says="What is defined of events, and what waits in quarantine.")
    return "\n\n".join([note, imports, "\n".join([head, *methods])])


def definition(path: str, verb: str, one: Json, schemas: Json) -> str:
    """One method."""
    places = re.findall(r"{(\w+)}", path)
    own = body_of(one, schemas) or {
        held["name"]: ("str", '""')
        for held in one.get("parameters", ())
        if held["in"] == "query" and held["name"] not in LEFT_OUT
    }
    answer = next(held for code, held in one["responses"].items() if code[0] == "2")
    to = answer["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    told = [
        f"{name}: {kind}{f' = {missing}' if missing else ''}"
        for name, (kind, missing) in own.items()
    ]
    star = ["*"] if told else []
    arguments = ", ".join(["self", *(f"{name}: str" for name in places), *star, *told])
    for name in places:
        path = path.replace(f"{{{name}}}", f"{{quote({name}, safe='')}}")
    address = f'f"{path}"' if places else f'"{path}"'
    said = "{" + ", ".join(f'"{name}": {name}' for name in own) + "}"
    call = (
        f"get({address}, {said}, {to})"
        if verb == "get"
        else f'send("{verb.upper()}", {address}, {said}, {to})'
    )
    head = f"    def {one['operationId']}({arguments}) -> {to}:"
    return f'{head}\n        """{one["summary"]}."""\n        return self._connection.{call}\n'


def body_of(one: Json, schemas: Json) -> dict[str, tuple[str, str]]:
    """The parts of a body, those that are needed first: the type of each, and what it is where it is not given."""
    if "requestBody" not in one:
        return {}
    named = one["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    schema = schemas[named.rpartition("/")[2]]
    required = schema.get("required", ())
    every = sorted(schema["properties"], key=lambda name: name not in required)
    return {name: given_as(schema["properties"][name], needed=name in required) for name in every}


def given_as(one: Json, *, needed: bool) -> tuple[str, str]:
    """How a part of a body is given, and what it is where it is not: what the server says, else nothing."""
    kind = value_type(one).replace("list[", "Sequence[")
    kind = re.sub(r"\b(?!Any\b|None\b|Sequence\b)[A-Z]\w+", "Mapping[str, Any]", kind)
    if needed:
        return kind, ""
    if isinstance(one.get("default"), str | bool | int | float):
        return kind, repr(one["default"])
    return (kind if "None" in kind else f"{kind} | None"), "None"


def reports_file(tabs: list[str]) -> str:
    """The tabs together."""
    imports = "\n".join(f"from minilens.client.{tab} import {tab.title()}" for tab in sorted(tabs))
    sets = "\n".join(f"        self.{tab} = {tab.title()}(connection)" for tab in tabs)
    return (
        NOTE.format(says="All reports, by tab and name.")
        + f"\n\nfrom __future__ import annotations\n\nfrom minilens.client.connection import Connection\n{imports}\n\n"
        f'class Reports:\n    """Each tab of the console with its reports."""\n\n'
        f"    def __init__(self, connection: Connection) -> None:\n"
        f"        self._connection = connection\n{sets}\n"
    )


def written(of: Json) -> Iterator[tuple[str, str]]:
    """Every file of the client: its name and what stands in it."""
    every = operations(of)
    together = groups(every)
    tabs = list(dict.fromkeys(name.partition(".")[0] for name in every))
    yield "answers.py", answers_file(of)
    yield "arguments.py", arguments_file(together)
    yield "reports.py", reports_file(tabs)
    yield "definitions.py", definitions_file(of)
    for tab in tabs:
        held = {name: one for name, one in every.items() if name.startswith(f"{tab}.")}
        yield f"{tab}.py", tab_file(tab, held, together)


def in_form(name: str, text: str) -> str:
    """As the formatter writes it, without what is not used."""
    for command in (["check", "--select", "F401,I,UP", "--fix-only", "-q"], ["format", "-q"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--stdin-filename", str(CLIENT / name), "-"],
            input=text, capture_output=True, text=True, check=True,
        )  # fmt: skip
        text = done.stdout
    return text


def main(arguments: list[str]) -> int:
    """Write what is stale, or with --check only name it."""
    stale = []
    for name, text in written(schema()):
        path, text = CLIENT / name, in_form(name, text)
        if path.exists() and path.read_text("utf-8") == text:
            continue
        stale.append(name)
        if "--check" not in arguments:
            path.write_text(text, "utf-8")
    if not stale:
        return 0
    print(
        ("stale, run make client: " if "--check" in arguments else "written: ") + ", ".join(stale)
    )
    return 1 if "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
