"""The generator of the name data: what it writes, and each thing that it refuses."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import make_names
import names_check

FOLDER = make_names.FOLDER


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the name data that a test may spoil."""
    return Path(shutil.copytree(FOLDER, tmp_path / "data"))


@pytest.fixture(scope="module")
def reviewed() -> names_check.Data:
    """What the reviewed files hold; not to be changed."""
    return names_check.read_folder(FOLDER)[0]


def edit(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / f"{name}.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def refusals(folder: Path) -> str:
    """What is said of the folder, one problem a line; nothing when it is good."""
    data, problems = names_check.read_folder(folder)
    return "\n".join(problems or names_check.find_problems(data))


def test_the_written_file_is_what_the_reviewed_files_give() -> None:
    assert make_names.main(["--check"]) == 0


def test_the_reviewed_files_have_no_problems() -> None:
    assert refusals(FOLDER) == ""


def test_generating_twice_gives_the_same_bytes(folder: Path) -> None:
    before = (folder / "names.json").read_bytes()
    assert make_names.main(["--folder", str(folder)]) == 0
    assert (folder / "names.json").read_bytes() == before


def test_the_order_of_families_in_a_file_does_not_matter(folder: Path) -> None:
    path = folder / "nicknames.yaml"
    data, _ = names_check.read_folder(folder)
    turned = {section: list(reversed(groups)) for section, groups in data["person_names"].items()}
    assert make_names.make_tables({**data, "person_names": turned}) == make_names.make_tables(data)
    assert path.is_file()


def test_a_change_of_one_family_changes_one_line_of_its_table(folder: Path) -> None:
    edit(folder, "organisation_words", "- liberation ", "- liberation zyxwvut ")
    before = (folder / "names.json").read_text(encoding="utf-8").splitlines()
    assert make_names.main(["--folder", str(folder)]) == 0
    after = (folder / "names.json").read_text(encoding="utf-8").splitlines()
    assert [line for line in after if line not in before] == [line for line in after if "zyxwvut" in line]
    assert len(after) == len(before)


def test_the_check_says_when_the_written_file_is_old_and_writes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(folder, "titles", " mrs ", " mrs mrz ")
    before = (folder / "names.json").read_bytes()
    assert make_names.main(["--check", "--folder", str(folder)]) == 1
    assert "make names" in capsys.readouterr().err
    assert (folder / "names.json").read_bytes() == before


def test_refused_data_are_not_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(folder, "titles", " mrs ", " mrs Mrz ")
    before = (folder / "names.json").read_bytes()
    assert make_names.main(["--folder", str(folder)]) == 1
    assert "write 'mrz'" in capsys.readouterr().err
    assert (folder / "names.json").read_bytes() == before


def test_the_written_file_is_json_with_a_version() -> None:
    assert json.loads((FOLDER / "names.json").read_bytes())["version"] == make_names.NAME_DATA


REFUSED = {
    "a capital letter": ("person_names", "- ahmad ahmed", "- ahmad Ahmed", "'Ahmed' is not in lower-case ASCII; write 'ahmed'"),
    "a letter with a mark": ("nicknames", "sasha shura sania", "sasha šura sania", "write 'sura'"),
    "a word twice in a family": ("person_names", "- ahmad ahmed", "- ahmad ahmad ahmed", "'ahmad' stands twice"),
    "a word in two families": ("person_names", "- ahmad ahmed", "- ahmad khalid ahmed", "write 'khalid+' in each"),
    "an organisation word in two families": ("organisation_words", "- peace ", "- peace banco ", "write 'banco+' in each"),
    "a mark that is not needed": ("person_names", "- ahmad ahmed", "- ahmad ahmed+", "'ahmed+' stands in one group only"),
    "a family of one word": ("person_names", "- ahmad ahmed", "- qwertz\n- ahmad ahmed", "a family has two words or more"),
    "a letter in a family": ("person_names", "- ahmad ahmed", "- ahmad q ahmed", "'q' is a letter"),
    "an empty group": ("person_names", "- ahmad ahmed", "-\n- ahmad ahmed", ": the group is empty"),
    "a truth value": ("person_names", "- ahmad ahmed", "- no\n- ahmad ahmed", "'False' is not text; put it in quotes"),
    "a key that stands twice": ("particles", "  al: al ", "  al: al\n  al: al ", "'al' stands twice"),
    "broken YAML": ("particles", "persons:", "persons: [", "particles.yaml, line "),
    "an unknown section": ("titles", "binders:", "bindrs:", "section 'bindrs' is not known; nearest is 'binders'"),
    "a particle in two families": ("particles", "  son: bin ", "  son: bin al ", "'al' stands also in particles.yaml, persons, son"),
    "a title that is a particle": ("titles", " mr mrs ", " mr bint mrs ", "'bint' is a particle already"),
    "a title that is a binder": ("titles", " mr mrs ", " mr abdul mrs ", "'abdul' stands also in titles.yaml, binders, abd"),
    "a legal form in two groups": ("legal_forms", "  plc: plc", "  plc: plc gmbh", "'gmbh' stands also in"),
    "a legal form without itself": ("legal_forms", "  plc: plc", "  plc: plcs", "the form itself is not among its words"),
    "a phrase of an unknown form": ("legal_forms", "  pvt ltd:\n", "  pvt lrd:\n", "'lrd' is not a legal form; nearest is"),
    "a phrase of one word": ("legal_forms", "  pvt ltd:\n", "  pvt ltd:\n  - privateltd\n", "is one word; it belongs to 'words'"),
    "a phrase with a point": ("legal_forms", "  pvt ltd:\n", "  pvt ltd:\n  - pvt. co\n", "write 'pvt co'"),
    "a phrase of two forms": ("legal_forms", "  pvt ltd:\n", "  pvt ltd:\n  - private limited\n", "stands also in pvt ltd"),
    "a nickname twice": ("nicknames", "  abraham: abe ", "  abraham: abe abe ", "'abe' stands twice"),
    "an acronym in capitals": ("acronyms", "  pkk: ", "  PKK: ", "2 to 10 lower-case letters or digits"),
    "an acronym for one word": ("acronyms", "  pkk: [", "  pkk: [kurdistan, ", "'kurdistan' is not a long form of two words"),
    "a long form twice": ("acronyms", "  pkk: [", "  pkk: [kurdistan-workers' party, ", "stands twice"),
    "a number word of two values": ("numbers", "  2: two ", "  2: two three ", "'three' stands also in numbers.yaml, words, 3"),
    "a number word that is a tie": ("numbers", "  2: two ", "  2: two des ", "'des' is a tie word or a legal form already"),
    "a value that is no number": ("numbers", "  2: two ", "  two: two ", "'two' is not a number"),
    "an unknown band": ("commonness", "    rather: >-", "    ratter: >-", "band 'ratter' is not known; nearest is 'rather'"),
    "a word in two bands": ("commonness", "  arabic:\n    most: >-\n", "  arabic:\n    most: >-\n      tamim ", "'tamim' stands also in commonness.yaml, persons, arabic, rather"),
    "an unknown region": ("commonness", "unvocalised: arabic", "unvocalised: arabik", "region 'arabik' is not known; nearest is 'arabic'"),
    "a word in another script": ("script_words", "    oglu: оглы", "    oglu: oglu", "a word is written in Latn, not in Cyrl"),
    "an unknown kind": ("script_words", "Hebr:\n  particle:", "Hebr:\n  partikel:", "kind 'partikel' is not known; nearest is 'particle'"),
    "a title without a Latin word": ("script_words", "    rabbi: הרב", "    rabby: הרב", "'rabby' is no title in the Latin tables; nearest is 'rabbi'"),
    "a reading without a cost": ("readings", "  \"ა\": a=5", "  \"ა\": a", "'a' is not Latin letters (or -), = and a cost below 1000"),
    "a reading twice": ("readings", "  \"ა\": a=5", "  \"ა\": a=5 a=9", "'a' stands twice"),
    "an unlikely reading first": ("readings", "  \"ა\": a=5", "  \"ა\": e=90 a=5", "which costs least, stands first"),
    "another form of a sign": ("han_signs", '  "gaa": ', '  "gaa": 張', "'張' is another form of '张'; write that one"),
    "a sign twice": ("han_signs", '  "iau": ', '  "iau": 耀', "'耀' stands twice"),
    "a syllable that nobody can spell": ("han_signs", '  "kai": ', '  "xq": ', "has no initial and final (or whole syllable)"),
    "a sign of another script": ("han_signs", '  "kai": ', '  "kai": b', "'b' is no Chinese sign"),
    "a reading that is not in kana": ("japanese_names", '  "アベ": ', '  "abe": ', "does not have all kana of which this is made"),
    "a name that is not in kanji": ("japanese_names", '  "アベ": ', '  "アベ": Abe ', "'Abe' is not written in Chinese signs"),
    "an unlikely spelling of a sign first": ("han_signs", '  "阿": ', '  "阿": q=900 ', "which costs least, stands first"),
    "a script word twice": ("script_words", "    ben: בן", "    ben: בן בנק", "stands also in particle, ben"),
}


@pytest.mark.parametrize(("name", "old", "new", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_what_would_spoil_the_data_is_refused_with_its_file_and_a_remedy(
    folder: Path, name: str, old: str, new: str, said: str
) -> None:
    edit(folder, name, old, new)
    found = refusals(folder)
    assert said in found
    assert f"{name}.yaml" in found


@pytest.mark.parametrize(("language", "sign", "latin"), [
    ("yue", "嘉", "ka"), ("yue", "娥", "ngor"), ("nan", "耀", "yew"), ("nan", "栋", "tong"), ("jpn", "晋", "shin"), ("foreign", "斯", "s"),
])
def test_a_sign_has_the_spellings_of_its_syllables(
    reviewed: names_check.Data, language: str, sign: str, latin: str
) -> None:
    lines = make_names.make_signs(reviewed, "")["lines"][language]
    own = next(line for line, signs in lines.items() if sign in signs)
    assert latin in [reading.partition("=")[0] for reading in own.split()]


def test_a_missing_file_is_refused(folder: Path) -> None:
    (folder / "titles.yaml").unlink()
    assert "titles.yaml: the file is missing" in refusals(folder)


def test_a_file_of_another_name_is_refused(folder: Path) -> None:
    (folder / "title.yaml").write_text("titles: {}\n", encoding="utf-8")
    assert "title.yaml: no such file is known; nearest is 'titles'" in refusals(folder)
