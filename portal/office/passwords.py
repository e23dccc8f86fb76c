"""Passwords of officers: drawn, and proved without being told.

Belongs here: what argon2id makes of a password. Does not belong here: where it is kept and compared (schema desk).

The database keeps the digest of the proof, and opens a session for who sends the proof. So neither what it keeps nor
its connection signs anybody in.
"""

import hashlib
import secrets

from argon2.low_level import Type, hash_secret_raw
from argon2.profiles import RFC_9106_LOW_MEMORY

# Longer ones are nobody's: drawn passwords have 16 signs.
LONGEST = 200


def draw_password() -> str:
    """A new password of 96 random bits.

    >>> len(draw_password())
    16
    """
    return secrets.token_urlsafe(12)


def draw_salt() -> bytes:
    """What one officer's password is hashed with, 16 bytes."""
    return secrets.token_bytes(RFC_9106_LOW_MEMORY.salt_len)


def proof_of(password: str, salt: bytes) -> bytes:
    """What argon2id makes of a password, 32 bytes: 64 MB and about a tenth of a second.

    Args:
        password: As it was typed.
        salt: Of the officer.
    """
    cost = RFC_9106_LOW_MEMORY
    return hash_secret_raw(
        password.encode(), salt, cost.time_cost, cost.memory_cost, cost.parallelism, cost.hash_len, Type.ID
    )


def verifier_of(proof: bytes) -> bytes:
    """What the database keeps of a proof, 32 bytes."""
    return hashlib.sha256(proof).digest()
