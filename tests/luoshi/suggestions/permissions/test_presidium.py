"""The presidium of a township helps its deputies to write and sees their cases; it decides nothing (C0)."""

import pytest
from people import Cast
from ready import READY
from who_may import outcome

STAGES = ("submitted", "registered")


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
