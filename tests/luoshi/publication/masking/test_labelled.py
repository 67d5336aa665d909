"""Recall and precision over labelled sentences: a telephone or identity number that is missed fails."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from luoshi.publication.masking import Kind, Known, propose

SENTENCES = Path(__file__).with_name("labelled.txt")
LABEL = re.compile(r"〔([a-z_]+):([^〕]*)〕")
UNMISSABLE = (Kind.PHONE, Kind.ID, Kind.BANK)
FLOOR = {kind: (0.9, 0.9) for kind in Kind}


@dataclass(frozen=True)
class Labelled:
    """One sentence as it would be published, with what must not be."""

    line: int
    text: str
    labels: tuple[tuple[int, int, Kind], ...]


def labelled_read() -> tuple[list[Labelled], Known]:
    known: dict[str, frozenset[str]] = {}
    sentences = []
    for number, line in enumerate(SENTENCES.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("!"):
            group, *names = line[1:].split(" ")
            known[group] = frozenset(names)
        elif line and not line.startswith("#"):
            sentences.append(_labelled(number, line))
    return sentences, Known(**known)


def _labelled(number: int, line: str) -> Labelled:
    bare = line.startswith("-")
    line = line.removeprefix("-").replace("⏎", "\n").replace("\\u200b", "\u200b")
    text, labels, at = "", [], 0
    for match in LABEL.finditer(line):
        text += line[at : match.start()]
        labels.append((len(text), len(text) + len(match[2]), Kind(match[1])))
        text += match[2]
        at = match.end()
    assert bare != bool(labels), (
        f"line {number}: a dash stands before what has nothing to mask, and only there"
    )
    return Labelled(number, text + line[at:], tuple(labels))


@dataclass
class Result:
    """What a run over all sentences gave, by kind."""

    labels: Counter[Kind]
    hits: Counter[Kind]
    marks: Counter[Kind]
    right: Counter[Kind]
    missed: list[str]
    wrong: list[str]

    def recall(self, kind: Kind) -> float:
        return self.hits[kind] / self.labels[kind]

    def precision(self, kind: Kind) -> float:
        return self.right[kind] / self.marks[kind] if self.marks[kind] else 1.0


def measure() -> Result:
    """A label is hit when marks of its kind cover all of it; a mark is right when it touches one of its kind."""
    result = Result(Counter(), Counter(), Counter(), Counter(), [], [])
    sentences, known = labelled_read()
    for sentence in sentences:
        marks = propose(sentence.text, known=known)
        for start, end, kind in sentence.labels:
            result.labels[kind] += 1
            covered = {at for mark in marks if mark.kind is kind for at in range(mark.start, mark.end)}
            if covered >= set(range(start, end)):
                result.hits[kind] += 1
            else:
                result.missed.append(
                    f"{sentence.line}: {kind} {sentence.text[start:end]!r} in {sentence.text!r}"
                )
        for mark in marks:
            result.marks[mark.kind] += 1
            if any(
                mark.kind is kind and mark.start < end and start < mark.end
                for start, end, kind in sentence.labels
            ):
                result.right[mark.kind] += 1
            else:
                part = sentence.text[mark.start : mark.end]
                result.wrong.append(f"{sentence.line}: {mark.kind} {part!r} in {sentence.text!r}")
    return result


@pytest.fixture(scope="module")
def result() -> Result:
    return measure()


def test_there_are_enough_sentences_and_enough_with_nothing_in_them() -> None:
    sentences, _known = labelled_read()
    assert len(sentences) >= 300
    assert sum(not sentence.labels for sentence in sentences) * 3 >= len(sentences)
    assert len({sentence.text for sentence in sentences}) == len(sentences)
    assert {kind for sentence in sentences for _start, _end, kind in sentence.labels} == set(Kind)


def test_figures_are_printed(result: Result, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [f"{'kind':<14}{'labels':>7}{'recall':>8}{'marks':>7}{'precision':>10}"]
    for kind in Kind:
        lines.append(
            f"{kind:<14}{result.labels[kind]:>7}{result.recall(kind):>8.3f}"
            f"{result.marks[kind]:>7}{result.precision(kind):>10.3f}"
        )
    lines += ["missed:", *(result.missed or ["nothing"]), "not wanted:", *(result.wrong or ["nothing"])]
    with capsys.disabled():
        print("\n" + "\n".join(lines))
    assert sum(result.labels.values()) > 300


@pytest.mark.parametrize("kind", UNMISSABLE)
def test_no_telephone_and_no_number_is_missed(result: Result, kind: Kind) -> None:
    assert [miss for miss in result.missed if f": {kind} " in miss] == []


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in UNMISSABLE])
def test_recall_holds(result: Result, kind: Kind) -> None:
    assert result.recall(kind) >= FLOOR[kind][0]


@pytest.mark.parametrize("kind", Kind)
def test_precision_holds(result: Result, kind: Kind) -> None:
    assert result.precision(kind) >= FLOOR[kind][1]
