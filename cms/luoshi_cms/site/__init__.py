"""Answers to visitors: reads ``luoshi.publication`` and the pages, and writes nothing."""
