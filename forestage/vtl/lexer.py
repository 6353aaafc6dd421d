r"""Cuts a template into tokens as Velocity 1.7 does.

The lexer is a set of states with a stack: ``$`` opens a reference, ``.`` its next part, ``(`` its arguments, ``#`` a
directive, and the end of each returns to the state below. In every state the longest token wins, of equal ones the
first of the table. Most rules of whitespace are rules of tokens: ``)`` takes the blanks and the line end behind it,
``#set(`` the blanks before it, plain text everything up to the next ``$``, ``#`` or backslash.

Source: the token definitions of Apache Velocity 1.7, observed through ``conformance/vtl_oracle``.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias

from forestage.vtl.tokens import Kind, State, Token

if TYPE_CHECKING:
    from collections.abc import Callable

Match: TypeAlias = "Callable[[str, int], re.Match[str] | None]"

_LINE_END = r"(?:[ \t]*(?:\r\n|\n|\r))?"
_EXPONENT = "(?:[eE][+-]?[0-9]+)"

# Kind, characters that may come first (a class for ``re``), pattern. The first characters only spare needless tries.
_Rule: TypeAlias = tuple[Kind, str, str]

_IDENTIFIER = (Kind.IDENTIFIER, "[A-Za-z_]", r"[A-Za-z_][A-Za-z0-9_-]*")
_DOT = (Kind.DOT, r"\.", r"\.(?=[A-Za-z])")
_TRUTH = ((Kind.TRUE, "t", "true"), (Kind.FALSE, "f", "false"))
_NUMBERS = (
    (Kind.INTEGER, "[-0-9]", r"-?[0-9]+(?:\.\.)?"),
    (Kind.FLOAT, r"[-.0-9]", rf"-?(?:[0-9]+\.[0-9]*{_EXPONENT}?|\.[0-9]+{_EXPONENT}?|[0-9]+{_EXPONENT})"),
)
_WORDS = (
    (Kind.WORD, "[A-Za-z_@]", r"[A-Za-z_@][A-Za-z0-9_@]*"),
    (Kind.BRACKETED_WORD, r"\{", r"\{[A-Za-z_][A-Za-z0-9_@]*\}"),
)
_STRINGS = ((Kind.STRING, "[\"']", r"""(?:"[^"]*(?:""[^"]*)*"|'[^']*(?:''[^']*)*')"""),)
_BLANKS = ((Kind.WHITESPACE, r"[ \t\r\n]", r"[ \t\r\n]+"),)
_STARTS = (
    (Kind.DOLLAR, r"[\\$]", r"\\*\$(?:\\*!)?"),
    (Kind.TEXT_BLOCK_START, "#", r"\#\[\["),
    (Kind.FORMAL_COMMENT_START, "#", r"\#\*\*[^#]"),
    (Kind.BLOCK_COMMENT_START, "#", r"\#\*"),
    (Kind.HASH, "#", r"\#"),
)
_LINE_COMMENT = ((Kind.LINE_COMMENT_START, "#", r"\#\#"),)
_SET = ((Kind.SET, r"[ \t#]", r"[ \t]*\#(?:set|\{set\})[ ]*\("),)
_EMPTY_INDEX = ((Kind.EMPTY_INDEX, r"\$", r"\$(?:\[|!\[|\\!\[|\.)"),)
_OPERATORS = (
    (Kind.MINUS, "-", "-"),
    (Kind.PLUS, r"\+", r"\+"),
    (Kind.MULTIPLY, r"\*", r"\*"),
    (Kind.DIVIDE, "/", "/"),
    (Kind.MODULO, "%", "%"),
    (Kind.AND, "[&a]", "&&|and"),
    (Kind.OR, r"[|o]", r"\|\||or"),
    (Kind.LESS, "[<l]", "<|lt"),
    (Kind.LESS_EQUAL, "[<l]", "<=|le"),
    (Kind.GREATER, "[>g]", ">|gt"),
    (Kind.GREATER_EQUAL, "[>g]", ">=|ge"),
    (Kind.EQUAL, "[=e]", "==|eq"),
    (Kind.NOT_EQUAL, "[!n]", "!=|ne"),
    (Kind.NOT, "[!n]", "!|not"),
    (Kind.ASSIGN, "=", "="),
)
_CURLIES = ((Kind.LEFT_CURLY, r"\{", r"\{"), (Kind.RIGHT_CURLY, r"\}", r"\}"))
_ANY = r"[\s\S]"


def _signs(*kinds: tuple[Kind, str]) -> tuple[_Rule, ...]:
    return tuple((kind, re.escape(sign[0]), re.escape(sign)) for kind, sign in kinds)


_BRACKETS = _signs(
    (Kind.LEFT_BRACKET, "["),
    (Kind.RIGHT_BRACKET, "]"),
    (Kind.COMMA, ","),
    (Kind.DOUBLE_DOT, ".."),
    (Kind.COLON, ":"),
    (Kind.LEFT_BRACE, "{"),
    (Kind.RIGHT_BRACE, "}"),
)

# In each state, from the token that wins a draw to the one that loses it.
_TABLE: Final[dict[State, tuple[_Rule, ...]]] = {
    State.DEFAULT: (
        (
            Kind.ESCAPED_DIRECTIVE,
            r"\\",
            r"\\(?:\\\\)*\#(?:[A-Za-z_@][A-Za-z0-9_@]*|\{[A-Za-z_][A-Za-z0-9_@]*\})",
        ),
        *_SET,
        *_STARTS,
        *_LINE_COMMENT,
        (Kind.DOUBLE_ESCAPE, r"\\", r"\\\\"),
        (Kind.ESCAPE, r"\\", r"\\"),
        (Kind.TEXT, r"[^$#\\]", r"[^$#\\]+"),
        *_EMPTY_INDEX,
    ),
    State.REFERENCE: (
        *_signs((Kind.INDEX_OPEN, "[")),
        *_SET,
        *_STARTS,
        *_LINE_COMMENT,
        *_TRUTH,
        _IDENTIFIER,
        _DOT,
        *_CURLIES,
        (Kind.REFERENCE_TERMINATOR, _ANY, _ANY),
        *_EMPTY_INDEX,
    ),
    State.REFERENCE_MODIFIER: (
        *_signs((Kind.INDEX_OPEN, "["), (Kind.LEFT_PARENTHESIS, "(")),
        *_SET,
        *_STARTS,
        *_TRUTH,
        _IDENTIFIER,
        _DOT,
        *_CURLIES,
        (Kind.REFERENCE_TERMINATOR, _ANY, _ANY),
    ),
    State.REFERENCE_ARGUMENTS: (
        *_BRACKETS,
        *_signs((Kind.ARGUMENTS_CLOSE, ")")),
        *_SET,
        *_STARTS,
        *_BLANKS,
        *_STRINGS,
        *_TRUTH,
        *_NUMBERS,
        _IDENTIFIER,
        _DOT,
    ),
    State.REFERENCE_INDEX: (
        *_signs((Kind.INDEX_CLOSE, "]")),
        *_STARTS,
        *_BLANKS,
        *_STRINGS,
        *_TRUTH,
        *_NUMBERS,
    ),
    State.DIRECTIVE_NAME: (
        *_STARTS,
        *_LINE_COMMENT,
        (Kind.END, r"[e{]", rf"(?:end|\{{end\}}){_LINE_END}"),
        (Kind.IF, r"[i{]", r"if|\{if\}"),
        (Kind.ELSEIF, r"[e{]", r"elseif|\{elseif\}"),
        (Kind.ELSE, r"[e{]", rf"(?:else|\{{else\}}){_LINE_END}"),
        *_NUMBERS,
        *_WORDS,
        (Kind.DIRECTIVE_TERMINATOR, _ANY, _ANY),
    ),
    State.DIRECTIVE: (
        *_BRACKETS,
        *_signs((Kind.LEFT_PARENTHESIS, "(")),
        (Kind.RIGHT_PARENTHESIS, r"\)", rf"\){_LINE_END}"),
        *_STARTS,
        *_LINE_COMMENT,
        *_BLANKS,
        *_STRINGS,
        *_TRUTH,
        *_OPERATORS,
        *_NUMBERS,
        *_WORDS,
    ),
    State.LINE_COMMENT: (
        *_STARTS,
        (Kind.LINE_COMMENT_END, r"[\r\n]", r"\r\n|\n|\r"),
        (Kind.COMMENT_TEXT, _ANY, r"[^\r\n$#\\]+|[\s\S]"),
    ),
    State.FORMAL_COMMENT: (
        *_STARTS,
        (Kind.FORMAL_COMMENT_END, r"\*", r"\*\#"),
        (Kind.COMMENT_TEXT, _ANY, r"[^*$#\\]+|[\s\S]"),
    ),
    State.BLOCK_COMMENT: (
        *_STARTS,
        (Kind.BLOCK_COMMENT_END, r"\*", r"\*\#"),
        (Kind.COMMENT_TEXT, _ANY, r"[^*$#\\]+|[\s\S]"),
    ),
    State.TEXT_BLOCK: (
        *_STARTS,
        (Kind.TEXT_BLOCK_END, r"\]", r"\]\]\#"),
        (Kind.TEXT_BLOCK_TEXT, _ANY, r"[^\]$#\\]+|[\s\S]"),
    ),
}
_Rules: TypeAlias = "tuple[tuple[Kind, Match], ...]"


@lru_cache(maxsize=len(_TABLE) * 128)
def _rules(state: State, first: str) -> _Rules:
    """Return the tokens that may begin with a character; those of one beyond ASCII are alike."""
    return tuple((kind, re.compile(pattern).match) for kind, begin, pattern in _TABLE[state] if re.match(begin, first))


_BEYOND_ASCII: Final = "\u00e9"
_PREFIXES: Final = frozenset(
    {
        Kind.DOLLAR,
        Kind.HASH,
        Kind.TEXT_BLOCK_START,
        Kind.FORMAL_COMMENT_START,
        Kind.BLOCK_COMMENT_START,
        Kind.TEXT_BLOCK_TEXT,
    }
)
_TERMINATORS: Final = frozenset({Kind.REFERENCE_TERMINATOR, Kind.DIRECTIVE_TERMINATOR})


class LexicalError(Exception):
    """No token begins at ``offset``, or the template ends within one."""

    def __init__(self, offset: int, state: State) -> None:
        super().__init__(offset)
        self.offset = offset
        self.state = state


class Lexer:
    """Hands out one token after the other; the parser steers it at the name of a directive."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.in_set = False
        self._state = State.DEFAULT
        self._stack: list[tuple[State, int, int]] = []
        self._opened = 0
        self._closed = 0
        self._in_comment = False
        self._actions: dict[Kind, Callable[[], object]] = {
            Kind.SET: self._begin_set,
            Kind.IF: self._enter_directive,
            Kind.ELSEIF: self._enter_directive,
            Kind.ELSE: self.leave_state,
            Kind.END: self.leave_state,
            Kind.LINE_COMMENT_START: self._begin_line_comment,
            Kind.LINE_COMMENT_END: self._end_comment,
            Kind.FORMAL_COMMENT_END: self._end_comment,
            Kind.BLOCK_COMMENT_END: self._end_comment,
            Kind.TEXT_BLOCK_END: self._end_comment,
            Kind.DOT: self._enter_modifier,
            Kind.RIGHT_CURLY: self.leave_state,
            Kind.INDEX_OPEN: self._open_index,
            Kind.INDEX_CLOSE: self.leave_state,
            Kind.LEFT_PARENTHESIS: self._open_parenthesis,
            Kind.RIGHT_PARENTHESIS: self._close_parenthesis,
            Kind.ARGUMENTS_CLOSE: self._close_arguments,
            Kind.STRING: self._literal,
            Kind.INTEGER: self._integer,
            Kind.FLOAT: self._float,
        }

    def switch_to(self, state: State) -> None:
        """Go on in another state."""
        self._state = state

    def leave_state(self) -> bool:
        """Return to the state below, with its count of parentheses; tell whether there was one."""
        if not self._stack:
            self._opened = 0
            self._state = State.DEFAULT
            return False
        self._state, self._opened, self._closed = self._stack.pop()
        return True

    def next_token(self) -> Token:
        """Read one token.

        Raises:
            LexicalError: no token fits; a ``$`` or ``#`` as the last character is such a case.
        """
        aside: list[str] = []
        start = self.position
        while True:
            if self.position >= len(self.text):
                if start < self.position:
                    raise LexicalError(self.position, self._state)
                return Token(Kind.END_OF_TEMPLATE, "", start, start, tuple(aside))
            kind, end = self._longest()
            self.position = end
            if kind in _PREFIXES:
                self._begin(kind)
                continue
            if kind is Kind.COMMENT_TEXT:
                start = end
                continue
            image = self.text[start:end]
            if kind in _TERMINATORS:
                self.position = start = end - 1
                self.leave_state()
                aside.append(image)
                continue
            return self._finish(kind, image, start, tuple(aside))

    def _longest(self) -> tuple[Kind, int]:
        text, position = self.text, self.position
        best = Kind.END_OF_TEMPLATE
        best_end = position
        first = text[position]
        for kind, match in _rules(self._state, first if first.isascii() else _BEYOND_ASCII):
            found = match(text, position)
            if found is not None and found.end() > best_end:
                best, best_end = kind, found.end()
        if best is Kind.END_OF_TEMPLATE:
            raise LexicalError(position, self._state)
        return best, best_end

    def _enter(self, state: State) -> None:
        self._stack.append((self._state, self._opened, self._closed))
        self._opened = 0
        self._state = state

    def _begin(self, kind: Kind) -> None:
        if self._in_comment or kind is Kind.TEXT_BLOCK_TEXT:
            return
        if kind is Kind.DOLLAR:
            if self._state is State.REFERENCE:
                self.leave_state()
            self._enter(State.REFERENCE)
        elif kind is Kind.HASH:
            if self._state in {State.REFERENCE, State.REFERENCE_MODIFIER}:
                self.leave_state()
            self._enter(State.DIRECTIVE_NAME)
        else:
            self._in_comment = True
            self._enter(_COMMENT_STATES[kind])
            if kind is Kind.FORMAL_COMMENT_START:
                self.position -= 1

    def _finish(self, kind: Kind, image: str, start: int, aside: tuple[str, ...]) -> Token:
        end = self.position
        if kind is Kind.INTEGER and image.endswith(".."):
            self.position = end = end - 2
            image = image[:-2]
        elif kind is Kind.DOT:
            # A $ directly before it is lost, here and in Velocity.
            image = "."
        action = self._actions.get(kind)
        if action is not None:
            action()
        return Token(kind, image, start, end, aside)

    # What the lexer does when it has read a token.

    def _enter_directive(self) -> None:
        self._state = State.DIRECTIVE

    def _enter_modifier(self) -> None:
        self._state = State.REFERENCE_MODIFIER

    def _close_arguments(self) -> None:
        self._state = State.REFERENCE

    def _begin_line_comment(self) -> None:
        if self._state is State.REFERENCE:
            self.leave_state()
        self._in_comment = True
        self._enter(State.LINE_COMMENT)

    def _end_comment(self) -> None:
        self._in_comment = False
        self.leave_state()

    def _begin_set(self) -> None:
        self._enter(State.DIRECTIVE)
        self.in_set = True
        self._opened += 1

    def _open_parenthesis(self) -> None:
        self._opened += 1
        if self._state is State.REFERENCE_MODIFIER:
            self._state = State.REFERENCE_ARGUMENTS

    def _close_parenthesis(self) -> None:
        while self._opened == 0:
            if not self.leave_state():
                return
        if self._opened == self._closed + 1:
            self.leave_state()
        else:
            self._closed += 1

    def _literal(self) -> None:
        if self._outside_parentheses() and self._state is State.DIRECTIVE:
            self.leave_state()

    def _integer(self) -> None:
        if self._outside_parentheses() and self._state not in {State.REFERENCE_ARGUMENTS, State.REFERENCE_INDEX}:
            self.leave_state()

    def _float(self) -> None:
        if self._outside_parentheses() and self._state is not State.REFERENCE_ARGUMENTS:
            self.leave_state()

    def _outside_parentheses(self) -> bool:
        return self._opened == 0 and not self.in_set

    def _open_index(self) -> None:
        self._enter(State.REFERENCE_INDEX)


_COMMENT_STATES: Final = {
    Kind.TEXT_BLOCK_START: State.TEXT_BLOCK,
    Kind.FORMAL_COMMENT_START: State.FORMAL_COMMENT,
    Kind.BLOCK_COMMENT_START: State.BLOCK_COMMENT,
}
