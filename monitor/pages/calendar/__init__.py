"""The dates of all watched parcels as entries of a calendar, and these as iCalendar."""

from monitor.pages.calendar.entries import Due, Entry, entries_of
from monitor.pages.calendar.icalendar_text import calendar_text, is_ours

__all__ = ["Due", "Entry", "calendar_text", "entries_of", "is_ours"]
