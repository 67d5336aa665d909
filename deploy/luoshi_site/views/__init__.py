"""Plain pages of the composition root: start pages, sign-in, errors."""
