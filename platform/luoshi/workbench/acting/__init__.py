"""Doing an act of the door in the browser: its form, made from what the act asks for, and its outcome."""
