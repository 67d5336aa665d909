"""Publication in the office: what waits for whom, and the text that goes out beside its original."""
