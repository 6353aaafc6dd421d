"""The tokens of Velocity 1.7 and the states its lexer is in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, auto


class State(IntEnum):
    """What the lexer is reading; the same characters are other tokens in another state."""

    DEFAULT = auto()
    REFERENCE = auto()
    REFERENCE_MODIFIER = auto()
    REFERENCE_ARGUMENTS = auto()
    REFERENCE_INDEX = auto()
    DIRECTIVE_NAME = auto()
    DIRECTIVE = auto()
    LINE_COMMENT = auto()
    FORMAL_COMMENT = auto()
    BLOCK_COMMENT = auto()
    TEXT_BLOCK = auto()


class Kind(IntEnum):
    """What a token is."""

    END_OF_TEMPLATE = auto()
    TEXT = auto()
    ESCAPE = auto()
    DOUBLE_ESCAPE = auto()
    ESCAPED_DIRECTIVE = auto()
    EMPTY_INDEX = auto()
    SET = auto()
    IF = auto()
    ELSEIF = auto()
    ELSE = auto()
    END = auto()
    WORD = auto()
    BRACKETED_WORD = auto()
    LINE_COMMENT_START = auto()
    LINE_COMMENT_END = auto()
    FORMAL_COMMENT_END = auto()
    BLOCK_COMMENT_END = auto()
    TEXT_BLOCK_END = auto()
    IDENTIFIER = auto()
    DOT = auto()
    LEFT_CURLY = auto()
    RIGHT_CURLY = auto()
    INDEX_OPEN = auto()
    INDEX_CLOSE = auto()
    LEFT_PARENTHESIS = auto()
    RIGHT_PARENTHESIS = auto()
    ARGUMENTS_CLOSE = auto()
    LEFT_BRACKET = auto()
    RIGHT_BRACKET = auto()
    LEFT_BRACE = auto()
    RIGHT_BRACE = auto()
    COMMA = auto()
    COLON = auto()
    DOUBLE_DOT = auto()
    WHITESPACE = auto()
    STRING = auto()
    INTEGER = auto()
    FLOAT = auto()
    TRUE = auto()
    FALSE = auto()
    MINUS = auto()
    PLUS = auto()
    MULTIPLY = auto()
    DIVIDE = auto()
    MODULO = auto()
    AND = auto()
    OR = auto()
    LESS = auto()
    LESS_EQUAL = auto()
    GREATER = auto()
    GREATER_EQUAL = auto()
    EQUAL = auto()
    NOT_EQUAL = auto()
    NOT = auto()
    ASSIGN = auto()
    # The following never reach the parser: they prefix the next token, are put aside, or are dropped.
    DOLLAR = auto()
    HASH = auto()
    TEXT_BLOCK_START = auto()
    FORMAL_COMMENT_START = auto()
    BLOCK_COMMENT_START = auto()
    TEXT_BLOCK_TEXT = auto()
    COMMENT_TEXT = auto()
    REFERENCE_TERMINATOR = auto()
    DIRECTIVE_TERMINATOR = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """One token: what it is, its text and the offset of its first character.

    ``aside`` holds a ``$`` or ``#`` that turned out to begin nothing, with the character that proved it; it is
    printed only in front of plain text.
    """

    kind: Kind
    image: str
    start: int
    end: int
    aside: tuple[str, ...] = ()

    @property
    def written(self) -> str:
        """The token as text prints it, with what was put aside before it."""
        if self.kind is Kind.BLOCK_COMMENT_END:
            return ""
        if self.aside and self.aside[-1].startswith("##"):
            return self.image
        return "".join(map(_shown, self.aside)) + self.image


def _shown(aside: str) -> str:
    shown = []
    position = 0
    while position < len(aside):
        character = aside[position]
        if character in "#$":
            shown.append(character)
        elif character == "\\":
            slashes = len(aside) - position - len(aside[position:].lstrip("\\"))
            if aside[position + slashes : position + slashes + 1] == "$":
                shown.append(aside[position : position + slashes + 1])
                position += slashes + 1
        position += 1
    return "".join(shown)
