"""Passwords: drawn anew each time, proved the same each time."""

from portal.office.passwords import draw_password, draw_salt, proof_of, verifier_of


def test_a_proof_is_of_its_password_and_its_salt() -> None:
    password, salt = draw_password(), draw_salt()
    proof = proof_of(password, salt)
    assert proof == proof_of(password, salt)
    assert len({proof, proof_of(password, draw_salt()), proof_of(draw_password(), salt)}) == 3
    assert verifier_of(proof) != proof


def test_a_proof_is_argon2ids() -> None:
    """As argon2's own encoding of it says: the hash that stands behind its last sign."""
    import base64

    from argon2 import PasswordHasher

    password, salt = draw_password(), draw_salt()
    encoded = PasswordHasher().hash(password, salt=salt)
    assert encoded.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert base64.b64decode(encoded.rpartition("$")[2] + "=") == proof_of(password, salt)
