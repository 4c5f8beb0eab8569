"""Rich menus: https://developers.line.biz/en/reference/messaging-api/#rich-menu-structure."""

from __future__ import annotations

from typing import Any

from simulator.checks.actions import check_action
from simulator.checks.common import EMPTY, Problems, Refusal, add, refuse, text_problem

IMAGE_BYTES = 1024 * 1024


def check_rich_menu(menu: Any) -> Refusal | None:
    """The refusal of a rich menu's definition, or None."""
    if not isinstance(menu, dict):
        return refuse([("", EMPTY)])
    problems: Problems = []
    size = menu.get("size")
    width = size.get("width") if isinstance(size, dict) else None
    height = size.get("height") if isinstance(size, dict) else None
    if not isinstance(width, int) or not 800 <= width <= 2500:
        problems.append(("size.width", "Must be between 800 and 2500"))
    if not isinstance(height, int) or height < 250:
        problems.append(("size.height", "Must be 250 or more"))
    elif isinstance(width, int) and width / height < 1.45:
        problems.append(("size", "The aspect ratio (width / height) must be 1.45 or more"))
    if not isinstance(menu.get("selected"), bool):
        problems.append(("selected", EMPTY))
    add(problems, "name", text_problem(menu.get("name"), 300))
    add(problems, "chatBarText", text_problem(menu.get("chatBarText"), 14, graphemes=True))
    areas = menu.get("areas")
    if not isinstance(areas, list) or len(areas) > 20:
        problems.append(("areas", "Size must be between 0 and 20"))
        areas = []
    for index, area in enumerate(areas):
        here = f"areas[{index}]"
        if not isinstance(area, dict):
            problems.append((here, EMPTY))
            continue
        bounds = area.get("bounds")
        if not isinstance(bounds, dict) or not _inside(bounds, width, height):
            problems.append((f"{here}.bounds", "Must lie inside the image"))
        problems += check_action(area.get("action"), f"{here}.action", "richMenu")
    return refuse(problems)


def _inside(bounds: dict[str, Any], width: Any, height: Any) -> bool:
    numbers = [bounds.get(name) for name in ("x", "y", "width", "height")]
    if not all(isinstance(n, int) and not isinstance(n, bool) for n in numbers):
        return False
    x, y, w, h = (int(n) for n in numbers if n is not None)
    if x < 0 or y < 0 or w < 1 or h < 1:
        return False
    known = isinstance(width, int) and isinstance(height, int)
    return not known or (x + w <= width and y + h <= height)
