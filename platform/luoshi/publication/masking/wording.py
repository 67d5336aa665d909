"""Lists of words, written one beside the other, as parts of a pattern."""


def any_of(words: str) -> str:
    """A group that matches one of ``words``, the longest first; each may be a pattern without spaces."""
    return "(?:" + "|".join(sorted(words.split(), key=len, reverse=True)) + ")"
