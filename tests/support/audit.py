"""What every public page is audited for, read off a reader's browser: weight, requests, structure, words."""

import gzip
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from chromium import is_ours
from playwright.sync_api import Page, Response

HEAVIEST = 150_000
"""Bytes of a page with everything on it, compressed as the web server sends it."""
MOST_REQUESTS = 6
SMALLEST_PRINT = 14
"""Pixels: no text of a public page is smaller (ordinary text is 16)."""
TAGS = {"SiteName", "SiteDomain"}
"""Tags of every page of a government site; ``SiteIDCode`` only where the county has one."""
COLUMN_TAGS = {"ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType"}
ARTICLE_TAGS = {"ArticleTitle", "PubDate", "ContentSource"}

_READ = """() => {
  const all = (css) => [...document.querySelectorAll(css)];
  const seen = (node) => node.checkVisibility({visibilityProperty: true});
  const words = (node) => (node.getAttribute("aria-label") || node.innerText || "").trim();
  const ids = all("[id]").map((node) => node.id);
  const small = new Map();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const box = walk.currentNode.parentElement, text = walk.currentNode.nodeValue.trim();
    if (text && seen(box) && !box.closest(".unseen, script, style")) {
      const size = parseFloat(getComputedStyle(box).fontSize);
      if (size < SMALLEST) small.set(text.slice(0, 20), size);
    }
  }
  return {
    lang: document.documentElement.lang,
    title: document.title,
    viewport: (all("meta[name=viewport]")[0] || {}).content || "",
    tags: all("meta[name]").map((node) => [node.name, node.content.trim()]),
    headings: all("h1,h2,h3,h4,h5,h6").filter(seen).map((node) => [Number(node.tagName[1]), words(node)]),
    marks: ["header", "nav", "main", "footer"].map((name) => [name, all(name).length]),
    skip: ((all("body a")[0] || {}).hash || ""),
    ids: ids.filter((id, at) => ids.indexOf(id) !== at),
    pictures: all("img:not([alt])").map((node) => node.src),
    links: all("a[href]").filter((node) => seen(node) && !words(node)).map((node) => node.href),
    fields: all("input:not([type=hidden]), select, textarea")
      .filter((node) => !node.labels.length && !node.getAttribute("aria-label")).map((node) => node.name),
    tables: all("table").filter((node) => !node.querySelector("th[scope]")).length,
    scripts: all("script:not([src]), [style], [onclick], [onload]").length,
    small: [...small],
  };
}""".replace("SMALLEST)", f"{SMALLEST_PRINT})")


@dataclass
class Traffic:
    """What a page makes its browser ask for."""

    answers: list[Response] = field(default_factory=list)

    def over(self, page: Page) -> "Traffic":
        """Note every answer from now on."""
        page.on("response", lambda answer: self.answers.append(answer))  # the driver marks what it is given
        return self

    def weight(self) -> int:
        """Bytes of all answers, compressed."""
        return sum(_weight(answer) for answer in self.answers if answer.url.startswith("http"))

    def faults(self) -> list[str]:
        """Too heavy, too many, from elsewhere, broken, or leaving something in the reader's browser."""
        asked = [answer.url for answer in self.answers if answer.url.startswith("http")]
        found = [f"asks another host: {url}" for url in asked if not is_ours(url)]
        if len(asked) > MOST_REQUESTS:
            found.append(f"{len(asked)} requests")
        if (weight := self.weight()) > HEAVIEST:
            found.append(f"{weight} bytes")
        found += [f"sets a cookie: {a.url}" for a in self.answers if "set-cookie" in a.headers]
        return found + [f"{a.status}: {a.url}" for a in self.answers[1:] if a.status >= 400]


def _weight(answer: Response) -> int:
    body = answer.body()
    kind = answer.headers.get("content-type", "")
    is_text = kind.startswith("text/") or "javascript" in kind or "json" in kind or "xml" in kind
    return len(gzip.compress(body, 6)) if is_text else len(body)


def audit(page: Page, *, tags: set[str], framed: bool = True) -> list[str]:
    """Faults of the page that is open.

    :param tags: those of the government's tags that it has beside the site's own.
    :param framed: whether it stands for itself, and is not shown within another site's page.
    """
    read: dict[str, Any] = page.evaluate(_READ)
    found = [f"language {read['lang']!r}"] if read["lang"] != "zh-CN" else []
    if not read["title"].strip() or len(read["title"]) > 120:
        found.append(f"title {read['title']!r}")
    if read["viewport"] != "width=device-width, initial-scale=1":
        found.append(f"viewport {read['viewport']!r}: it must not forbid enlarging")
    found += _headings(read["headings"])
    if framed:
        given = {name for name, content in read["tags"] if content}
        found += [f"no tag {name}" for name in sorted((TAGS | tags) - given)]
        found += [
            f"tag {name} is not for this page" for name in sorted((COLUMN_TAGS | ARTICLE_TAGS) & given - tags)
        ]
        names = [name for name, _ in read["tags"]]
        found += [f"tag {name} twice" for name in sorted({name for name in names if names.count(name) > 1})]
        found += [
            f"{number} × {name}"
            for name, number in read["marks"]
            if number < 1 or (name != "nav" and number > 1)
        ]
        if read["skip"] != "#content":
            found.append("the first link does not lead to the content")
    for key, words in (
        ("ids", "id twice"),
        ("pictures", "picture without alt"),
        ("links", "link without a name"),
        ("fields", "field without a label"),
        ("small", "small print"),
    ):
        found += [f"{words}: {item}" for item in read[key]]
    if read["tables"]:
        found.append("table without headings of rows or columns")
    if read["scripts"]:
        found.append("script or style within the page")
    return found


def _headings(headings: list[tuple[int, str]]) -> list[str]:
    """One of the first rank, which comes first; none empty; none skips a rank."""
    found = [f"empty h{rank}" for rank, words in headings if not words]
    ranks = [rank for rank, _ in headings]
    if ranks.count(1) != 1 or ranks[:1] != [1]:
        found.append(f"headings begin {ranks[:3]} with {ranks.count(1)} × h1")
    steps = pairwise(headings)
    return found + [
        f"h{before[0]} to h{after[0]}: {after[1]}" for before, after in steps if after[0] > before[0] + 1
    ]
