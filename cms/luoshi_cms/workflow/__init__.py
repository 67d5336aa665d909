"""Who works on the public site, and the three steps by which anything gets onto it."""
