"""Reads the files people hand over into text frames, with the row numbers they see in their spreadsheet."""
