"""The officers' web (/desk/). `register` hangs it on an app that carries `Services`."""

from handlers.desk.registration import register

__all__ = ["register"]
