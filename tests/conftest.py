from __future__ import annotations

from hypothesis import settings

# How long a case takes is no claim of a test: another process may have the machine.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
