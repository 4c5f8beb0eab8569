"""What a tick of the clock costs beside what is stored."""
