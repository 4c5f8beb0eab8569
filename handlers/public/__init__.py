"""The public's web: report, track, and read what happens to the data. `register` adds it."""

from handlers.public.registration import register

__all__ = ["register"]
