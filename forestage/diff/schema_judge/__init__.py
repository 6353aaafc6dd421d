"""Compares JSON schemas (draft 4) by what they accept: narrower, wider, or nobody can tell.

Source: diff.md, section 2.9.
"""
