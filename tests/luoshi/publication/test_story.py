"""The story of a public case: what was done, in the order in which it was done."""

from people import cast_make
from public_pages import published
from world import contact

from luoshi.publication.public import public_case
from luoshi.publication.values import PublicCase


def test_a_visit_after_the_reply_is_told_after_it_on_the_same_day(county: object) -> None:
    cast = cast_make()
    publication, _ = published(cast)
    part, day = publication.reply.assignment, publication.reply.issued_on
    made = cast.world.act(part, "record_contact", cast.lead_handler, **contact(part, "after", held_on=day))
    cast.world.act(part, "confirm_contact", cast.writer, contact=made.created["contact"])
    case = public_case(publication.pk)
    assert isinstance(case, PublicCase)
    assert [step.label for step in case.story] == ["提出", "交办", "答复", "办后沟通"]
    assert case.story[-1].on == day
