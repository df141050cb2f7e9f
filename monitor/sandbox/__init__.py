"""Local servers that behave like the real tracking APIs, for the demo and for tests."""
