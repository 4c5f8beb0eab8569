"""Adding to a case that was filed: words and files are gathered, then sent as one.

Of an anonymous case the conversation knows nothing, not even which one it is: what was gathered
goes where the receipt code says, when the reporter types it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from domain import wording
from domain.dialogue import AddToCase, Dialogue, Draft, Kind, Outcome, Say, State
from domain.ids import read_receipt_code, receipt_code_is_sound
from domain.messages import Text
from domain.wording import asking, words_of

MORE = "more"
_MOST_CHARACTERS = 10_000


def begin_adding(dialogue: Dialogue, purpose: str, case: str, now: datetime) -> Outcome:
    """``purpose``: add, ask or comment. ``case``: its token, or "" of an anonymous one."""
    draft = Draft(kind=Kind.SERVICE, purpose=purpose, case=case)
    begun = Dialogue(State.ADD, draft, now, dialogue.language)
    return Outcome(begun, (Say(_question(begun)),))


def add_words(draft: Draft, text: str, message_id: str) -> Draft:
    """The words beside what was told before, each taken back on its own."""
    known = draft.answers.get(MORE)
    joined = f"{known}\n{text}" if known else text
    sources = {**draft.sources, message_id: MORE} if message_id else draft.sources
    return replace(
        draft, answers={**draft.answers, MORE: joined[:_MOST_CHARACTERS]}, sources=sources
    )


def said_while_adding(dialogue: Dialogue, text: str, message_id: str) -> Outcome:
    words = words_of(dialogue.language)
    code = read_receipt_code(text)
    if code is not None:
        if not receipt_code_is_sound(code):
            return Outcome(dialogue, (Say(wording.mistyped_code(words)),))
        return _send(dialogue, code)
    draft = add_words(dialogue.draft, text, message_id)
    kept = replace(dialogue, draft=draft)
    told = words.added_so_far if draft.case else words.added_anonymously
    return Outcome(kept, (Say(_question(kept).model_copy(update={"text": told})),))


def moved_while_adding(dialogue: Dialogue) -> Outcome:
    """ "Send" was tapped."""
    if dialogue.draft.case:
        return _send(dialogue, None)
    return Outcome(dialogue, (Say(wording.plain(words_of(dialogue.language).send_with_code)),))


def _send(dialogue: Dialogue, code: str | None) -> Outcome:
    draft = dialogue.draft
    if not draft.files and not draft.answers.get(MORE):
        nothing = words_of(dialogue.language).nothing_to_send
        return Outcome(dialogue, (Say(wording.before(nothing, _question(dialogue))),))
    over = Dialogue(touched=dialogue.touched, language=dialogue.language)
    return Outcome(over, (AddToCase(draft, code),))


def _question(dialogue: Dialogue) -> Text:
    return asking.adding(dialogue.draft, words_of(dialogue.language))
