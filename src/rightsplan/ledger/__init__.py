"""The public log's Django side."""
