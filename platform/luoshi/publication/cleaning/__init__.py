"""Enclosures re-made clean before anybody may publish them. Bytes in, bytes out; nothing here reaches the database.

Start at ``cleaner.clean``. The rule for every kind: what is visible is kept or the whole file is refused, never
lost without a word; what is not visible is left out because only known parts and elements are carried over.
"""
