"""Indicators, batches, assessments and publications."""
