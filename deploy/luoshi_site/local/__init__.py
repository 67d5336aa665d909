"""The local start: PostgreSQL, Valkey, web, worker and beat of one machine, under one supervisor."""
