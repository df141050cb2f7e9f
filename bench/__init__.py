"""What is fast, and how we know: `make bench` prints a table of results and ratios."""
