"""What is looked for on every page: violations that axe finds, sideways scrolling, small targets."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).parent / "vendor/axe.min.js"
BAD = {"serious", "critical"}
FINGER = 44
"""Height in CSS pixels of what a page is for: its main buttons on a phone."""


@cache
def _axe() -> str:
    if not AXE.exists():
        raise FileNotFoundError(f"{AXE} is not there: run make test, or python requirements/assets.py dev")
    return AXE.read_text(encoding="utf-8")


def unfold(page: Page) -> None:
    """Open what is folded in the page's content, so that it is looked at as well."""
    page.evaluate("document.querySelectorAll('main details').forEach(box => { box.open = true })")


def axe(page: Page) -> list[str]:
    """Serious and critical violations, each with rule and place; the target sizes of WCAG 2.2 included."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    # Rules that are never worse than moderate are not asked: axe gives a violation the impact of its rule.
    found: list[dict[str, Any]] = page.evaluate(
        """async bad => {
            const mild = axe._audit.rules.filter(rule => rule.impact && !bad.includes(rule.impact));
            const off = mild.map(rule => [rule.id, {enabled: false}]);
            const rules = {...Object.fromEntries(off), "target-size": {enabled: true}};
            const options = {resultTypes: ["violations"], rules};
            const reason = node => (node.any[0] || node.all[0] || node.none[0] || {}).message;
            const place = node => ({at: node.target.join(" "), why: reason(node)});
            const result = await axe.run(document, options);
            return result.violations.map(({id, impact, nodes}) => ({id, impact, nodes: nodes.map(place)}));
        }""",
        sorted(BAD),
    )
    return [
        f"{row['impact']} {row['id']}: {node['at']} ({node['why']})"
        for row in found
        if row["impact"] in BAD
        for node in row["nodes"]
    ]


def sideways(page: Page) -> list[str]:
    """What makes the page wider than the window, where it is."""
    wide: list[str] = page.evaluate(
        """() => {
            const room = document.documentElement.clientWidth, whole = document.scrollingElement.scrollWidth;
            if (whole <= room) return [];
            const right = box => Math.round(box.getBoundingClientRect().right);
            const out = [...document.body.querySelectorAll("*")].filter(
                box => right(box) > room && getComputedStyle(box).position !== "absolute");
            const name = box => `${box.tagName.toLowerCase()}.${box.className} ends at ${right(box)}`;
            return [`${whole} px wide`, ...out.slice(0, 6).map(name)];
        }"""
    )
    return wide


def too_low(page: Page) -> list[str]:
    """Main buttons that a finger may miss."""
    low: list[str] = page.evaluate(
        """finger => [...document.querySelectorAll("main .btn-primary, main button[type=submit]")]
            .filter(button => !button.matches(".btn-sm, .small") && button.checkVisibility())
            .map(button => [button.innerText.trim(), button.getBoundingClientRect().height])
            .filter(([, height]) => height < finger)
            .map(([text, height]) => text + " is " + height + " px high")""",
        FINGER,
    )
    return low
