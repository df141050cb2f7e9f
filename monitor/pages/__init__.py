"""What is looked at and handed on: the board, the dispute kit, letters and the calendar, as text."""
