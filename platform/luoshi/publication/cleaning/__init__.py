"""Enclosures re-made clean before anybody may publish them. Bytes in, bytes out; no database.

Start at ``cleaner.clean``. The rule for every kind: what is visible is kept or the whole file is refused,
never lost in silence; what is not visible is left out because only known parts and elements are carried over.
"""
