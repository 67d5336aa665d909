"""The statistics page: every figure with its definition, its denominator and the list behind it."""
