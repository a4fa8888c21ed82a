"""Bundled data and the recipe that loads it."""
