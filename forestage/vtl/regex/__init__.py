"""Java's regular expressions, which end within a bound whatever the pattern and the text are.

Python's ``re`` does the work where the pattern cannot cost more than a bound for this text; otherwise a machine of
ours does, which counts its steps.
"""

from forestage.vtl.regex.nodes import RegexError
from forestage.vtl.regex.pattern import Found, JavaPattern, compile_pattern

__all__ = ["Found", "JavaPattern", "RegexError", "compile_pattern"]
