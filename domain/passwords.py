"""Which passwords are too easily guessed to be taken."""

from __future__ import annotations

from enum import StrEnum

SHORTEST = 10
LONGEST = 200
_FEWEST_MARKS = 4  # different ones

# Of what stands at the top of published lists of guessed passwords, the ones that are long enough.
_COMMON = frozenset(
    """
    1234567890 12345678910 0123456789 1234554321 0987654321 9876543210 1234512345 1122334455
    1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc 1qazxsw23edc qwertyuiop qwerty12345 qwerty123456
    qwertyuiop123 asdfghjkl1 zxcvbnm123 q1w2e3r4t5 password12 password123 password1234
    passw0rd123 p@ssw0rd123 p@ssword123 iloveyou123 administrator admin12345 admin123456
    changeme123 welcome123 letmein123 abcdefghij abcdefghijk abc1234567 abcd123456
    abcde12345 thailand123 thailand01 bangkok123 1234567890a a1234567890 a123456789
    aa12345678 aa123456789 prongsai123 integrity123 sawasdee123 0000000000 1111111111
    รหัสผ่าน1234 ไม่มีรหัสผ่าน
    """.split()  # noqa: SIM905 (a list of words to read, not of literals)
)


class Fault(StrEnum):
    SHORT = "short"
    LONG = "long"
    NAME = "name"  # the person's own user name, or little more
    COMMON = "common"


def fault_of(password: str, username: str = "") -> Fault | None:
    """What is wrong with a password that somebody chose; None for one that may be taken."""
    if len(password) < SHORTEST:
        return Fault.SHORT
    if len(password) > LONGEST:
        return Fault.LONG
    plain = password.lower()
    name = username.strip().lower()
    if name and len(plain.replace(name, "")) < SHORTEST // 2:
        return Fault.NAME
    if plain in _COMMON or len(set(plain)) < _FEWEST_MARKS:
        return Fault.COMMON
    return None
