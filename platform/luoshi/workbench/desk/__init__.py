"""The office's desk: many suggestions at once. Registration, pre-assignment, hand-over."""
