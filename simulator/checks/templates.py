"""Template messages: https://developers.line.biz/en/reference/messaging-api/#template-messages."""

from __future__ import annotations

from typing import Any

from simulator.checks.actions import check_action
from simulator.checks.common import EMPTY, Json, Problems, add, one_of, text_problem, url_problem

TEMPLATE_TYPES = ("buttons", "confirm", "carousel", "image_carousel")


def check_template(template: Any, where: str) -> Problems:
    """Problems of the `template` of a template message."""
    if not isinstance(template, dict):
        return [(where, EMPTY)]
    kind = template.get("type")
    if kind == "buttons":
        return _check_card(template, where, most_actions=4, text=160, text_with_more=60)
    if kind == "confirm":
        problems: Problems = []
        text = text_problem(template.get("text"), 240, graphemes=True)
        add(problems, f"{where}.text", text)
        return problems + _check_actions(template.get("actions"), f"{where}.actions", 2, 2)
    if kind in {"carousel", "image_carousel"}:
        return _check_columns(template, where)
    return [(f"{where}.type", one_of(TEMPLATE_TYPES))]


def _check_card(
    card: Json, where: str, *, most_actions: int, text: int, text_with_more: int
) -> Problems:
    problems: Problems = []
    image, title = card.get("thumbnailImageUrl"), card.get("title")
    limit = text_with_more if image or title else text
    add(problems, f"{where}.text", text_problem(card.get("text"), limit, graphemes=True))
    add(problems, f"{where}.title", text_problem(title, 40, required=False, graphemes=True))
    if image is not None:
        add(problems, f"{where}.thumbnailImageUrl", url_problem(image))
    if card.get("defaultAction") is not None:
        action = card["defaultAction"]
        problems += check_action(action, f"{where}.defaultAction", "defaultAction")
    return problems + _check_actions(card.get("actions"), f"{where}.actions", 1, most_actions)


def _check_actions(actions: Any, where: str, least: int, most: int) -> Problems:
    if not isinstance(actions, list) or not least <= len(actions) <= most:
        return [(where, f"Size must be between {least} and {most}")]
    problems: Problems = []
    for index, action in enumerate(actions):
        problems += check_action(action, f"{where}[{index}]", "template")
    return problems


def _check_columns(template: Json, where: str) -> Problems:
    columns = template.get("columns")
    where = f"{where}.columns"
    if not isinstance(columns, list) or not 1 <= len(columns) <= 10:
        return [(where, "Size must be between 1 and 10")]
    problems: Problems = []
    if any(not isinstance(column, dict) for column in columns):
        return [(where, "Invalid column")]
    if template["type"] == "image_carousel":
        for index, column in enumerate(columns):
            here = f"{where}[{index}]"
            add(problems, f"{here}.imageUrl", url_problem(column.get("imageUrl")))
            problems += check_action(column.get("action"), f"{here}.action", "imageCarousel")
        return problems
    for index, column in enumerate(columns):
        here = f"{where}[{index}]"
        problems += _check_card(column, here, most_actions=3, text=120, text_with_more=60)
    # https://github.com/line/line-bot-sdk-python/issues/38: columns must look alike.
    shapes = {
        (len(c.get("actions") or ()), bool(c.get("title")), bool(c.get("thumbnailImageUrl")))
        for c in columns
    }
    if len(shapes) > 1:
        alike = "The columns must have the same number of actions, and all or no title and image"
        problems.append((where, alike))
    return problems
