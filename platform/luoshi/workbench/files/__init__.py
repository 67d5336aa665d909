"""Files in the browser: chosen in a form, waiting for it to be sent, shown and fetched."""
