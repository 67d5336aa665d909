"""The office's desk: many suggestions at once. Registering, the pre-assignment's board, the hand-over meeting."""
