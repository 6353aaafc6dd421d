"""Pairs what is the same in two deployments, whatever it is called.

Source: diff.md, section 2.0, M1 to M7.
"""
