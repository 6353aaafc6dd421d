"""Tells what is different in two paired deployments, without opinion."""
