"""Pictures that an agency shows: the menu below its chat and the poster on its wall.

Drawn by typst with the Sarabun font, which place Thai marks and break Thai lines. The same input
gives the same bytes.
"""

from documents.drawing.doors import DOORS, MENU_HEIGHT, MENU_WIDTH, Area, Door, areas
from documents.drawing.menu import draw_menu
from documents.drawing.poster import BadPoster, add_friend_link, draw_poster

__all__ = [
    "DOORS",
    "MENU_HEIGHT",
    "MENU_WIDTH",
    "Area",
    "BadPoster",
    "Door",
    "add_friend_link",
    "areas",
    "draw_menu",
    "draw_poster",
]
