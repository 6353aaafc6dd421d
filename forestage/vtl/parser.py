"""Reads a template's text into its tree: text, references, directives."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from forestage.vtl.grammar import VALUE_START, Grammar
from forestage.vtl.nodes import (
    Break,
    Define,
    Foreach,
    If,
    MacroCall,
    MacroDefinition,
    Reference,
    Set,
    Stop,
    Text,
    Tree,
    Unavailable,
    Word,
)
from forestage.vtl.tokens import Kind, State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from forestage.vtl.nodes import Block, Expression, Statement
    from forestage.vtl.tokens import Token

_BLOCK_DIRECTIVES: Final = frozenset({"foreach", "macro", "define", "literal"})
_UNAVAILABLE: Final = frozenset({"include", "parse", "evaluate"})
_DIRECTIVES: Final = _BLOCK_DIRECTIVES | _UNAVAILABLE | {"break", "stop"}
_CONTROL: Final = frozenset({"if", "end", "set", "else", "elseif"})
_CONTROL_KINDS: Final = frozenset({Kind.IF, Kind.ELSE, Kind.ELSEIF, Kind.END})
_PLAIN: Final = frozenset(
    {
        Kind.TEXT,
        Kind.DOT,
        Kind.RIGHT_PARENTHESIS,
        Kind.LEFT_PARENTHESIS,
        Kind.INTEGER,
        Kind.FLOAT,
        Kind.STRING,
        Kind.ESCAPE,
        Kind.LEFT_CURLY,
        Kind.RIGHT_CURLY,
        Kind.EMPTY_INDEX,
    }
)
_FOREACH_ARGUMENTS: Final = 3


def parse(text: str, *, base: int = 0, macro_names: Iterable[str] = ()) -> Tree:
    """Parse a template.

    ``base`` is added to every offset. ``macro_names`` are macros defined elsewhere, which decides what a backslash
    before their call prints.

    Raises:
        SyntaxFault: the text is no template.
    """
    return Parser(text, base=base, macro_names=macro_names).template()


class Parser(Grammar):
    """The statements of a template."""

    def __init__(self, text: str, *, base: int, macro_names: Iterable[str]) -> None:
        super().__init__(text, base=base)
        self._macro_names = set(macro_names)
        self._readers: dict[Kind, Callable[[], Statement]] = {
            Kind.IF: self._if,
            Kind.LINE_COMMENT_START: self._comment,
            Kind.BLOCK_COMMENT_END: self._comment,
            Kind.FORMAL_COMMENT_END: self._comment,
            Kind.TEXT_BLOCK_END: self._text_block,
            Kind.SET: self._set,
            Kind.ESCAPED_DIRECTIVE: self._escaped_directive,
            Kind.DOUBLE_ESCAPE: self._double_escapes,
            Kind.WORD: self._directive,
            Kind.BRACKETED_WORD: self._directive,
        }

    def template(self) -> Tree:
        """Read the whole text."""
        statements = self._block()
        if self.peek() is not Kind.END_OF_TEMPLATE:
            raise self.unexpected("text, a reference or a directive")
        return Tree(statements=statements, macro_names=frozenset(self._macro_names))

    def _block(self) -> Block:
        self.nest()
        statements: list[Statement] = []
        while (read := self._reader()) is not None:
            statement = read()
            if not isinstance(statement, Text) or statement.text:
                statements.append(statement)
        self._depth -= 1
        return tuple(statements)

    def _reader(self) -> Callable[[], Statement] | None:
        kind = self.peek()
        if kind is Kind.IDENTIFIER or (kind is Kind.LEFT_CURLY and self.peek(2) is Kind.IDENTIFIER):
            return self.reference
        if kind in _PLAIN:
            return self._plain
        return self._readers.get(kind)

    def _text(self, token: Token, text: str) -> Text:
        return Text(offset=self.offset_of(token), source=token.written, text=text)

    # Text

    def _plain(self) -> Text:
        token = self.take()
        return self._text(token, token.written)

    def _comment(self) -> Text:
        token = self.take()
        if token.kind is Kind.LINE_COMMENT_START and self.peek() is Kind.LINE_COMMENT_END:
            self.take()
        begin = token.image.find("##")
        if begin < 0:
            begin = token.image.find("#*")
        return self._text(token, token.image[: max(begin, 0)])

    def _text_block(self) -> Text:
        token = self.take()
        return self._text(token, token.image[3:-3])

    def _escaped_directive(self) -> Text:
        token = self.take()
        slashes = token.image.rindex("\\") + 1
        written = token.image[slashes:]
        name = written[2:-1] if written.startswith("#{") else written[1:]
        text = token.image
        if name in _DIRECTIVES or name in _CONTROL or name in self._macro_names:
            text = token.image[: (slashes - 1) // 2] + written
            self._taken[-1] = replace(token, image=text)
        return self._text(token, text)

    def _double_escapes(self) -> Text:
        first = self.take()
        count = 1
        while self.peek() is Kind.DOUBLE_ESCAPE:
            self.take()
            count += 1
        following = self._ahead[0]
        name = following.image[1:]
        control = following.kind in _CONTROL_KINDS or name in _DIRECTIVES or name in self._macro_names
        return self._text(first, ("\\" if control else "\\\\") * count)

    # Directives

    def _set(self) -> Set:
        mark = self.mark()
        token = self.take()
        self.skip_blanks()
        if self.peek() not in {Kind.IDENTIFIER, Kind.LEFT_CURLY}:
            raise self.unexpected("a reference to set")
        target = self.reference()
        self.skip_blanks()
        self.expect({Kind.ASSIGN}, "'='")
        value = self.expression()
        self.expect({Kind.RIGHT_PARENTHESIS}, "')' or an operator")
        self._lexer.in_set = False
        return Set(offset=self.offset_of(token), source=self.source_from(mark).strip(), target=target, value=value)

    def _if(self) -> If:
        offset = self.offset_of(self.take())
        branches = [(self._condition(), self._block())]
        while self.peek() is Kind.ELSEIF:
            self.take()
            branches.append((self._condition(), self._block()))
        otherwise: Block = ()
        if self.peek() is Kind.ELSE:
            self.take()
            otherwise = self._block()
        self.expect({Kind.END}, "#end of the #if")
        return If(offset=offset, branches=tuple(branches), otherwise=otherwise)

    def _condition(self) -> Expression:
        self.skip_blanks()
        self.expect({Kind.LEFT_PARENTHESIS}, "'(' with a condition")
        condition = self.expression()
        self.expect({Kind.RIGHT_PARENTHESIS}, "')' or an operator")
        return condition

    def _directive(self) -> Statement:
        mark = self.mark()
        token = self.take()
        name = token.image[2:-1] if token.kind is Kind.BRACKETED_WORD else token.image[1:]
        self._lexer.switch_to(State.DIRECTIVE)
        if not self._parenthesis_follows():
            self._lexer.leave_state()
            return self._bare(name, token)
        arguments = self._directive_arguments(name, token)
        if name not in _BLOCK_DIRECTIVES and not name.startswith("@"):
            return self._line(name, token, arguments, self._images_from(mark))
        body_mark = self.mark()
        body = self._block()
        literal = self.source_from(body_mark)
        self.expect({Kind.END}, f"#end of the #{name}")
        if name == "literal":
            if not arguments and not body:
                raise self.fault("#literal has nothing to print", token)
            return self._text(token, arguments[0].source if arguments else literal)
        if name == "foreach":
            return self._foreach(token, arguments, body)
        if name == "macro":
            return self._macro(token, arguments, body)
        if name == "define":
            return self._define(token, arguments, body, self._images_from(mark))
        return MacroCall(
            offset=self.offset_of(token),
            name=name[1:],
            arguments=arguments,
            body=body,
            source=self._images_from(mark),
        )

    def _parenthesis_follows(self) -> bool:
        # The state was changed for the next token, so that none may have been read ahead.
        assert not self._ahead
        return self._lexer.text[self._lexer.position :].lstrip(" \t\r\n").startswith("(")

    def _images_from(self, mark: int) -> str:
        return "".join(token.image for token in self._taken[mark:])

    def _bare(self, name: str, token: Token) -> Statement:
        if name in _BLOCK_DIRECTIVES:
            raise self.fault(f"#{name} needs arguments in parentheses", token)
        if name.startswith("@"):
            return self._text(token, f"#{name}")
        return self._line(name, token, (), token.image)

    def _line(self, name: str, token: Token, arguments: tuple[Expression, ...], source: str) -> Statement:
        offset = self.offset_of(token)
        if name in {"break", "stop"}:
            if len(arguments) > 1:
                raise self.fault(f"#{name} takes one argument at most, found {len(arguments)}", token)
            argument = arguments[0] if arguments else None
            if name == "stop":
                return Stop(offset=offset, message=argument)
            return Break(offset=offset, source=source, scope=argument)
        if name in _UNAVAILABLE:
            return Unavailable(offset=offset, name=name, source=source)
        return MacroCall(offset=offset, name=name, arguments=arguments, body=None, source=source)

    def _directive_arguments(self, name: str, directive: Token) -> tuple[Expression, ...]:
        self.skip_blanks()
        self.take()
        arguments: list[Expression] = []
        while True:
            self.skip_blanks()
            if self.peek() is Kind.COMMA:
                self.take()
                self.skip_blanks()
            elif self.peek() is Kind.RIGHT_PARENTHESIS:
                break
            arguments.append(self._directive_argument(name, len(arguments), directive))
        self.take()
        return tuple(arguments)

    def _directive_argument(self, name: str, number: int, directive: Token) -> Expression:
        is_name = name == "macro" and number == 0
        if self.peek() is Kind.WORD:
            token = self.take()
            allowed = is_name or name not in _DIRECTIVES or (name == "foreach" and number == 1)
            if not allowed:
                raise self.fault(f"#{name} takes no bare word as argument {number + 1}, found {token.image!r}", token)
            return Word(offset=self.offset_of(token), source=token.written, word=token.image)
        if is_name and self.peek() in VALUE_START:
            raise self.fault("the first argument of #macro must be its name, a bare word", directive)
        return self.value(f"an argument of #{name} or ')'; arguments take no operators")

    def _foreach(self, token: Token, arguments: tuple[Expression, ...], body: Block) -> Foreach:
        if len(arguments) < _FOREACH_ARGUMENTS - 1:
            raise self.fault("#foreach needs ($element in $list)", token)
        element = arguments[0]
        extra = arguments[_FOREACH_ARGUMENTS:]
        if extra:
            body = (extra[0],) if isinstance(extra[0], Reference) else ()
        return Foreach(
            offset=self.offset_of(token),
            element=element.root if isinstance(element, Reference) else element.source[1:],
            source=arguments[_FOREACH_ARGUMENTS - 1] if len(arguments) >= _FOREACH_ARGUMENTS else None,
            body=body,
        )

    def _macro(self, token: Token, arguments: tuple[Expression, ...], body: Block) -> MacroDefinition:
        if not arguments:
            raise self.fault("#macro needs a name", token)
        name = arguments[0].source
        self._macro_names.add(name)
        return MacroDefinition(
            offset=self.offset_of(token),
            name=name,
            parameters=tuple(_parameter_name(argument) for argument in arguments[1:]),
            body=body,
        )

    def _define(self, token: Token, arguments: tuple[Expression, ...], body: Block, source: str) -> Define:
        if len(arguments) != 1:
            raise self.fault(
                f"#define takes the name of the block and nothing else, found {len(arguments)} arguments", token
            )
        argument = arguments[0]
        name = argument.target if isinstance(argument, Reference) else argument.source[1:]
        return Define(offset=self.offset_of(token), name=name, body=body, source=source)


def _parameter_name(argument: Expression) -> str:
    if isinstance(argument, Reference):
        return argument.target
    return argument.source.removeprefix("$")
