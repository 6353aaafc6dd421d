"""What a template can do with a value: its properties and methods, in tables by exact class and name.

There is no other way from a template to a value, and none at all to an attribute of Python's.
"""
