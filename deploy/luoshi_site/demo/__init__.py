"""The five demonstration counties: what they are, and their year as workbooks a county would hand in."""
