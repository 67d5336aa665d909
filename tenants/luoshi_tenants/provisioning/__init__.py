"""Making a county's schema from one SQL script, and bringing existing schemas up to the code."""
