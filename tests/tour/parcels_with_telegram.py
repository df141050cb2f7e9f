"""Starts `parcels` in a world where Telegram stands on this machine.

The product has no switch for that: the address is set here, then its own entry point runs.
"""

from __future__ import annotations

import os

from apprise.plugins.telegram import NotifyTelegram

from monitor.cli import main

NotifyTelegram.notify_url = os.environ["TELEGRAM_STAND_IN"]
main()
