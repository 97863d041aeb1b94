"""Commands that are printed to be copied are read again as the words that they were made of, by the shells of both worlds."""

from __future__ import annotations

import re
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st
from secondcoder.domain.shell_words import shell_command, shell_word

WORDS = st.lists(st.text(st.sampled_from("aZ9 ü_-./:\\\"'&|()<>^;,@#"), max_size=9), min_size=1, max_size=4)


def words_of_windows(line: str) -> list[str]:
    """A command line as a program of Windows parts it (Microsoft, "Parsing C command-line arguments")."""
    words: list[str] = []
    word, inside, begun, at = "", False, False, 0
    while at < len(line):
        if run := re.match(r'(\\+)(?=")', line[at:]):
            count, at = len(run[0]), at + len(run[0])
            word, begun = word + "\\" * (count // 2), True
            if count % 2:
                word, at = word + '"', at + 1
        elif line[at] == '"':
            inside, begun, at = not inside, True, at + 1
        elif line[at] == " " and not inside:
            words += [word] if begun else []
            word, begun, at = "", False, at + 1
        else:
            word, begun, at = word + line[at], True, at + 1
    return [*words, word] if begun else words


@given(WORDS)
def test_windows_reads_the_same_words(words: list[str]) -> None:
    assert words_of_windows(shell_command(words, windows=True)) == words


@given(WORDS)
def test_posix_reads_the_same_words(words: list[str]) -> None:
    assert shlex.split(shell_command(words, windows=False)) == words


@given(st.text(st.sampled_from("a \\&|()<>^;,@#"), max_size=9))
def test_nothing_that_acts_in_a_console_stands_bare(word: str) -> None:
    bare = re.sub(r'"[^"]*"', "", shell_word(word, windows=True))
    assert re.fullmatch(r"[a\\]*", bare)


@pytest.mark.parametrize(
    ("word", "windows", "posix"),
    [
        (r"C:\Users\Ana\study", r"C:\Users\Ana\study", r"'C:\Users\Ana\study'"),
        (r"C:\My Study", r'"C:\My Study"', r"'C:\My Study'"),
        ("O'Neil", '"O\'Neil"', "'O'\"'\"'Neil'"),
        ("", '""', "''"),
    ],
)
def test_paths_and_names_are_readable(word: str, windows: str, posix: str) -> None:
    assert shell_word(word, windows=True) == windows
    assert shell_word(word, windows=False) == posix
