"""The stuck-package monitor: watches parcels and tells the buyer when one needs something."""

__version__ = "0.1.0"
