"""Which acts the public search and the kept copies follow: those on publications, by whose ids they go."""

import pytest

from luoshi.lifecycle.states import Subject
from luoshi.outbox.registry import consumers_hearing, consumers_of
from luoshi.publication.copies import CONSUMER as COPIES
from luoshi.publication.copies import copies_follow
from luoshi.publication.search import CONSUMER as SEARCH
from luoshi.publication.search import public_text_follow
from luoshi.suggestions.services.log import TRANSITION_DONE


@pytest.mark.parametrize(("name", "run"), [(SEARCH, public_text_follow), (COPIES, copies_follow)])
def test_they_hear_of_publications_alone(name: str, run: object) -> None:
    assert consumers_of(TRANSITION_DONE)[name] is run
    heard = {
        subject
        for subject in Subject
        if name
        in consumers_hearing(
            TRANSITION_DONE, {"channel": "web", "subject": subject.value, "transition": "edit"}
        )
    }
    assert heard == {Subject.PUBLICATION}
