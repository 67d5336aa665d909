"""The named rule by which a suggestion's stage follows from its leads."""

from itertools import product

import pytest

from luoshi.lifecycle.stage import stage_from_leads
from luoshi.lifecycle.states import AssignmentState


@pytest.mark.parametrize(
    ("leads", "stage"),
    [
        ([], "pre_assigned"),
        (["reassigned"], "pre_assigned"),
        (["ended", "reassigned"], "pre_assigned"),
        (["pending"], "assigned"),
        (["accepted"], "assigned"),
        (["return_requested"], "assigned"),
        (["reassigned", "pending"], "assigned"),
        (["handling"], "in_handling"),
        (["pending", "handling"], "in_handling"),
        (["done", "pending"], "in_handling"),
        (["done", "return_requested"], "in_handling"),
        (["done"], "replied"),
        (["done", "done"], "replied"),
        (["reassigned", "done"], "replied"),
    ],
)
def test_stage(leads: list[str], stage: str) -> None:
    assert stage_from_leads(leads) == stage


def test_every_pair_of_states_has_one_answer_whatever_the_order() -> None:
    for pair in product(AssignmentState.values, repeat=2):
        assert stage_from_leads(pair) == stage_from_leads(reversed(pair))
