"""Sealing and blinding of personal data: AES-256-GCM (NIST SP 800-38D) and HMAC-SHA256.

A sealed value is ``0x01 | key id (8 bytes ASCII) | nonce (12) | ciphertext and tag``. The context
(agency and purpose) is authenticated with it, so that a value moved to another agency's row, or
to another column, does not open.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_FORMAT = b"\x01"
_KEY_ID_BYTES = 8
_NONCE_BYTES = 12
_HEADER_BYTES = 1 + _KEY_ID_BYTES + _NONCE_BYTES
_AES_KEY_BYTES = 32


class KeyRingError(ValueError):
    """The key file is malformed."""


class CannotOpen(Exception):
    """A sealed value is damaged, belongs elsewhere, or its key is not on the ring."""


@dataclass(frozen=True, repr=False)
class KeyRing:
    """The keys of one installation, kept outside its database.

    ``keys`` maps key ids (8 hexadecimal characters) to 32-byte AES keys; ``current`` is the id
    that seals; ``lookup_key`` blinds identifiers and never rotates with the others, because
    every look-up column would have to be computed again.
    """

    current: str
    keys: Mapping[str, bytes]
    lookup_key: bytes

    @classmethod
    def generate(cls) -> KeyRing:
        key_id = secrets.token_hex(_KEY_ID_BYTES // 2)
        return cls(
            key_id,
            {key_id: secrets.token_bytes(_AES_KEY_BYTES)},
            secrets.token_bytes(_AES_KEY_BYTES),
        )

    @classmethod
    def from_json(cls, text: str) -> KeyRing:
        """Read a key file. Raises `KeyRingError` with a sentence for the operator."""
        try:
            raw = json.loads(text)
            keys = {key_id: base64.b64decode(key) for key_id, key in raw["keys"].items()}
            ring = cls(raw["current"], keys, base64.b64decode(raw["lookup"]))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise KeyRingError("the key file is not a Prongsai key ring") from error
        if not isinstance(ring.current, str) or ring.current not in keys:
            raise KeyRingError("the key file's current key is missing from its keys")
        if any(len(key) != _AES_KEY_BYTES for key in (*keys.values(), ring.lookup_key)):
            raise KeyRingError("every key in the key file must be 32 bytes long")
        if any(len(key_id) != _KEY_ID_BYTES or not key_id.isascii() for key_id in keys):
            raise KeyRingError("every key id in the key file must be 8 characters long")
        return ring

    def to_json(self) -> str:
        def encode(key: bytes) -> str:
            return base64.b64encode(key).decode()

        return json.dumps(
            {
                "current": self.current,
                "keys": {key_id: encode(key) for key_id, key in self.keys.items()},
                "lookup": encode(self.lookup_key),
            },
            indent=2,
        )

    def seal(self, plain: bytes, context: str) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        sealed = AESGCM(self.keys[self.current]).encrypt(nonce, plain, context.encode())
        return _FORMAT + self.current.encode() + nonce + sealed

    def open(self, sealed: bytes, context: str) -> bytes:
        """Raises `CannotOpen`; its text never carries the content."""
        if len(sealed) < _HEADER_BYTES or sealed[:1] != _FORMAT:
            raise CannotOpen("this is not a sealed value")
        key_id = sealed[1 : 1 + _KEY_ID_BYTES].decode("ascii", "replace")
        key = self.keys.get(key_id)
        if key is None:
            raise CannotOpen(f"key {key_id!r} is not on the key ring")
        nonce = sealed[1 + _KEY_ID_BYTES : _HEADER_BYTES]
        try:
            return AESGCM(key).decrypt(nonce, sealed[_HEADER_BYTES:], context.encode())
        except InvalidTag as error:
            raise CannotOpen("the value is damaged or belongs elsewhere") from error

    def blind(self, value: str, context: str) -> bytes:
        """A 16-byte keyed hash by which a sealed identifier can be found again."""
        message = f"{context}\0{value}".encode("utf-8", "surrogatepass")
        return hmac.digest(self.lookup_key, message, "sha256")[:16]

    def derive(self, purpose: str) -> bytes:
        """A 32-byte key for another purpose (session cookies, the audit chain)."""
        return hmac.digest(self.lookup_key, b"derive\0" + purpose.encode(), hashlib.sha256)
