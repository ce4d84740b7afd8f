"""Text to values: pure readers over tables that come in from outside."""
