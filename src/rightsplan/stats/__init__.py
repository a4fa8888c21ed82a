"""Pure statistics: numbers and frozen dataclasses in, frozen dataclasses out; no input or output, no clock."""
