"""Import of workbooks in the browser: looked through first with nothing written, then done all or nothing."""
