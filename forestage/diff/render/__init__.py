"""Writes a report as text: one module a format, each a function of the report and of how it is to be written."""
