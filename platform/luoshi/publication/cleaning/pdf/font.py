"""The smallest font a reader accepts: one square for every letter. The text layer is found, not painted."""

import struct
from itertools import pairwise

_UNITS = 1000
_ASCENT = 800
_DESCENT = -200


def square_font() -> bytes:
    """A TrueType font whose only shape is a square of one em."""
    corners = ((0, _DESCENT), (0, _ASCENT), (_UNITS, _ASCENT), (_UNITS, _DESCENT))
    steps = [(0, 0), *corners]
    across = [now[0] - before[0] for before, now in pairwise(steps)]
    up = [now[1] - before[1] for before, now in pairwise(steps)]
    shape = struct.pack(">hhhhhHH", 1, 0, _DESCENT, _UNITS, _ASCENT, 3, 0)
    shape += bytes([1, 1, 1, 1]) + struct.pack(">8h", *across, *up)
    shape += bytes(-len(shape) % 4)
    head = struct.pack(
        ">IIIIHHqqhhhhHHhhh",
        *(0x00010000, 0x00010000, 0, 0x5F0F3CF5, 0, _UNITS, 0, 0),
        *(0, _DESCENT, _UNITS, _ASCENT, 0, 8, 2, 1, 0),
    )
    tables = {
        b"cmap": struct.pack(">HHHHI", 0, 1, 3, 1, 12) + struct.pack(">HHHHHHHHHHHH", *_CMAP),
        b"glyf": shape,
        b"head": head,
        b"hhea": struct.pack(
            ">IhhhHhhhhhh8xhH", 0x10000, _ASCENT, _DESCENT, 0, _UNITS, 0, 0, _UNITS, 1, 0, 0, 0, 1
        ),
        b"hmtx": struct.pack(">Hh", _UNITS, 0),
        b"loca": struct.pack(">II", 0, len(shape)),
        b"maxp": struct.pack(">IHHH22x", 0x10000, 1, 4, 1),
    }
    start = 12 + 16 * len(tables)
    listed = struct.pack(">IHHHH", 0x00010000, len(tables), 64, 2, 16 * len(tables) - 64)
    body = b""
    for name, table in sorted(tables.items()):
        padded = table + bytes(-len(table) % 4)
        total = sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF
        listed += struct.pack(">4sIII", name, total, start + len(body), len(table))
        body += padded
    return listed + body


_CMAP = (4, 24, 0, 2, 2, 0, 0, 0xFFFF, 0, 0xFFFF, 1, 0)
"""Format 4 without any letter: letters are found by number alone."""
