"""YAML that was made to do harm, or says what nobody would see: refused with its line, or read as it is written."""

from __future__ import annotations

import subprocess
import sys
import tracemalloc

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from secondcoder.codebook import yaml_load
from secondcoder.codebook.yaml_load import BrokenYamlError, parse_yaml

DEEP = {
    "brackets": "[" * 100_000,
    "braces": "{a: " * 100_000,
    "keys": "? " * 100_000,
    "dashes": "- " * 100_000,
    "blanks": "".join(f"{' ' * at}a:\n" for at in range(3000)),
}


@pytest.mark.parametrize("kind", DEEP)
def test_what_nests_without_end_is_refused_before_it_fills_the_stack(kind: str) -> None:
    with pytest.raises(BrokenYamlError, match=r"nests over 20 deep|mapping values are not allowed") as refusal:
        parse_yaml(DEEP[kind])
    assert refusal.value.line is not None


def test_what_nests_without_end_would_have_ended_the_process() -> None:
    """The loader below takes a deeper stack for each bracket: an error of Python's, or the process's end."""
    program = "import yaml; yaml.load('[' * 100_000, Loader=getattr(yaml, 'CSafeLoader', yaml.SafeLoader))"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=False).returncode != 0


@pytest.mark.parametrize(
    ("text", "why", "line"),
    [
        ("a: 1\nb: 2\na: 3", "'a' stands twice", 3),
        ("- {x: 1}\n- {y: 1, 'y': 2}", "'y' stands twice", 2),
        ("a: 1\n---\nb: 2", "a second document", 2),
        ("a:\n  b: !!binary QUJD", "the tag tag:yaml.org,2002:binary", 2),
        ("a: !!set {x, y}", "the tag tag:yaml.org,2002:set", 1),
        ("a: !!timestamp 2001-99-99", "the tag tag:yaml.org,2002:timestamp", 1),
        ("a: !!python/object/apply:os.system [true]", "the tag tag:yaml.org,2002:python", 1),
        ("a: !own b", "the tag !own", 1),
        ('a:\n  b: "x\\0y"', r"the character U\+0000", 2),
        ('"\\ud800"', "invalid Unicode", 1),
        ("%YAML 9.0\n--- a", "incompatible", 1),
        ("a: *nowhere", "undefined alias", 1),
        ("? [a]\n: b", "unhashable", 1),
    ],
)
def test_what_would_be_lost_or_read_otherwise_is_refused_with_its_line(text: str, why: str, line: int) -> None:
    with pytest.raises(BrokenYamlError, match=why) as refusal:
        parse_yaml(text)
    assert refusal.value.line == line


@pytest.mark.parametrize(
    "value",
    ["2001-02-30", "2001-12-14t21:59:43.10-05:00", "190:20:30", "0o17", "1_000", "NO", "1.10", ".inf", "=", "9" * 5000],
)
def test_values_are_as_they_are_written(value: str) -> None:
    assert parse_yaml(f"a: {value}") == {"a": value}


def test_a_byte_order_mark_is_passed_over() -> None:
    assert parse_yaml("\ufeffa: b") == {"a": "b"}


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [*a]",
        "a: &a {b: *a}",
        "\n".join(
            ["x0: &x0 [x,x,x,x,x,x,x,x,x,x]", *(f"x{n}: &x{n} [{','.join([f'*x{n - 1}'] * 10)}]" for n in range(1, 9))]
        ),
        f"a: &a {'w' * 100_000}\nb: [{','.join(['*a'] * 1000)}]",
    ],
    ids=["a list in itself", "a mapping in itself", "ten of ten of ten", "a text a thousand times"],
)
def test_what_refers_to_itself_or_to_too_much_is_refused_in_little_memory(text: str) -> None:
    tracemalloc.start()
    with pytest.raises(BrokenYamlError, match="makes too much of it"):
        parse_yaml(text)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 50_000_000


def test_too_many_values_and_characters_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_load, "MOST_VALUES", 100)
    with pytest.raises(BrokenYamlError, match="over 100 values"):
        parse_yaml("- a\n" * 100)
    monkeypatch.setattr(yaml_load, "MOST_CHARACTERS", 10)
    with pytest.raises(BrokenYamlError, match="over 10 characters"):
        parse_yaml("a: 12345678")


TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=9)
VALUES = st.recursive(
    TEXTS | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=9,
)


@given(value=VALUES)
def test_what_was_written_by_another_program_is_read_the_same(value: object) -> None:
    assert (
        parse_yaml(yaml.safe_dump(value, allow_unicode=False, default_style='"').replace('!!null "null"', "null"))
        == value
    )
