"""From the draft to the register (domain.md C1 rows 1–5): who may."""

import pytest
from people import Cast
from ready import READY
from who_may import INTAKE, WHO_MAY, expected, outcome, outcomes

from luoshi.accounts.actor import Role
from luoshi.lifecycle.tables import ALL_TRANSITIONS

STAGES = ("submitted", "registered")


@pytest.mark.parametrize("permission", INTAKE)
def test_who_may(staged: Cast, permission: str) -> None:
    assert outcomes(staged, permission) == expected(staged, permission)


@pytest.mark.parametrize(
    "permission",
    [
        "suggestion.edit",
        "suggestion.invite_co_signers",
        "suggestion.remove_co_signer",
        "suggestion.submit",
    ],
)
def test_the_presidium_helps_the_deputies_of_its_township(staged: Cast, permission: str) -> None:
    ready = READY[permission](staged, congress_body="township")
    assert outcome(permission, ready, staged.presidium) == "may"


@pytest.mark.parametrize("permission", ["suggestion.send_back", "suggestion.register", "suggestion.withdraw"])
def test_the_presidium_sees_but_does_not_decide(staged: Cast, permission: str) -> None:
    ready = READY[permission](staged, congress_body="township")
    assert outcome(permission, ready, staged.presidium) == "not_allowed"


def test_every_row_has_its_people_and_everybody_of_the_county_is_tried(staged: Cast) -> None:
    assert set(WHO_MAY) == {row.permission for row in ALL_TRANSITIONS}
    assert {role for actor in staged.people.values() for role in actor.roles} == set(Role)
    assert {name for may, sees in WHO_MAY.values() for name in may | sees} <= set(staged.people)
    assert [permission for permission, (may, sees) in WHO_MAY.items() if not may <= sees] == []
