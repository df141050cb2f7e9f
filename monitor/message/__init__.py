"""Alerts as words; every text stands in `data/messages.*.toml`."""
