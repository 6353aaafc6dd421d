"""The model in formats of other tools."""
