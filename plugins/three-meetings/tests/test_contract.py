"""The platform's contract over this method, without a database and in a county."""

from pathlib import Path

from luoshi.methods.samples import transition_sample
from luoshi.methods.testing import MethodCountyContract


class TestThreeMeetings(MethodCountyContract):
    slug = "three-meetings"
    tests = Path(__file__).parent
    transitions = (
        transition_sample(name="sign", source="drafted", target="unit_signed"),
        transition_sample(subject="suggestion", name="close", source="evaluated", target="closed"),
        transition_sample(subject="suggestion", name="end_tracking", source="tracking", target="closed"),
        transition_sample(),
    )
