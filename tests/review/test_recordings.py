"""Recordings beside the interviews: which belongs to which, and how they are reached."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from secondcoder.errors import InputError
from secondcoder.review.app import make_app
from secondcoder.review.recordings import find_recordings
from secondcoder.review.security import HEADERS, LoginLinks
from secondcoder.review.session import ReviewSession
from secondcoder.study.study import Study
from support.client import Client
from support.recording_checks import timed_talk, tone
from support.review_checks import fill, suggestion

SOUND = tone(0.5)


def lay(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).write_bytes(SOUND)
    return folder


def test_a_recording_belongs_to_the_interview_of_its_name(tmp_path: Path) -> None:
    folder = lay(
        tmp_path,
        "Gp1.WAV",
        "gp1.mp3",
        "gp2.m4a.vtt",
        "gp2.m4a",
        "cafe\u0301.ogg",
        "talk_doctor.webm",
        "music.mp3",
        "notes.txt",
    )
    (folder / "inner").mkdir()
    lay(folder / "inner", "gp3.mp3")
    about = {
        "gp1": "gp1.docx",
        "second": "gp2.m4a.vtt",
        "caf\u00e9": "x.txt",
        "talk": "talk_doctor.TextGrid",
        "gp3": "gp3.txt",
    }
    found = find_recordings(folder, {name: replace(timed_talk(name), source=source) for name, source in about.items()})
    assert {name: path.name for name, path in found.of.items()} == {
        "gp1": "gp1.mp3",
        "second": "gp2.m4a",
        "caf\u00e9": "cafe\u0301.ogg",
        "talk": "talk_doctor.webm",
    }
    assert found.notes == (
        "4 of 5 interviews with a recording: press a time beside the talk to hear it from there.",
        "Without a recording of their name: gp3.",
        "Recordings of no interview, not used: music.mp3 and Gp1.WAV.",
    )


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    outside, folder = tmp_path / "secret.wav", tmp_path / "audio"
    folder.mkdir()
    outside.write_bytes(SOUND)
    os.symlink(outside, folder / "t1.wav")
    lay(folder, "other.wav")
    assert find_recordings(folder, {"t1": timed_talk("t1")}).of == {}


@pytest.mark.parametrize("name", ["nowhere", "."])
def test_a_folder_without_recordings_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match=r"^--audio .*(no such folder|no recording in it).*Nothing was started\.$"):
        find_recordings(tmp_path / name, {})


@pytest.fixture
def timed(empty_study: Study) -> ReviewSession:
    one, two = timed_talk("t1", first=3590.0), timed_talk("t2/\u00e9", step=70.0)
    fill(empty_study, [one, two], [suggestion(each, at, "CO") for each in (one, two) for at in range(3)])
    return ReviewSession(empty_study)


@pytest.fixture
def playing(timed: ReviewSession, logins: LoginLinks, tmp_path: Path) -> Client:
    """`t1` has a recording, the other none."""
    found = find_recordings(lay(tmp_path, "t1.wav", "spare.wav"), timed.transcripts)
    return Client(timed, logins, app=make_app(timed, logins, frozenset({"testserver"}), recorded=found.of))


def test_any_stretch_of_a_recording_can_be_asked_for(playing: Client) -> None:
    whole = playing.http.get("/recording/t1")
    assert (whole.status_code, whole.content, whole.headers["accept-ranges"]) == (200, SOUND, "bytes")
    assert whole.headers["content-type"] == "audio/wav"
    part = playing.http.get("/recording/t1", headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, SOUND[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(SOUND)}"
    rest = playing.http.get("/recording/t1", headers={"Range": f"bytes={len(SOUND) - 7}-"})
    assert (rest.status_code, rest.content) == (206, SOUND[-7:])
    assert playing.http.get("/recording/t1", headers={"Range": f"bytes={len(SOUND) + 1}-"}).status_code == 416


@pytest.mark.parametrize(
    "name",
    [
        "t2",
        "spare",
        "spare.wav",
        "t1.wav",
        "../t1.wav",
        "..%2ft1.wav",
        "%2e%2e/%2e%2e/etc/passwd",
        "/etc/passwd",
        "t1%00",
        "",
    ],
)
def test_nothing_but_the_recording_of_an_interview_is_reached(playing: Client, name: str) -> None:
    answer = playing.http.get(f"/recording/{name}")
    assert answer.status_code == 404
    assert SOUND[:4] not in answer.content


def test_a_recording_that_went_or_became_a_link_is_not_served(playing: Client, tmp_path: Path) -> None:
    (tmp_path / "t1.wav").unlink()
    assert playing.http.get("/recording/t1").status_code == 404
    os.symlink(tmp_path / "spare.wav", tmp_path / "t1.wav")
    assert playing.http.get("/recording/t1").status_code == 404


def test_nobody_hears_it_without_a_login(playing: Client) -> None:
    playing.http.cookies.clear()
    answer = playing.http.get("/recording/t1", headers={"Range": "bytes=0-3"})
    assert answer.status_code == 403
    assert SOUND[:4] not in answer.content


def test_the_policy_allows_media_only_with_recordings(
    playing: Client, timed: ReviewSession, logins: LoginLinks
) -> None:
    usual = HEADERS["Content-Security-Policy"]
    assert playing.http.get("/").headers["content-security-policy"] == f"{usual}; media-src 'self'"
    assert playing.http.get("/recording/t1").headers["cache-control"] == "no-store"
    other = Client(timed, logins)
    assert other.http.get("/").headers["content-security-policy"] == usual
    assert other.http.get("/recording/t1").status_code == 404


def test_times_stand_before_the_speakers(timed: ReviewSession, logins: LoginLinks) -> None:
    client = Client(timed, logins)
    for page in ("/transcript/t1", "/code/t1"):
        html = " ".join(client.get(page).split())
        assert '<span class="since"><time datetime="PT59M50S">59:50</time></span> I</p>' in html
        assert '<time datetime="PT1H0M10S">1:00:10</time></span> R</p>' in html
        assert html.count("<time datetime=") >= 11
        assert "data-play" not in html
        assert "player" not in html
    assert '<time datetime="PT59M54S">59:54</time>' in client.get("/queue?by=transcript")


def test_a_time_with_a_recording_is_a_button(playing: Client) -> None:
    html = " ".join(playing.get("/code/t1").split())
    assert (
        'data-play="3590.0" data-recording="/recording/t1"><span class="hidden">Play from </span><time datetime="PT59M50S">'
        in html
    )
    assert '<audio controls preload="none">' in html
    assert "autoplay" not in html
    # Of the interview without one, times are no buttons.
    assert "data-play" not in playing.get("/code/t2/%C3%A9")


def test_without_times_nothing_is_shown(client: Client) -> None:
    for page in ("/transcript/t1", "/code/t1", "/queue"):
        assert "since" not in client.get(page)


def test_passages_of_a_code_and_disputed_ones_have_their_time(disagreeing: ReviewSession, logins: LoginLinks) -> None:
    write = disagreeing.study.store
    assert all(turn.time_start is None for transcript in write.transcripts() for turn in transcript.turns)
    pages = (
        Client(disagreeing, logins).get("/codes/CO"),
        Client(disagreeing, logins, adjudicates=True).get("/adjudicate"),
    )
    assert not any("since" in page for page in pages)


def test_a_passage_of_a_code_plays_from_its_time(playing: Client) -> None:
    html = playing.get("/codes/CO")
    assert html.count('data-recording="/recording/t1"') == 3
    assert '<time datetime="PT59M54S">' in html
