"""Word documents: rebuilt from known elements, as if every tracked change had been accepted."""
