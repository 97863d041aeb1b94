"""Import: files, folders and options; once and again; all or nothing."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from secondcoder.audit import verify
from secondcoder.domain.records import Coding, Origin
from secondcoder.errors import InputError
from secondcoder.exchange.importing import ImportOptions, read_all
from secondcoder.reports.tables import write_table
from secondcoder.study.study import Study
from support.importing_checks import TALKED, about
from support.study_checks import TALK, dump, everything, talk_rows, write_csv


def without_events(folder: Path):
    return {name: rows for name, rows in dump(folder).items() if name != "events"}


def test_sub_folders_are_cases_and_waves(empty_study: Study, put) -> None:
    folder = put("Ash/one.txt").parents[1]
    put("Ash/late/two.txt")
    put("three.txt")
    imported = empty_study.import_files([folder])
    assert about(imported) == {
        "one": ("Ash", None, None, None),
        "two": ("Ash", "late", None, None),
        "three": (None, None, None, None),
    }
    assert [case.id for case in empty_study.corpus.cases] == ["Ash"]


def test_an_interviewer_that_a_person_names_is_believed(empty_study: Study, put) -> None:
    imported = empty_study.import_files([put("one.txt")], ImportOptions(interviewer=("R",)))
    assert {turn.speaker for turn in imported.transcripts[0].turns if turn.role == "interviewer"} == {"R"}


def test_an_interviewer_is_named_for_tables_too(empty_study: Study, put, tmp_path: Path) -> None:
    row = {"transcript": "t", "text": "Well.", "codes": "", "coder": "ada"}
    rows = [{**row, "order": order, "speaker": speaker} for order, speaker in enumerate(["R", "Anna", "R", "Anna"])]
    table = write_csv(tmp_path / "codes.csv", rows)

    def asking(given: ImportOptions) -> set[str | None]:
        (transcript,) = read_all([table], given, empty_study.codebook, {}).transcripts
        return {turn.speaker for turn in transcript.turns if turn.role == "interviewer"}

    manifest = write_csv(tmp_path / "names.csv", [{"file": "codes.csv", "interviewer": "Anna"}])
    assert asking(ImportOptions()) == set()
    assert asking(ImportOptions(interviewer=("R",))) == {"R"}
    assert asking(ImportOptions(interviewer=("R",), manifest=manifest)) == {"Anna"}
    with pytest.raises(InputError, match=r"codes\.csv: 'Ben' is no speaker of this table.*Nothing was imported\.$"):
        asking(ImportOptions(interviewer=("Ben",)))


def test_hidden_files_and_word_locks_are_passed_over(empty_study: Study, put) -> None:
    folder = put("one.txt").parent
    for name in (".DS_Store", "~$one.docx"):
        (folder / name).write_bytes(b"\x00")
    assert list(about(empty_study.import_files([folder]))) == ["one"]


def test_a_tables_guessed_encoding_is_told(empty_study: Study, tmp_path: Path) -> None:
    path = tmp_path / "codes.csv"
    lines = "It was naïve, the café was full and the résumé was wrong.", "Déjà vu, she said: à la carte, très cher."
    table = "transcript,order,text,codes,coder\n" + "".join(f't,{n},"{line}",CO,ada\n' for n, line in enumerate(lines))
    path.write_bytes(table.encode("cp1252"))
    assert empty_study.import_files([path]).notes == [
        "codes.csv: read as cp1252, a guess ('naïve'): check that accents look right; if not, import with --encoding NAME"
    ]
    path.write_bytes(table.replace("\nt,", "\nu,").encode())
    assert empty_study.import_files([path]).notes == []


def test_importing_twice_doubles_nothing(empty_study: Study, put) -> None:
    paths = [TALK, put("Ash/one.txt").parents[1]]
    empty_study.import_files(paths)
    before = without_events(empty_study.folder)
    again = empty_study.import_files(paths)
    assert without_events(empty_study.folder) == before
    assert (again.transcripts, again.codings, again.passes) == ([], [], [])
    assert again.unchanged == ["one"]


def test_a_table_that_grew_adds_only_what_is_new(coded_study: Study, tmp_path: Path) -> None:
    more = talk_rows()
    more[6]["codes"] = "CP"
    imported = coded_study.import_files([write_csv(tmp_path / "talk.csv", more)])
    assert [(coding.transcript, coding.code, coding.coder) for coding in imported.codings] == [("ash_gp", "CP", "anna")]
    assert imported.passes == []


def test_the_same_name_with_another_text_is_refused(empty_study: Study, put) -> None:
    empty_study.import_files([put("one.txt")])
    before = everything(empty_study.folder)
    with pytest.raises(InputError, match=r"one\.txt: transcript 'one' is in the study already, with another text"):
        empty_study.import_files([put("one.txt", "Something else.")])
    changed = talk_rows()
    empty_study.import_files([TALK])
    changed[1]["text"] = "Not what was said."
    changed[11]["text"] = "Not what was said."
    with pytest.raises(InputError, match="transcript 'ash_gp' is in the study already, with another text"):
        empty_study.import_files([write_csv(put("x/y.txt").with_name("codes.csv"), changed)])
    assert before[1] == everything(empty_study.folder)[1]


def test_two_files_of_one_name_with_different_texts_are_refused(empty_study: Study, put) -> None:
    folder = put("Ash/gp.txt", "One.").parents[1]
    put("Beech/gp.txt", "Two.")
    with pytest.raises(InputError, match="two different files give a transcript 'gp'"):
        empty_study.import_files([folder])
    assert empty_study.store.transcripts() == []


def test_transcripts_and_the_codes_of_their_spans_come_together(empty_study: Study, put) -> None:
    path = put("one.txt", "It began with 😀 a phone call.")
    start = path.read_text(encoding="utf-8").index("😀")
    mark = {"transcript": "one", "start": start, "end": start + 8, "text": "😀 a phon", "codes": "CO", "coder": "anna"}
    empty_study.import_files([write_csv(path.with_name("codes.csv"), [mark]), path])
    (coding,), (transcript,) = empty_study.corpus.codings, empty_study.store.transcripts()
    assert transcript.text[coding.start : coding.end] == "😀 a phon"


def test_exported_codings_come_back_as_they_were(coded_study: Study, empty_study: Study, tmp_path: Path) -> None:

    notes = {"memo": "=not a formula", "valence": "mixed", "transcript": "ash_gp", "start": 0, "end": 4, "text": ""}
    coded_study.import_files([write_csv(tmp_path / "more.csv", [{**notes, "codes": "CP", "coder": "anna"}])])
    coded_study.export(tmp_path / "out.csv")
    unread = [{**row, "coder": "", "codes": ""} for row in talk_rows() if row["coder"] != "ben" or row["case"] == "Oak"]
    empty_study.import_files([write_csv(tmp_path / "unread.csv", unread)])
    empty_study.import_files([tmp_path / "out.csv"])
    assert empty_study.corpus.codings == coded_study.corpus.codings
    assert empty_study.corpus.passes == coded_study.corpus.passes
    before = without_events(coded_study.folder)
    coded_study.import_files([tmp_path / "out.csv"])
    assert without_events(coded_study.folder) == before


def test_a_coding_with_another_memo_is_refused_in_plain_words(coded_study: Study, tmp_path: Path) -> None:
    changed = talk_rows()
    changed[1]["memo"] = "on second thoughts"
    before = everything(coded_study.folder)
    with pytest.raises(InputError, match=r"^talk\.csv: CO by anna .*'ash_gp'.* Nothing was imported\.$"):
        coded_study.import_files([write_csv(tmp_path / "talk.csv", changed)])
    assert everything(coded_study.folder) == before


def test_added_codes_join_the_codebook_and_old_passes_do_not_cover_them(coded_study: Study, tmp_path: Path) -> None:
    row = {"transcript": "new", "order": 1, "text": "Stressful.", "coder": "anna"}
    rows = [{**row, "codes": "Stress|CO"}, {**row, "order": 2, "text": "Very.", "codes": "stress"}]
    imported = coded_study.import_files([write_csv(tmp_path / "more.csv", rows)], ImportOptions(add_codes=True))
    assert imported.added_codes == ["Stress"]
    assert [coding.code for coding in coded_study.corpus.codings if coding.transcript == "new"] == [
        "CO",
        "Stress",
        "Stress",
    ]
    covers = {coding_pass.transcript: "Stress" in coding_pass.codes for coding_pass in coded_study.corpus.passes}
    assert covers.pop("new")
    assert not any(covers.values())
    assert Study(coded_study.folder).codebook.ids[-1] == "Stress"


@pytest.mark.parametrize("add_codes", [False, True])
def test_a_code_that_cannot_be_one_is_refused(coded_study: Study, tmp_path: Path, add_codes: bool) -> None:
    row = {"transcript": "new", "order": 1, "text": "Hm.", "codes": "a" * 121, "coder": "anna"}
    before = everything(coded_study.folder)
    with pytest.raises(InputError):
        coded_study.import_files([write_csv(tmp_path / "more.csv", [row])], ImportOptions(add_codes=add_codes))
    assert everything(coded_study.folder) == before


def test_faults_of_all_files_are_shown_together(empty_study: Study, put, tmp_path: Path) -> None:
    folder = put("good.txt").parent
    (folder / "empty.txt").write_bytes(b"")
    (folder / "word.docx").write_bytes(b"not a zip")
    write_csv(folder / "codes.csv", [{"transcript": "t", "text": "", "codes": "XX", "coder": "anna"}])
    with pytest.raises(InputError) as caught:
        empty_study.import_files([folder])
    said = str(caught.value)
    assert said.startswith("3 files cannot be imported:")
    assert all(name in said for name in ("empty.txt", "word.docx", "codes.csv"))
    assert said.count("Nothing was imported.") == 1
    assert empty_study.store.transcripts() == []


def test_a_path_that_is_not_there_is_refused(empty_study: Study, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere does not exist\. Nothing was imported\."):
        empty_study.import_files([tmp_path / "nowhere"])
    with pytest.raises(InputError, match="No files in"):
        empty_study.import_files([tmp_path / "study" / "models"])


def test_an_old_table_again_says_nothing_of_codes_added_since(tmp_path: Path) -> None:
    study = Study.create(tmp_path / "study", "npt-core")
    first, later = tmp_path / "first.csv", tmp_path / "later.csv"
    head = "transcript,order,speaker,role,text,codes,coder\n"
    first.write_text(
        head + "t1,1,R,GP,We sat down and agreed.,CO,maria\nt1,2,R,GP,The room is cold.,,maria\n", encoding="utf-8"
    )
    later.write_text(head + "t2,1,R,GP,My back hurts.,Pain,maria\n", encoding="utf-8")
    study.import_files([first])
    study.import_files([later], ImportOptions(add_codes=True))
    assert study.import_files([first]).passes == []
    assert all("Pain" not in coding_pass.codes for coding_pass in study.corpus.passes if coding_pass.transcript == "t1")


def test_two_coders_without_order_are_refused(tmp_path: Path) -> None:
    study = Study.create(tmp_path / "study", "npt-core")
    table = tmp_path / "codes.csv"
    table.write_text("transcript,text,codes,coder\nt1,We agreed.,CO,maria\nt1,We agreed.,,jo\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"column 'order' is missing.*jo, maria"):
        study.import_files([table])


def test_a_mended_table_takes_the_place_of_what_its_coders_said_there(coded_study: Study, tmp_path: Path) -> None:
    rows = [row for row in talk_rows() if row["transcript"] == "ash_gp" and row["coder"] in ("anna", "")]
    hit = next(row for row in rows if row["codes"] and row["coder"] == "anna")
    hit["codes"] = "RM"
    mended = write_csv(tmp_path / "mended.csv", rows)
    before, passes = coded_study.corpus.codings, coded_study.corpus.passes
    of_anna = [one for one in before if (one.transcript, one.coder) == ("ash_gp", "anna")]
    done = coded_study.import_files([mended], ImportOptions(replace=True))
    assert done.withdrawn == len(of_anna)
    after = coded_study.corpus.codings
    assert {one for one in before if one not in of_anna} < set(after)
    now = [one for one in after if (one.transcript, one.coder) == ("ash_gp", "anna")]
    assert sorted(one.code for one in now) == sorted(
        code for row in rows if row["coder"] == "anna" for code in row["codes"].split("|") if code
    )
    assert coded_study.corpus.passes == passes
    assert not verify(coded_study.store).faults
    (told,) = (event["detail"] for event in coded_study.store.events("import") if "in place of" in event["detail"])
    assert told["in place of"] == [["ash_gp", "anna"]]
    coded_study.import_files([TALK], ImportOptions(replace=True))
    assert coded_study.corpus.codings == before


def test_what_was_decided_in_a_review_stays_when_a_table_is_replaced(coded_study: Study, tmp_path: Path) -> None:
    reviewed = Coding("ash_gp", 0, 9, "CO", "anna", Origin.REVIEWED)
    with coded_study.transaction() as write:
        write.add_codings([reviewed], coded_study.codebook)
    rows = [row | {"codes": ""} for row in talk_rows() if row["transcript"] == "ash_gp"]
    coded_study.import_files([write_csv(tmp_path / "none.csv", rows)], ImportOptions(replace=True))
    assert [coding for coding in coded_study.corpus.codings if coding.transcript == "ash_gp"] == [reviewed]


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "parquet", "jsonl"])
@pytest.mark.parametrize(
    ("codes", "fault"),
    [
        ("a" * 121, "it has 121 characters"), ("tru\ue000st", "no control character"), ("CO;new", "Divide codes with |: CO|new"),
        ("CO~CA", "Divide codes with |: CO|CA"), ("CO/CA", "Divide codes with |: CO|CA"),
        ("new~newer", "divide them with |: new|newer"),
    ],
)  # fmt: skip
def test_a_refusal_of_a_code_to_add_names_file_and_row(
    empty_study: Study, tmp_path: Path, suffix: str, codes: str, fault: str
) -> None:
    row = {"transcript": "new", "order": 1, "text": "Hm.", "codes": "fine", "coder": "anna"}
    path = tmp_path / f"more.{suffix}"
    write_table(pd.DataFrame([row, {**row, "order": 2, "codes": codes}]), path)
    with pytest.raises(InputError) as caught:
        empty_study.import_files([path], ImportOptions(add_codes=True))
    assert f"more.{suffix} {'row' if suffix in ('xlsx', 'parquet') else 'line'} " in str(caught.value)
    assert fault in str(caught.value)


def test_a_code_that_may_be_several_is_added_with_a_word(empty_study: Study, tmp_path: Path) -> None:
    row = {"transcript": "new", "order": 1, "text": "Hm.", "codes": "trust, early|hope/fear|plain", "coder": "anna"}
    imported = empty_study.import_files([write_csv(tmp_path / "t.csv", [row])], ImportOptions(add_codes=True))
    assert imported.added_codes == ["trust, early", "hope/fear", "plain"]
    assert [note for note in imported.notes if "as one code" in note] == [
        "'trust, early' was added as one code. Several would be divided with |: trust|early.",
        "'hope/fear' was added as one code. Several would be divided with |: hope|fear.",
    ]


@pytest.mark.parametrize("name", ["long.txt", "long.csv"])
def test_a_transcript_that_no_talk_fills_is_refused(
    empty_study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr("secondcoder.exchange.importing.MOST_CHARACTERS", 1000)
    path = tmp_path / name
    if name.endswith("csv"):
        write_csv(
            path, [{"transcript": "t", "order": at, "text": "word " * 20, "codes": "", "coder": ""} for at in range(11)]
        )
    else:
        path.write_text(TALKED.format("word " * 200), encoding="utf-8")
    with pytest.raises(
        InputError, match=rf"{name}.*characters, and a transcript has at most 1,000\. Nothing was imported"
    ):
        empty_study.import_files([path])
    assert not empty_study.store.transcripts()


def test_a_file_of_more_bytes_than_a_transcript_has_is_refused_before_it_is_read(
    empty_study: Study, put, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("secondcoder.transcripts.registry.MOST_CHARACTERS", 20)
    with pytest.raises(InputError, match=r"one\.txt: [\d,]+ bytes, and a transcript has at most 20 characters"):
        empty_study.import_files([put("one.txt", "word " * 50)])


def test_of_thousands_of_faults_the_first_thousand_are_looked_for(coded_study: Study, tmp_path: Path) -> None:
    """With each fault the nearest right value is looked for among all that there are."""
    lines = "".join(f"t1,{number},Well.,NONE{number},Ada\n" for number in range(3000))
    (tmp_path / "t.csv").write_text(f"transcript,order,text,codes,coder\n{lines}", encoding="utf-8")
    with pytest.raises(InputError) as refusal:
        coded_study.import_files([tmp_path / "t.csv"])
    assert str(refusal.value).startswith("t.csv: 1001 faults.")


def test_thousands_of_codes_are_not_added(coded_study: Study, tmp_path: Path) -> None:
    lines = "".join(f"t1,{number},Well.,NONE{number},Ada\n" for number in range(3001))
    (tmp_path / "t.csv").write_text(f"transcript,order,text,codes,coder\n{lines}", encoding="utf-8")
    with pytest.raises(InputError, match="name 3,001 codes that the codebook lacks"):
        coded_study.import_files([tmp_path / "t.csv"], ImportOptions(add_codes=True))
