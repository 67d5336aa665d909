"""What a file that was sent in really is, made harmless or refused. Nothing here reaches the database."""
