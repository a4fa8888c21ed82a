"""Plans, chapters, measures and targets."""
