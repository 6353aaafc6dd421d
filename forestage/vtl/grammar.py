"""Expressions and references: the half of the grammar that stands between parentheses."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from forestage.vtl.lexer import Lexer, LexicalError
from forestage.vtl.nodes import (
    Binary,
    BooleanLiteral,
    Escape,
    Index,
    ListLiteral,
    MapLiteral,
    Method,
    Not,
    NumberLiteral,
    Operator,
    Property,
    RangeLiteral,
    Reference,
    StringLiteral,
)
from forestage.vtl.tokens import Kind, State, Token

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Set as AbstractSet

    from forestage.vtl.nodes import Expression, Step

NESTING_LIMIT: Final = 100
"""How deep blocks, parentheses, lists and arguments may stand in each other; Velocity ends where Java's stack does."""

_DIGITS_LIMIT: Final = 4_000
_OPERATORS: Final[dict[Kind, tuple[Operator, int]]] = {
    Kind.OR: (Operator.OR, 1),
    Kind.AND: (Operator.AND, 2),
    Kind.EQUAL: (Operator.EQUAL, 3),
    Kind.NOT_EQUAL: (Operator.NOT_EQUAL, 3),
    Kind.LESS: (Operator.LESS, 4),
    Kind.GREATER: (Operator.GREATER, 4),
    Kind.LESS_EQUAL: (Operator.LESS_EQUAL, 4),
    Kind.GREATER_EQUAL: (Operator.GREATER_EQUAL, 4),
    Kind.PLUS: (Operator.ADD, 5),
    Kind.MINUS: (Operator.SUBTRACT, 5),
    Kind.MULTIPLY: (Operator.MULTIPLY, 6),
    Kind.DIVIDE: (Operator.DIVIDE, 6),
    Kind.MODULO: (Operator.MODULO, 6),
}
_REFERENCE_START: Final = frozenset({Kind.IDENTIFIER, Kind.LEFT_CURLY})
_INDEX_START: Final = _REFERENCE_START | {Kind.STRING, Kind.INTEGER, Kind.TRUE, Kind.FALSE}
VALUE_START: Final = _INDEX_START | {Kind.FLOAT, Kind.LEFT_BRACKET, Kind.LEFT_BRACE}
_ARGUMENTS_START: Final = VALUE_START | {Kind.WHITESPACE, Kind.ARGUMENTS_CLOSE}
_BRACE_CLOSE: Final = frozenset({Kind.RIGHT_BRACE, Kind.RIGHT_CURLY})
_UNICODE_ESCAPE: Final = re.compile(r"\\u(.{0,4})", re.DOTALL)


class SyntaxFault(Exception):
    """The text is no template, from ``offset`` on."""

    def __init__(self, reason: str, *, offset: int, offending: str = "", hint: str | None = None) -> None:
        super().__init__(reason)
        self.hint = hint
        self.reason = reason
        self.offset = offset
        self.offending = offending


class Grammar:
    """Reads tokens with as much look-ahead as Velocity's parser has.

    ``base`` is added to every offset; it is the place of a string literal that is parsed as a template of its own.
    """

    def __init__(self, text: str, *, base: int = 0) -> None:
        self._base = base
        self._lexer = Lexer(text)
        self._ahead: list[Token] = []
        self._taken: list[Token] = []
        self._depth = 0
        self._literals: dict[Kind, Callable[[], Expression]] = {
            Kind.STRING: self._string,
            Kind.INTEGER: self._number,
            Kind.FLOAT: self._number,
            Kind.TRUE: self._boolean,
            Kind.FALSE: self._boolean,
            Kind.LEFT_BRACKET: self._list_or_range,
            Kind.LEFT_BRACE: self._map,
        }

    # Tokens

    def peek(self, number: int = 1) -> Kind:
        """Tell the kind of the next token, or of one behind it."""
        while len(self._ahead) < number:
            self._ahead.append(self._read())
        return self._ahead[number - 1].kind

    def take(self) -> Token:
        """Consume the next token."""
        token = self._ahead.pop(0) if self._ahead else self._read()
        self._taken.append(token)
        return token

    def expect(self, kinds: AbstractSet[Kind], expected: str) -> Token:
        """Consume the next token, which must be one of these."""
        if self.peek() not in kinds:
            raise self.unexpected(expected)
        return self.take()

    def skip_blanks(self) -> None:
        """Consume white space where it stands."""
        if self.peek() is Kind.WHITESPACE:
            self.take()

    def unexpected(self, expected: str) -> SyntaxFault:
        """Make the fault of the next token."""
        self.peek()
        token = self._ahead[0]
        found = (
            "the end of the template"
            if token.kind is Kind.END_OF_TEMPLATE
            else repr(token.image.strip() or token.image)
        )
        return SyntaxFault(
            f"expected {expected}, found {found}",
            offset=self._base + token.start,
            offending=token.image.strip(),
            hint=self._hint(token),
        )

    def _hint(self, token: Token) -> str | None:
        before = self._taken[-1] if self._taken else token
        if before.kind is Kind.STRING and before.image[-2:-1] == "\\":
            return f"a backslash escapes nothing in a string; write the quote twice: {before.image[0] * 2}"
        if token.kind in {Kind.INTEGER, Kind.FLOAT} and token.image.startswith("-"):
            return f"a minus before a digit makes a number of it; write - {token.image[1:]} to subtract"
        if token.image == "null":
            return "there is no null in a template; a name that is not set, such as $null, has no value"
        return None

    def fault(self, reason: str, token: Token) -> SyntaxFault:
        """Make a fault of a token that was consumed."""
        return SyntaxFault(reason, offset=self._base + token.start, offending=token.image.strip())

    def nest(self) -> None:
        """Count one more level of nesting; who calls takes it back with ``self._depth``."""
        self._depth += 1
        if self._depth > NESTING_LIMIT:
            self.peek()
            raise SyntaxFault(
                f"nested deeper than the {NESTING_LIMIT} levels that are allowed",
                offset=self._base + self._ahead[0].start,
                offending=self._ahead[0].image.strip(),
            )

    def mark(self) -> int:
        """Remember a place among the consumed tokens, for ``source_from``."""
        return len(self._taken)

    def source_from(self, mark: int) -> str:
        """Return the text of the tokens that were consumed since."""
        return "".join(token.written for token in self._taken[mark:])

    def offset_of(self, token: Token) -> int:
        """Return where a token stands in the whole template."""
        return self._base + token.start

    def _read(self) -> Token:
        try:
            return self._lexer.next_token()
        except LexicalError as error:
            raise self._lexical_fault(error) from None

    def _lexical_fault(self, error: LexicalError) -> SyntaxFault:
        text, offset = self._lexer.text, error.offset
        if offset < len(text):
            character = text[offset]
            reason = f"no {character} closes this string" if character in "\"'" else f"unexpected {character!r}"
            return SyntaxFault(reason, offset=self._base + offset, offending=character)
        last = text[-1]
        reason = f"a {last} must not be the last character"
        if error.state is State.TEXT_BLOCK:
            reason = "no ]]# closes the text block"
        return SyntaxFault(reason, offset=self._base + offset - 1, offending=last)

    # Expressions

    def expression(self, level: int = 1) -> Expression:
        """Read operands and operators that bind at least as tightly as ``level``."""
        left = self._unary()
        while (found := _OPERATORS.get(self.peek())) is not None and found[1] >= level:
            self.take()
            mark = self.mark()
            right = self.expression(found[1] + 1)
            left = Binary(offset=left.offset, source=self.source_from(mark), operator=found[0], left=left, right=right)
        return left

    def _unary(self) -> Expression:
        negations = 0
        while self.peek() is Kind.NOT or (self.peek() is Kind.WHITESPACE and self.peek(2) is Kind.NOT):
            self.skip_blanks()
            self.take()
            negations += 1
        operand = self._primary()
        # Negation upon negation is one negation or none, of a condition.
        for _ in range(negations if negations < 3 else 2 + negations % 2):  # ruff: ignore[magic-value-comparison]
            operand = Not(offset=operand.offset, source=operand.source, operand=operand)
        return operand

    def _primary(self) -> Expression:
        self.skip_blanks()
        if self.peek() is Kind.LEFT_PARENTHESIS:
            self.take()
            self.nest()
            mark = self.mark()
            inner = self.expression()
            value: Expression = replace(inner, source=self.source_from(mark))
            self._depth -= 1
            self.expect({Kind.RIGHT_PARENTHESIS}, "')' or an operator")
        else:
            value = self.value("a value")
        self.skip_blanks()
        return value

    def parameter(self) -> Expression:
        """Read a value without operators, with blanks around it."""
        self.skip_blanks()
        value = self.value("a value without operators")
        self.skip_blanks()
        return value

    def value(self, expected: str, allowed: AbstractSet[Kind] = VALUE_START) -> Expression:
        """Read a literal or a reference."""
        kind = self.peek()
        if kind not in allowed:
            raise self.unexpected(expected)
        return self.reference() if kind in _REFERENCE_START else self._literals[kind]()

    def _string(self) -> StringLiteral:
        # A doubled quote is one quote, and there is no escape but a backslash, a u and four digits.
        token = self.take()
        quote, text = token.image[0], token.image[1:-1]
        if quote == '"':
            text = _UNICODE_ESCAPE.sub(lambda found: self._unicode(found, token), text)
        return StringLiteral(
            offset=self.offset_of(token),
            source=token.written,
            text=text.replace(quote * 2, quote),
            interpolated=quote == '"' and ("$" in token.image or "#" in token.image),
        )

    def _unicode(self, found: re.Match[str], token: Token) -> str:
        try:
            return chr(int(found[1], 16)) if len(found[1]) == 4 and found[1].isalnum() else self._raise_unicode()  # ruff: ignore[magic-value-comparison]
        except ValueError:
            raise self.fault(f"{found[0]!r} is no escape: \\u must have four hexadecimal digits", token) from None

    @staticmethod
    def _raise_unicode() -> str:
        raise ValueError

    def _number(self) -> NumberLiteral:
        token = self.take()
        if len(token.image) > _DIGITS_LIMIT:
            raise self.fault(f"a number of more than {_DIGITS_LIMIT} digits", token)
        read: Callable[[str], int | float] = int if token.kind is Kind.INTEGER else float
        try:
            value = read(token.image)
        except ValueError:
            # A # that begins no directive sticks to the number behind it.
            raise self.fault(f"{token.image!r} is no number", token) from None
        return NumberLiteral(offset=self.offset_of(token), source=token.written, value=value)

    def _boolean(self) -> BooleanLiteral:
        token = self.take()
        return BooleanLiteral(offset=self.offset_of(token), source=token.written, value=token.kind is Kind.TRUE)

    def _list_or_range(self) -> ListLiteral | RangeLiteral:
        mark = self.mark()
        offset = self.offset_of(self.take())
        self.nest()
        items = []
        if self.peek() in VALUE_START or self.peek() is Kind.WHITESPACE:
            items.append(self.parameter())
            if self.peek() is Kind.DOUBLE_DOT and _is_bound(items[0]):
                return self._range(mark, offset, items[0])
            while self.peek() is Kind.COMMA:
                self.take()
                items.append(self.parameter())
        self._depth -= 1
        self.expect({Kind.RIGHT_BRACKET}, "',' or ']'")
        return ListLiteral(offset=offset, source=self.source_from(mark), items=tuple(items))

    def _range(self, mark: int, offset: int, first: Expression) -> RangeLiteral:
        self.take()
        self.skip_blanks()
        last = self.value("an integer or a reference", _REFERENCE_START | {Kind.INTEGER})
        self.skip_blanks()
        self._depth -= 1
        self.expect({Kind.RIGHT_BRACKET}, "']'")
        return RangeLiteral(offset=offset, source=self.source_from(mark), first=first, last=last)

    def _map(self) -> MapLiteral:
        mark = self.mark()
        offset = self.offset_of(self.take())
        self.nest()
        entries = []
        blank = self.peek() is Kind.WHITESPACE
        if self.peek() in VALUE_START or (blank and self.peek(2) in VALUE_START):
            entries.append(self._entry())
            while self.peek() is Kind.COMMA:
                self.take()
                entries.append(self._entry())
        self.skip_blanks()
        self._depth -= 1
        self.expect(_BRACE_CLOSE, "',' or '}'" if entries else "a key or '}'")
        return MapLiteral(offset=offset, source=self.source_from(mark), entries=tuple(entries))

    def _entry(self) -> tuple[Expression, Expression]:
        key = self.parameter()
        self.expect({Kind.COLON}, "':' behind the key")
        return key, self.parameter()

    # References

    def reference(self) -> Reference:
        """Read ``$name`` with its properties, method calls and indexes."""
        mark = self.mark()
        first = self.take()
        name = first
        if first.kind is Kind.LEFT_CURLY:
            name = self.expect({Kind.IDENTIFIER}, "a name")
        steps = self._steps()
        if first.kind is Kind.LEFT_CURLY:
            self.expect({Kind.RIGHT_CURLY}, "'.', '[' or '}'")
        slashes, prefix, image = _split_image(first.image)
        self._taken[mark] = replace(first, image=image)
        source = self.source_from(mark)
        broken = "\\!" in first.image
        quiet = image.startswith("$!")
        escape = Escape.BROKEN if broken else Escape.ESCAPED if len(slashes) % 2 else Escape.NONE
        return Reference(
            offset=self.offset_of(first),
            source=source,
            root=_broken_text(image) if broken else _root(image, name.image),
            target=image[1:],
            steps=steps,
            quiet=quiet,
            runt=not broken and not image.startswith("$"),
            escape=escape,
            slashes=slashes[: len(slashes) // 2],
            prefix=prefix,
            unset=_broken_text(image) if broken else "" if quiet and escape is Escape.NONE else source,
        )

    def _steps(self) -> tuple[Step, ...]:
        steps: list[Step] = []
        self._indexes(steps)
        while self.peek() is Kind.DOT and self.peek(2) is Kind.IDENTIFIER:
            self.take()
            if self.peek(2) is Kind.LEFT_PARENTHESIS and self.peek(3) in _ARGUMENTS_START:
                name = self.take().image
                steps.append(Method(name=name, arguments=self._arguments()))
            else:
                steps.append(Property(name=self.take().image))
            self._indexes(steps)
        return tuple(steps)

    def _indexes(self, steps: list[Step]) -> None:
        while self.peek() is Kind.INDEX_OPEN:
            self.take()
            self.nest()
            self.skip_blanks()
            argument = self.value("a string, an integer or a reference as index", _INDEX_START)
            self.skip_blanks()
            self._depth -= 1
            self.expect({Kind.INDEX_CLOSE}, "']'")
            steps.append(Index(argument=argument))

    def _arguments(self) -> tuple[Expression, ...]:
        self.take()
        self.nest()
        arguments = []
        if self.peek() is not Kind.ARGUMENTS_CLOSE:
            arguments.append(self.parameter())
            while self.peek() is Kind.COMMA:
                self.take()
                arguments.append(self.parameter())
        self._depth -= 1
        self.expect({Kind.ARGUMENTS_CLOSE}, "',' or ')'; arguments take no operators")
        return tuple(arguments)


def _is_bound(expression: Expression) -> bool:
    return isinstance(expression, Reference) or (
        isinstance(expression, NumberLiteral) and isinstance(expression.value, int)
    )


def _split_image(image: str) -> tuple[str, str, str]:
    r"""Split ``\\#$name`` into its backslashes, what else is printed before it, and the reference."""
    if "\\!" in image:
        return "", "", image
    rest = image.lstrip("\\")
    dollar = max(rest.rfind("$"), 0)
    return image[: len(image) - len(rest)], rest[:dollar], rest[dollar:]


def _root(image: str, name: str) -> str:
    if image in {"${", "$!{"}:
        return name
    return image[2:] if image.startswith("$!") else image.removeprefix("$")


def _broken_text(image: str) -> str:
    r"""Take one backslash out of ``$\!name``."""
    dollar = image.index("$")
    slash = image.index("\\", dollar)
    return image[:slash] + image[slash + 1 :]
