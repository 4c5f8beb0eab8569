"""Rules first, then the model."""

from dataclasses import dataclass
from enum import StrEnum

from domain.routing import model, rules
from domain.thai_text import normalise, strip_tones

# Enough of a long message to be sure what it is about; also what bounds the time.
_LIMIT = 1500
# Where the model alone sees corruption this likely, it is: the worst error is to miss one.
_CORRUPTION_AT = 0.30


class Intent(StrEnum):
    """What the sender of a message wants."""

    QUESTION = "question"
    CORRUPTION = "corruption"
    COMPLAINT = "complaint"
    REQUEST = "request"
    STATUS = "status"
    SMALL_TALK = "small_talk"
    HUMAN = "human"


@dataclass(frozen=True, slots=True)
class Routing:
    """What a message is taken for, and how surely (0..1; below 0.5, ask with buttons)."""

    intent: Intent
    confidence: float


def route(text: str) -> Routing:
    """Say what `text` wants. Never raises; empty and wordless messages are small talk."""
    clean = normalise(text[: 4 * _LIMIT])[:_LIMIT]
    if rules.has_tracking_code(clean):
        return Routing(Intent.STATUS, 0.99)
    bare = strip_tones("".join(clean.split()))
    if not any(char.isalnum() for char in bare):
        return Routing(Intent.SMALL_TALK, 0.9 if clean else 0.5)
    corrupt = rules.speaks_of_corruption(bare)
    status = rules.asks_for_status(bare)
    if corrupt and not status:
        return Routing(Intent.CORRUPTION, 0.95)
    if status:
        return Routing(Intent.STATUS, 0.9)
    if rules.asks_for_a_person(bare):
        return Routing(Intent.HUMAN, 0.9)
    held = model.load()
    chance = dict(zip(held.intents, model.probabilities(clean, held).tolist(), strict=True))
    if rules.denies_corruption(bare):
        chance[Intent.CORRUPTION] = 0.0
    best = max(sorted(chance), key=lambda name: chance[name])
    if chance[Intent.CORRUPTION] >= _CORRUPTION_AT:
        best = Intent.CORRUPTION.value
    return Routing(Intent(best), round(chance[best], 4))
