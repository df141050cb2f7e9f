"""What to tell the owner now, and why: a function of one remembered row and the present."""
