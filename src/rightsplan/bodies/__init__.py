"""Duty-bearers and places."""
