"""Thai text as people type it, made comparable.

Every function here takes any ``str`` whatever (lone surrogates, emoji, broken marks, 10,000
characters of one letter) and never raises.
"""

import re
import unicodedata
from functools import cache

from pythainlp.tokenize import word_tokenize

from domain.digits import arabic_digits

TONES = "่้๊๋"
# Vowels and signs that stand above or below a consonant, tone marks apart.
_UPPER_LOWER = "ัิีึืุู็์ํฺ๎"
_TONE_TABLE = dict.fromkeys(map(ord, TONES + "็์"))

_MISORDERED = re.compile(f"([{TONES}])([ัิีึืฺุู])")
_DECOMPOSED_AM = re.compile(f"ํ([{TONES}]?)า|([{TONES}])ํา")
_MANY_TONES = re.compile(f"([{TONES}])[{TONES}]+")
_DOUBLED_MARK = re.compile(f"([{_UPPER_LOWER}ะาำๆ])\\1+")
# "มากกกกก": three or more of one Thai letter are emphasis, not spelling.
_STRETCHED = re.compile(r"([ก-ฮเแโใไ])\1{2,}")
_SPACE = re.compile(r"\s+")
# A word split needs no longer a run than this; the bound keeps newmm linear on any input.
_PIECE = 240


@cache
def _is_noise(char: str) -> str:
    """What to put for a character that carries no meaning in search ("" keeps it)."""
    category = unicodedata.category(char)
    if category == "Cf":  # zero-width space and joiners, byte-order mark, direction marks
        return "drop"
    if category in ("Cc", "Cs", "Zl", "Zp"):
        return "space"
    return ""


def _clean(text: str) -> str:
    # Latin-1 and Thai letters are the whole of most messages: skip the look-up for them.
    if text.isascii() and text.isprintable():
        return text
    out = []
    for char in text:
        noise = "" if "ก" <= char <= "๛" else _is_noise(char)
        if noise == "space":
            out.append(" ")
        elif not noise:
            out.append(char)
    return "".join(out)


def _once(text: str) -> str:
    text = unicodedata.normalize("NFC", _clean(text)).lower()
    text = arabic_digits(text).replace("เเ", "แ").replace("ๅ", "า")
    text = _MISORDERED.sub(r"\2\1", text)
    text = _MANY_TONES.sub(r"\1", text)
    text = _DECOMPOSED_AM.sub(lambda found: (found[1] or found[2] or "") + "ำ", text)
    text = _DOUBLED_MARK.sub(r"\1", text)
    text = _STRETCHED.sub(r"\1", text)
    return _SPACE.sub(" ", text).strip()


def normalise(text: str) -> str:
    """Return `text` in the one spelling that search and routing compare.

    NFC; a decomposed สระอำ joined; doubled, misordered and stretched marks mended; Thai digits to
    Arabic; zero-width characters dropped; controls and lone surrogates turned to spaces; white
    space squeezed; Latin lower-cased. Doing it twice changes nothing.
    """
    # One mend can uncover another (a dropped zero-width joiner between two marks): settle first.
    for _ in range(8):
        settled = _once(text)
        if settled == text:
            break
        text = settled
    return text


def strip_tones(text: str) -> str:
    """Return `text` without tone marks, ไม้ไต่คู้ and การันต์: what hurried typing leaves out."""
    return text.translate(_TONE_TABLE)


def as_typed(bare: str, text: str) -> str:
    """How ``text`` spells what `strip_tones` made of it; ``bare`` itself where it is not there."""
    run = "".join(text.split())
    if bare in run:
        return bare
    kept = [at for at, mark in enumerate(run) if strip_tones(mark)]
    begin = "".join(run[at] for at in kept).find(bare)
    if begin < 0 or not bare:
        return bare
    end = begin + len(bare)
    return run[kept[begin] : kept[end] if end < len(kept) else len(run)]


def _pieces(text: str) -> list[str]:
    pieces = []
    start = 0
    while len(text) - start > _PIECE:
        cut = text.rfind(" ", start + _PIECE // 2, start + _PIECE)
        end = cut + 1 if cut > 0 else start + _PIECE
        # Never leave a mark at the head of a piece: it belongs to the consonant before it.
        for _ in range(8):
            if end < len(text) and text[end] in TONES + _UPPER_LOWER + "ะาำๆ":
                end += 1
        pieces.append(text[start:end])
        start = end
    pieces.append(text[start:])
    return pieces


def words(text: str) -> list[str]:
    """Split normalised `text` into words (pythainlp newmm), without white space.

    The text is cut into runs of about 240 characters first, so that time grows with length alone.
    """
    found: list[str] = []
    for piece in _pieces(text):
        if piece.strip():
            split = word_tokenize(piece, engine="newmm", keep_whitespace=False)
            found.extend(word for word in split if word.strip())
    return found


def char_ngrams(text: str, low: int = 2, high: int = 4) -> list[str]:
    """Return all character n-grams of `text` for n in `low`..`high`, white space left out."""
    run = "".join(text.split())
    if run and len(run) < low:
        return [run]
    return [
        run[at : at + size] for size in range(low, high + 1) for at in range(len(run) - size + 1)
    ]


def graphemes(text: str) -> int:
    """Count what a reader sees as characters: combining marks and joiners count nothing."""
    count = 0
    joined = False
    for char in text:
        category = unicodedata.category(char)
        attaches = category in ("Mn", "Me", "Cf") or "\U0001f3fb" <= char <= "\U0001f3ff"
        if not (attaches and count) and not joined:
            count += 1
        joined = char == "\u200d"  # zero-width joiner
    return count
