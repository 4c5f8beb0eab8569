"""How many wrong invitation codes are looked at. In the memory of one process alone, where an
address stands only as a hash with a key that ends with the process."""

from __future__ import annotations

import hashlib
import secrets

from flask import Flask, current_app, request
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

OF_ONE = parse("10 per 10 minutes")
OF_ALL = parse("300 per 10 minutes")
_EXTENSION = "prongsai-desk-guesses"


class Guesses:
    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._key = secrets.token_bytes(32)

    def may_go_on(self) -> bool:
        return self._limiter.test(OF_ONE, self._mine()) and self._limiter.test(OF_ALL, "all")

    def wrong(self) -> None:
        self._limiter.hit(OF_ONE, self._mine())
        self._limiter.hit(OF_ALL, "all")

    def _mine(self) -> str:
        address = (request.remote_addr or "").encode()
        return hashlib.blake2b(address, key=self._key, digest_size=16).hexdigest()


def count_guesses(app: Flask) -> None:
    app.extensions[_EXTENSION] = Guesses()


def guesses() -> Guesses:
    found = current_app.extensions[_EXTENSION]
    if not isinstance(found, Guesses):
        raise TypeError("the app was made without Guesses")
    return found
