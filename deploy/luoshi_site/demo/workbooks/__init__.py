"""The workbooks of the five counties, and the generator that made them (``python -m …workbooks.make``)."""
