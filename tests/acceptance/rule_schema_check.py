"""The JSON Schemas of rule files take every file that ships, and refuse what the program refuses."""

import json
import pathlib
import tomllib

import jsonschema

root = pathlib.Path(__file__).parents[2]


def header(path):
    text = path.read_text()
    return tomllib.loads(text[text.index("/*---") + 5 : text.index("---*/")])


def toml(path):
    return tomllib.loads(path.read_text())


METRICS = [path for path in (root / "mappings/metrics").glob("*.sql") if not path.name.startswith("_")]
LIMIT = {"limit": "24h", "severity": "high"}
REFERENCE = {"id": "A", "title": "t", "summary": "s"}
FRAMEWORK = {key: "x" for key in ("id", "title", "version", "publisher", "source", "scope")}

# The schema, how a file is read, the files, and changes of a good file that are mistakes.
CASES = [
    (
        "mapping", toml, [*root.glob("mappings/sources/*.toml"), *root.glob("samples/*/mappings/sources/*.toml")],
        [{"colour": "red"}, {"format": "xml"}, {"id": 7}],
    ),
    (
        "policy", toml, [*root.glob("mappings/policies/*.toml"), *root.glob("samples/*/mappings/policies/*.toml")],
        [
            {"colour": "red"}, {"extends": "all"}, {"freshness": "soon"}, {"metrics": {"leaver-lag": {"limit": "24h"}}},
            {"metrics": {"leaver-lag": LIMIT | {"severity": "bad"}}}, {"metrics": {"leaver-lag": LIMIT | {"limit": 24}}},
            {"role": [{"name": "Clerk"}]},
        ],
    ),
    (
        "framework", toml, list(root.glob("mappings/frameworks/*.toml")),
        [
            {"colour": "red"}, {"order": "first"}, {"on_request": "yes"}, {"reference": {"id": "A"}},
            {"reference": [REFERENCE | {"edge": [{"metric": "leaver-lag", "relation": "loose", "rationale": "r"}]}]},
        ],
    ),
    (
        "project", toml, list(root.glob("samples/*/overstay.toml")),
        [{"colour": "red"}, {"scope": {"system": ["a"]}}, {"sources": {"a.csv": ["x"]}}, {"zone": 1}],
    ),
    (
        "metric", header, METRICS,
        [{"colour": "red"}, {"shape": "line"}, {"statistic": "mean"}, {"looks_at": "everything"}, {"reason": {"open": "x"}}],
    ),
]

for name, read, files, mistakes in CASES:
    schema = json.loads((root / f"docs/{name}.schema.json").read_text())
    check = jsonschema.Draft202012Validator(schema)
    check.check_schema(schema)
    assert files, name
    for path in files:
        wrong = [f"{list(error.path)}: {error.message}" for error in check.iter_errors(read(path))]
        assert not wrong, f"{path}: {wrong[:3]}"
    good = FRAMEWORK | {"reference": [REFERENCE]} if name == "framework" else read(files[0])
    assert check.is_valid(good), name
    for mistake in mistakes:
        assert not check.is_valid(good | mistake), f"{name} takes {mistake}"
    print(f"{name}: {len(files)} files, {len(mistakes)} mistakes refused")
