"""What must be true of every page that anybody opens: looked at by a real browser."""

from __future__ import annotations

from functools import cache
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# A letter without a glyph is drawn as a box, and all such boxes look alike.
_MISSING = """() => {
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  canvas.width = canvas.height = 40;
  pen.font = "24px " + getComputedStyle(document.body).fontFamily;
  pen.textBaseline = "top";
  const drawn = (mark) => {
    pen.clearRect(0, 0, 40, 40);
    pen.fillText(mark, 2, 2);
    return pen.getImageData(0, 0, 40, 40).data.join();
  };
  const box = drawn("\\u{10ffff}");
  const marks = new Set(document.body.innerText.replace(/\\s/g, ""));
  return [...marks].filter((mark) => drawn(mark) === box);
}"""
# What sticks out of the page's right edge, unless it scrolls inside a box of its own.
_STICKS_OUT = """() => {
  const root = document.documentElement;
  return root.scrollWidth > root.clientWidth ? root.scrollWidth - root.clientWidth : 0;
}"""
# What is wider than its box and cannot be seen whole; a name that is shortened on purpose may be.
_CUT_OFF = """() => [...document.querySelectorAll("main *")].filter((one) => {
  const style = getComputedStyle(one);
  const shut = ["hidden", "clip"].includes(style.overflowX) || one.matches(".sheet-box");
  return shut && one.clientWidth > 1 && one.scrollWidth > one.clientWidth + 1
    && style.webkitLineClamp === "none" && !one.matches("input, select, .visually-hidden");
}).map((one) => `${one.tagName.toLowerCase()}.${one.className}`)"""
_SERIOUS = ("serious", "critical")
_OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
}


@cache
def _axe() -> Axe:
    return Axe()


def missing_glyphs(page: Page) -> list[str]:
    """Letters on the page for which this machine's fonts have no picture."""
    found: list[str] = page.evaluate(_MISSING)
    return found


def sideways(page: Page) -> int:
    """By how many pixels the page scrolls sideways."""
    found: int = page.evaluate(_STICKS_OUT)
    return found


def cut_off(page: Page) -> list[str]:
    """Boxes whose content is wider than they are."""
    found: list[str] = page.evaluate(_CUT_OFF)
    return found


def barriers(page: Page) -> list[str]:
    """axe's serious findings: the rule and the element, one line each."""
    violations: list[dict[str, Any]] = _axe().run(page, options=_OPTIONS).response["violations"]
    return [
        f"{one['id']}: {' '.join(str(part) for part in node['target'])}"
        for one in violations
        if one["impact"] in _SERIOUS
        for node in one["nodes"]
    ]


def faults_of(page: Page, *, thoroughly: bool = True) -> list[str]:
    """Everything that is wrong with how the page looks; ``thoroughly``: with axe as well."""
    faults = [f"no glyph for {mark!r}" for mark in missing_glyphs(page)]
    if wide := sideways(page):
        faults.append(f"scrolls sideways by {wide} px")
    faults += [f"cut off: {one}" for one in cut_off(page)]
    if thoroughly:
        faults += barriers(page)
    return faults
