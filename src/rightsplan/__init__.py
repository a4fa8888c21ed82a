"""Rightsplan runs a human-rights action plan end to end and proves what it changed."""

__version__ = "0.1.0"
