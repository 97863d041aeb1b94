"""Starting: what is exposed is said, and refused without names; and the figures of the summary."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from secondcoder.cli import cli
from secondcoder.errors import InputError, SecondcoderError, StudyError
from secondcoder.network.guard import is_loopback
from secondcoder.review.security import LoginLinks, is_own_host, is_own_page, own_hosts
from secondcoder.review.serving import at_each_line, check_exposure, check_names, exposure, links, listen
from secondcoder.review.session import ReviewSession
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study
from support.review_checks import settings, small_study, word


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.9.9.9"])
def test_this_machine_alone_needs_no_names(host: str) -> None:
    assert is_loopback(host)
    check_exposure(host, ())


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "host.example"])
def test_beyond_this_machine_everybody_is_named(host: str) -> None:
    assert not is_loopback(host)
    with pytest.raises(InputError, match="Nothing was started"):
        check_exposure(host, ())
    check_exposure(host, ["ada"])
    assert "not encrypted" in exposure(host, 8000)


def test_the_command_refuses_before_it_opens_a_port(empty_study: Study) -> None:
    result = CliRunner().invoke(cli, ["-C", str(empty_study.folder), "review", "--host", "0.0.0.0"])
    assert isinstance(result.exception, InputError)
    assert "--coder" in str(result.exception)


@pytest.mark.parametrize("name", ["", "  ", "consensus", "SecondCoder", "a\nb"])
def test_names_that_are_nobodys_are_refused(name: str) -> None:
    with pytest.raises(InputError, match="Nothing was started"):
        check_names(["ada", name])


def test_a_name_given_twice_counts_once() -> None:
    assert check_names(["ada", "ben", "ada"]) == ("ada", "ben")
    assert check_names(["Zoe\u0308 ", "Zo\u00eb", "Jo\u00a0Marsh"]) == ("Zo\u00eb", "Jo Marsh")
    with pytest.raises(InputError, match="'Ana' and 'ana' are one name"):
        check_names(["Ana", "ben", "ana"])


def test_each_coder_has_a_link_of_their_own() -> None:
    logins = LoginLinks()
    found = links(logins, "127.0.0.1", 8000, ["ada", "ben"], adjudicate=True)
    assert [one.coder for one in found] == ["ada", "ben", "consensus"]
    sessions = [logins.session(logins.open(one.url.partition("token=")[2])) for one in found]
    assert [(session.coder, session.adjudicates) for session in sessions if session] == [
        ("ada", False),
        ("ben", False),
        ("consensus", True),
    ]
    assert len({one.url for one in found}) == 3


def test_each_line_at_the_terminal_asks_for_new_links() -> None:
    given, asked = [b"\n", b"x\n", b""], []
    at_each_line(lambda: given.pop(0), lambda: asked.append(1))
    assert len(asked) == 2


def test_a_terminal_that_is_gone_is_no_fault() -> None:
    def gone() -> bytes:
        raise OSError(5, "Input/output error")

    at_each_line(gone, lambda: pytest.fail("nothing was asked"))


@pytest.mark.slow
def test_enter_gives_a_new_link_and_ctrl_c_ends_in_peace(empty_study: Study) -> None:
    pty = pytest.importorskip("pty")
    empty_study = small_study(empty_study)
    empty_study.close()
    keyboard, theirs = pty.openpty()
    # A shell's background job, and all that it starts, would ignore Ctrl-C.
    heeds = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    words = [sys.executable, "-c", f"{heeds}; from secondcoder.cli import main; main()", "-C", str(empty_study.folder)]
    with subprocess.Popen(
        [*words, "review", "--no-browser"], stdin=theirs, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        first, said = process.stdout.readline(), process.stdout.readline()
        assert "Enter gives new ones" in said
        os.write(keyboard, b"\n")
        second = process.stdout.readline()
        assert "/enter?token=" in first
        assert "/enter?token=" in second
        assert first != second
        process.send_signal(signal.SIGINT)
        assert process.stdout.read() == "Stopped. Every decision is saved.\n"
    assert process.returncode == 0


def test_a_taken_port_is_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(StudyError, match="leave --port out"):
            listen("127.0.0.1", taken.getsockname()[1])


def test_a_free_port_answers_at_once() -> None:
    with listen("127.0.0.1", 0) as sock, socket.create_connection(sock.getsockname(), timeout=2):
        pass


def test_own_names() -> None:
    assert "127.0.0.1:8000" in own_hosts("127.0.0.1", 8000)
    assert "[::1]:8000" in own_hosts("::1", 8000)
    assert "evil.example:8000" not in own_hosts("0.0.0.0", 8000, ["host:8000"])


@pytest.mark.parametrize(
    ("listened", "host", "known"),
    [
        ("0.0.0.0", "192.168.1.4:8000", True),
        ("::", "[fe80::1]:8000", True),
        ("0.0.0.0", "192.168.1.4:8001", False),
        ("0.0.0.0", "192.168.1.4", False),
        ("0.0.0.0", "evil.example:8000", False),
        ("0.0.0.0", "192.168.1.4.evil.example:8000", False),
        ("0.0.0.0", "coding.example", True),
        ("192.168.1.4", "192.168.1.4:8000", True),
        ("192.168.1.4", "10.0.0.1:8000", False),
        ("127.0.0.1", "192.168.1.4:8000", False),
    ],
)
def test_on_every_address_any_address_in_digits_is_ours(listened: str, host: str, known: bool) -> None:
    assert is_own_host(host, own_hosts(listened, 8000, ["coding.example"])) is known


def test_a_page_at_another_address_is_not_ours() -> None:
    own = own_hosts("0.0.0.0", 8000, ["coding.example"])
    assert is_own_page({"host": "192.168.1.4:8000", "origin": "http://192.168.1.4:8000"}, own)
    assert is_own_page({"host": "192.168.1.4:8000", "origin": "https://coding.example"}, own)
    assert not is_own_page({"host": "192.168.1.4:8000", "origin": "http://192.168.1.5:8000"}, own)
    assert not is_own_page({"host": "192.168.1.4:8000", "origin": "null"}, own)


def test_the_link_on_every_address_opens() -> None:
    (link,) = links(LoginLinks(), "0.0.0.0", 8000, ["ada"], adjudicate=False)
    assert "0.0.0.0" not in link.url
    assert is_own_host(urlsplit(link.url).netloc, own_hosts("0.0.0.0", 8000, [socket.gethostname()]))


@pytest.fixture
def folder(empty_study: Study) -> Path:
    small_study(empty_study)
    empty_study.close()
    return empty_study.folder


def test_sheets_and_summary_by_command(folder: Path, tmp_path: Path) -> None:
    run = CliRunner()
    sheet, page = tmp_path / "review.xlsx", tmp_path / "summary.html"
    (folder / CONFIGURATION).write_text("[review]\nblind = 0.9\nbelow = 0.0\n", encoding="utf-8")
    said = run.invoke(cli, ["-C", str(folder), "review", "export", str(sheet), "--coder", "ada"])
    assert said.exit_code == 0
    assert "left out: to be coded in the browser before" in said.output
    assert said.output.splitlines()[0].endswith("review.xlsx --coder ada")
    result = run.invoke(cli, ["-C", str(folder), "review", "import", str(sheet), "--coder", "ada"])
    assert "Imported 0 decisions" in result.output
    assert run.invoke(cli, ["-C", str(folder), "review", "summary", "--out", str(page)]).exit_code == 0
    text = page.read_text(encoding="utf-8")
    assert "none yet" in text
    assert "<script" not in text
    assert 'href="/' not in text


def test_a_sheet_is_xlsx(folder: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["-C", str(folder), "review", "export", str(tmp_path / "review.csv")])
    assert isinstance(result.exception, InputError)


def test_a_summary_of_nobody_names_who_there_is(folder: Path, tmp_path: Path) -> None:
    study = Study(folder)
    settings(study, blind=0.0, below=0.0)
    review = ReviewSession(study)
    review.decide("ada", word(review, 1, "accept", suggested="CA"))
    study.close()
    result = CliRunner().invoke(
        cli, ["-C", str(folder), "review", "summary", "--coder", "adda", "--out", str(tmp_path / "s.html")]
    )
    assert isinstance(result.exception, SecondcoderError)
    assert "Did you mean 'ada'" in str(result.exception)
