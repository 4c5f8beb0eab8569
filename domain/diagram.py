"""The guided report drawn from its table: ``python -m domain.diagram docs/conversation.md``."""

from __future__ import annotations

import sys
from pathlib import Path

from domain.conversation import AWAY, MOST_FILES
from domain.dialogue import Kind, State
from domain.forms import Trigger, transitions

_MEANS = {
    State.IDLE: "No report is open; what is written is taken for a question.",
    State.OFFERED: "A message sounded like a report: its words wait behind the door that is shown.",
    State.KIND: "Asks which kind of report; who tells the story at once is asked the next thing.",
    State.WHAT: "Asks what happened. Cannot be skipped until it has been answered once.",
    State.WHERE: "Asks where; a place sent from the map answers it too.",
    State.WHEN: "Asks when; a rough answer will do.",
    State.WHO: "Asks who is involved.",
    State.HIDE: "Asks who must not see it; divisions that the words name are hidden from already.",
    State.EVIDENCE: "Takes photos and files; words are kept beside them.",
    State.IDENTITY: "Asks whether to be named, confidential or anonymous.",
    State.CONSENT: "Asks leave to keep contact details (PDPA); only where any are kept.",
    State.NAME: "Asks for the name; only of who wants to be named.",
    State.PHONE: "Asks for a way to call back; only of who wants to be named.",
    State.JOIN: "Somebody reported the same: asks whether this one joins it.",
    State.CONFIRM: "Shows the whole report once more, and files it when that is confirmed.",
    State.TRACK: "Asks for a receipt code, and tells how that report stands.",
    State.ADD: "Gathers words and files for a case; an anonymous one is named by its code.",
}
_TITLES = {
    Kind.CORRUPTION: "Reporting corruption",
    Kind.SERVICE: "Reporting a problem",
    Kind.REQUEST: "Asking for a service",
    Kind.SUGGESTION: "Making a suggestion",
    Kind.GENERAL: "Any other complaint",
}


def page() -> str:
    """The whole Markdown page."""
    parts = [
        "# The guided report",
        "Drawn by `python -m domain.diagram docs/conversation.md` from the table in "
        "`domain/conversation.py`; a test compares the two. Change the table, not this page.",
        *(f"## {_TITLES[kind]}\n\n{_diagram(kind)}" for kind in Kind),
        "## What the pictures leave out",
        _left_out(),
        "## States",
        _table(),
    ]
    return "\n\n".join(parts) + "\n"


def _diagram(kind: Kind) -> str:
    arrows: dict[tuple[State, State], list[str]] = {}
    for its_kind, old, trigger, new in transitions():
        if its_kind is kind and trigger is not Trigger.CANCEL:
            arrows.setdefault((old, new), []).append(trigger.value)
    lines = ["stateDiagram-v2", f"    [*] --> {State.IDLE.value}"]
    lines += [
        f"    {old.value} --> {new.value}: {', '.join(triggers)}"
        for (old, new), triggers in arrows.items()
    ]
    return "\n".join(["```mermaid", *lines, "```"])


def _left_out() -> str:
    minutes = int(AWAY.total_seconds()) // 60
    return "\n".join(
        [
            "- Every state but `idle` can be cancelled: it leads to `idle`, and the draft and its "
            "files are deleted.",
            "- What is no answer to a state's question leaves the state as it is, and the question "
            "is asked again. A door of the menu that is tapped in the middle of a draft asks "
            "whether to go on or to cancel.",
            f"- After {minutes} minutes of silence whatever comes first is not taken for an "
            "answer: the person is asked whether to go on or to cancel.",
            f"- Files are kept from `what` to `identity`, {MOST_FILES} at most, and never move the "
            "state.",
            "- `agree` leads whoever chose to be named to `name`, and whoever chose to be "
            "confidential to `confirm`.",
            "- `offered` is reached when what was typed sounds like a report; a door taken from "
            "there begins with its words. Anything else forgets them.",
            "- Before `confirm` of a kind that can be joined, the same is looked for among open "
            "reports nearby; only where something is found is `join` asked.",
            "- `add` is reached from the card of a case. Of an anonymous case nothing is known "
            "there: what was gathered is sent by typing the receipt code.",
            "- `edit` keeps the answers: skipping a question leaves its earlier answer standing.",
        ]
    )


def _table() -> str:
    kinds = " | ".join(kind.value for kind in Kind)
    lines = [f"| state | what it does | {kinds} |", "|---" * (2 + len(Kind)) + "|"]
    for state in State:
        marks = ("yes" if state in _led_to(kind) else "no" for kind in Kind)
        lines.append(f"| `{state.value}` | {_MEANS[state]} | {' | '.join(marks)} |")
    return "\n".join(lines)


def _led_to(kind: Kind) -> set[State]:
    return {new for its_kind, _, _, new in transitions() if its_kind is kind}


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m domain.diagram FILE\n")
        return 2
    Path(arguments[0]).write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
