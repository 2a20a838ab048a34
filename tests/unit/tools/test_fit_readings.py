"""The tool that proposes costs of readings: what it learns from a few words of our own."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

import fit_readings
from tocsin.names.readings import weigh_reading

COSTS: fit_readings.Costs = {"а": {"a": 5}, "н": {"n": 5}, "ж": {"zh": 60, "j": 95}}


def test_shares_of_all_alignments_of_a_unit_add_up_to_one() -> None:
    found = fit_readings.align(fit_readings.to_gains(COSTS), ("ж", "а", "н", "а"), "zhanna", has_vowels=True)
    assert math.isclose(sum(share for unit, _, share in found if unit == "ж"), 1.0)
    assert math.isclose(sum(share for unit, _, share in found if unit == "а"), 2.0)


def test_a_reading_that_many_words_have_is_learnt_and_becomes_the_likeliest() -> None:
    words: list[fit_readings.Word] = [(("ж", "а", "н"), "gian")] * 30
    learnt = COSTS
    for _ in range(4):
        learnt = fit_readings.fit_once(learnt, words, has_vowels=True)
    assert min(learnt["ж"], key=lambda text: learnt["ж"][text]) == "gi"
    assert learnt["а"] == {"a": learnt["а"]["a"]}


def test_a_pair_that_is_likely_by_chance_only_teaches_nothing() -> None:
    assert fit_readings.align(fit_readings.to_gains(COSTS), ("ж", "а", "н"), "kurt", has_vowels=True) == []


def test_a_mixture_keeps_what_was_there() -> None:
    mixed = fit_readings.mix(COSTS, {**COSTS, "ж": {"gi": 0}}, kept=0.5)
    assert mixed["ж"] == {"zh": 130, "j": 165, "gi": 70}


def test_a_word_gains_what_it_gains_in_the_matcher() -> None:
    gains = fit_readings.to_gains(fit_readings.read_costs("Cyrl"))
    units = fit_readings.cut_units("^жанна$", "Cyrl")
    for latin in ("zhanna", "jeanne", "wolf"):
        assert fit_readings.weigh(gains, units, latin, has_vowels=True) == weigh_reading("^жанна$", "Cyrl", latin)[0]


def test_without_the_reference_data_nothing_is_fitted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert fit_readings.main(["Cyrl", str(tmp_path)]) == 1
    assert "nothing was fitted" in capsys.readouterr().err
