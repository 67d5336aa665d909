"""Workbooks: rebuilt from the visible cells, with results in place of formulas."""
