"""Luoshi (落实): carries deputies' suggestions through to a real result."""
