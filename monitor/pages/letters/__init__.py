"""Letters about one parcel: to its seller, to a carrier, and for the shop's dispute form."""

from monitor.pages.letters.cases import IN_CUSTOMS, Case, case_of
from monitor.pages.letters.composing import DISPUTE_LIMIT, Letter, letter
from monitor.pages.letters.story import Recipient, Story
from monitor.pages.letters.wording import languages

__all__ = [
    "DISPUTE_LIMIT",
    "IN_CUSTOMS",
    "Case",
    "Letter",
    "Recipient",
    "Story",
    "case_of",
    "languages",
    "letter",
]
