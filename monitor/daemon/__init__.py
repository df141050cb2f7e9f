"""The service that runs by itself: scheduled jobs, signals, the word to systemd, the watchdog."""
