"""What answers in LINE: one event in, what to say out."""

from handlers.chat.answering import answer

__all__ = ["answer"]
