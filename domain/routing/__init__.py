"""Sort a resident's message: what does the sender want?"""

from domain.routing.route import Intent, Routing, route

__all__ = ["Intent", "Routing", "route"]
