"""The county's public site as a folder that any web server can serve."""
