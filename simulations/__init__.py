"""Simulations that show whether intervals cover and alarms keep quiet; their results stand in docs/simulations."""
