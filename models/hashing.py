"""Passwords' hashes: argon2id with the library's defaults (RFC 9106, low memory). Slow on purpose;
call these with no session open where somebody could wait for it."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher()


def hash_of(password: str) -> str:
    return _hasher.hash(password)


# Compared for whoever cannot sign in, so that their answer takes as long as anybody's.
NOBODYS = hash_of(secrets.token_hex(16))


def matches(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def has_fallen_behind(password_hash: str) -> bool:
    """Whether today's parameters are stronger."""
    return _hasher.check_needs_rehash(password_hash)
