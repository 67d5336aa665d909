"""Types of pages of a county's public site, one file each."""
