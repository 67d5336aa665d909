"""What the system administrator sets of the public site, in the office: its look and its redirects."""
