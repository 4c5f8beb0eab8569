"""`prongsai run --demo`: the example agency, its staff and knowledge, and LINE's part played."""

from bot.demo.serving import serve_demo

__all__ = ["serve_demo"]
