"""What the account says to citizens, by name: each language has one `Words` with all of it, so
that a sentence missing in one of them is an error of type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Labels:
    """On buttons and quick replies: at most 20 letters (LINE)."""

    back: str
    skip: str
    cancel: str
    next: str
    resume: str
    confirm: str
    edit: str
    agree: str
    named: str
    confidential: str
    anonymous: str
    ask: str
    complain: str
    corruption: str
    track: str
    read: str
    human: str
    menu: str
    other_language: str
    service: str
    request: str
    suggestion: str
    general: str
    place: str
    camera: str
    roll: str
    same: str
    different: str
    add: str
    question: str
    withdraw: str
    withdraw_now: str
    keep: str
    reopen: str
    reopen_now: str
    rate: str
    comment: str
    send: str
    stars: tuple[str, str, str, str, str]  # of 1 to 5


@dataclass(frozen=True)
class Facts:
    """Names of what stands on a card."""

    what: str
    where: str
    when: str
    who: str
    more: str
    evidence: str
    identity: str
    reporter: str
    hidden: str
    state: str
    received: str
    kind: str
    code: str
    answer: str
    you_added: str
    you_asked: str
    you_rated: str
    taken_back: str
    none: str
    items: str  # {count}
    not_said: str


@dataclass(frozen=True)
class Words:
    language: str
    labels: Labels
    facts: Facts
    welcome: str
    choose_kind: str
    subjects: Mapping[str, str]  # by kind: what the draft is about
    welcome_back: str  # {subject}
    opening_corruption: str
    opening: str
    asks: Mapping[str, Mapping[str, str]]  # by kind, by state
    previous: str  # {answer}
    received_so_far: str  # {count}
    identity: str
    consent: str
    name: str
    phone: str
    track: str
    idle: str
    offered: str
    offered_corruption: str
    hide: str
    hide_list: str  # {names}
    hide_known: str  # {names}
    hide_unknown: str
    hide_nobody_left: str
    found_same: str  # {day}
    found_same_near: str  # {day}, {metres}
    found_same_state: str  # {state}
    summary_title: str
    summary_note: str
    modes: Mapping[str, str]
    kinds: Mapping[str, str]
    states: Mapping[str, str]
    receipt_title: str
    receipt_next: str  # {first}, {outcome}
    receipt_code: str
    receipt_corruption: str
    receipt_anonymous: str
    receipt_joined: str
    cancelled: str
    not_an_answer: str
    cannot_skip: str
    note_added: str
    file_kept: str  # {count}
    set_kept: str  # {count}, {total}
    enough_files: str  # {most}
    not_a_code: str
    mistyped_code: str
    unknown_code: str
    too_many_codes: str  # {minutes}
    case_title: str
    case_no_answer: str  # {first}
    case_joined: str
    adding: str
    asking: str
    commenting: str
    adding_anonymously: str
    added_so_far: str
    added_anonymously: str
    nothing_to_send: str
    send_with_code: str
    sent: str
    case_takes_nothing: str
    button_is_dead: str
    withdraw_sure: str
    withdrawn: str
    kept: str
    reopen_sure: str
    reopened: str
    rate_ask: str
    rated: str  # {stars}
    rated_already: str
    rate_closed: str
    language_set: str
    answered_notice: str
