"""PDF: each page becomes a picture of what is seen, with a layer of the text that is really visible on it."""
