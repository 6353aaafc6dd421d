"""Compares two deployments: what a change does to callers, to security and to operations.

``match`` pairs what is the same on both sides, ``walk`` tells changes without opinion, ``rules`` judge them, and
``report`` is what comes out. ``render`` writes a report as text.
"""
