"""Verified copies of the database: one by hand, one a night, and the way back."""
