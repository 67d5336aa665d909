"""What the machine's proposals cost for 10,000 characters, beside cutting the same text into words."""

import tomllib
from pathlib import Path

import rjieba
from timing import heading, in_turns, row

from luoshi.masking import propose

TEXTS = Path(__file__).parent.parent / "luoshi" / "publication" / "search_corpus"
CHARACTERS = 10_000
ROUNDS = 20


def run(url: str) -> None:
    """Print the time and the ratio; the database is not asked."""
    heading(f"脱敏建议：{CHARACTERS:,} 字的建议与答复，与单纯切词交替")
    texts, left = [], CHARACTERS
    for path in sorted(TEXTS.glob("*.toml")):
        for found in tomllib.loads(path.read_text(encoding="utf-8"))["text"]:
            text = f"{found['title']}\n{found['text']}"[:left]
            left -= len(text)
            texts += [text] if text else []
    both = in_turns(
        ROUNDS,
        propose=lambda: [propose(text) for text in texts],
        cut=lambda: [rjieba.tag(text) for text in texts],
    )
    row(
        f"建议 {both['propose'].median * 1000:.0f} ms，切词 {both['cut'].median * 1000:.0f} ms",
        f"{both['propose'].median / both['cut'].median:.1f}",
    )
