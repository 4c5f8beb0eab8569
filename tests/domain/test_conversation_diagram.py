"""The picture of the guided report is drawn from its table, and the table is sound."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain import diagram
from domain.dialogue import Kind, State
from domain.forms import FORMS, transitions

ROOT = Path(__file__).parents[2]


def test_the_committed_page_is_what_the_table_draws() -> None:
    assert (ROOT / "docs" / "conversation.md").read_text(encoding="utf-8") == diagram.page()


def test_the_command_writes_the_page_and_explains_itself(tmp_path: Path) -> None:
    assert diagram.main([str(tmp_path / "page.md")]) == 0
    assert (tmp_path / "page.md").read_text(encoding="utf-8") == diagram.page()
    assert diagram.main([]) == 2


@pytest.mark.parametrize("kind", Kind)
def test_every_state_of_a_form_is_led_to_and_leads_on(kind: Kind) -> None:
    arrows = [(old, new) for its, old, _, new in transitions() if its is kind]
    for state in FORMS[kind]:
        assert any(new is state for _, new in arrows)
        assert any(old is state and new is not State.IDLE for old, new in arrows)
