"""Who did what, by which door; append-only."""
