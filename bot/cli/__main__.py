"""`python -m bot.cli`, where the `prongsai` script is not on the path."""

from bot.cli import main

main()
