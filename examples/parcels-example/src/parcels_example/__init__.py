"""An adapter and a rule for the stuck-package monitor, to copy from."""
