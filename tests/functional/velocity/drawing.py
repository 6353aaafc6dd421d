"""Draws templates of the whole Velocity language, without API Gateway's objects, and variables for them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final, TypeVar

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hypothesis.strategies import DrawFn, SearchStrategy

T = TypeVar("T")

DEPTH: Final = 3
"""How deep statements stand in each other."""

STATEMENTS: Final = 6
"""How many stand at the top, at most."""

# What prints alike in Python and Java on every machine: no surrogates, which are no characters of UTF-8.
_TEXTS: Final = st.text(st.characters(exclude_categories=["Cs"]), max_size=6) | st.sampled_from(
    [
        "",
        "Ada",
        "a,b,,c",
        "  x y ",
        "42",
        "-7",
        "1.5",
        "true",
        "a.b",
        "ABC",
        'say "hi"',
        "$n",
        "#end",
        "\\",
        "line\nline",
    ]
)
_INTEGERS: Final = st.integers(-20, 20) | st.sampled_from([2**31 - 1, -(2**31), 2**31, 2**63 - 1, -(2**63), 2**63])
_DOUBLES: Final = st.integers(-99_999, 99_999).map(lambda number: number / 1_000) | st.sampled_from(
    [1e7, 1e-4, 1.5e300, -2e-9, 12345678.25]
)
_SCALARS: Final = st.none() | st.booleans() | _INTEGERS | _DOUBLES | _TEXTS
_KEYS: Final = st.sampled_from(["a", "b", "c", "k y", "size", "empty"])
_VALUES: Final = st.recursive(
    _SCALARS,
    lambda children: st.lists(children, max_size=3) | st.dictionaries(_KEYS, children, max_size=3),
    max_leaves=6,
)

VARIABLES: Final[SearchStrategy[Mapping[str, object]]] = st.fixed_dictionaries(
    {
        "s": _TEXTS,
        "e": st.just(""),
        "n": _INTEGERS,
        "d": _DOUBLES,
        "t": st.just(value=True),
        "f": st.just(value=False),
        "l": st.lists(_VALUES, max_size=4),
        "w": st.lists(_TEXTS, min_size=1, max_size=4),
        "m": st.dictionaries(_KEYS, _VALUES, max_size=4),
        "o": st.fixed_dictionaries({"a": _SCALARS, "b": st.dictionaries(_KEYS, _SCALARS, max_size=2)}),
        "v": _VALUES,
        "null": st.none(),
    }
)

_NAMES: Final = (
    "s", "e", "n", "d", "t", "f", "l", "w", "m", "o", "v", "null", "x", "y", "i", "j", "p", "q", "nope", "block",
    "foreach", "velocityCount", "bodyContent",
)  # fmt: skip
_TARGETS: Final = (
    "$x", "$y", "$x", "$y", "$s", "$n", "$l", "$i", "$p", "$block", "${x}", "$m.a", '$m["k y"]', "$l[0]", "$w[1]",
    "$nope.x", "$o.b.c", "$!x", "$o.a", "$l[-1]",
)  # fmt: skip
_BLANKS: Final = (
    "", "", "", "", " ", "  ", "\t", "\n", "\r\n", " \n  ",
)  # fmt: skip
_WORDS: Final = (
    "word", " and ", "{", "}", '"key": ', "[", "]", ", ", "(", ")", ".", ".x", ":", "-", "5", "1.5", "$", "$5.00",
    "#", "# x", "#1", "\\", '"', "'", "''", "=", "é", "\U0001f600", "<a href='#x'>", "%", "!", "|", "&&", "a_b-c",
    "@", "/",
)  # fmt: skip
# What is no statement, or nearly one.
_ODDITIES: Final = (
    "\\$s", "\\\\$s", "\\$nope", "\\\\$nope", "\\$!s", "$\\!s", "$!\\s", "\\#if", "\\#set($x = 1)",
    "\\\\#if($t)a#end", "\\#nothing", "\\#one()", "$!", "${", "${}", "$!{", "$.x", "$[0]", "$()", "$1", "$-x", "$$s",
    "$#s", "#", "##", "#*", "*#", "#[[", "]]#", "#{", "#if", "#set", "#macro(one)", "#elseif", "#else", "#end",
    "#{end}", "#(", "#IF($t)", "#stop", "#break", "#foo", "#foo($s)", "#{foo}", "#@foo", "#literal()", "$s.", "$s..x",
    "$s.1", "$s[", "$l[0", "${s", "${s}}", "${s.}", "$s-1", "$n+1", "$s()", "$m.a(", "$l[1][0]", "$l.[0]", "$s:x",
    "#set($x==1)", "#set($x=)", "#if()", "#if($t", "#set $x = 1", "#foreach($i $l)", "#foreach($i in)",
    "#{set}($x = 1)", "#{if}($t)a#{else}b#{end}", '"', "'", "$velocityCount", "$foreach", "$foreach.index",
    "$velocityHasNext", "#define($x)", "#macro()",
)  # fmt: skip
_LEAVES: Final = (
    "#break", "#stop", "#{break}", "#if($foreach.index == 1)#break#end", "#break($foreach)",
)  # fmt: skip
_COMMENTS: Final = (
    "## note\n", "##\n", "#* a\n b *#", "#** doc *#", "###\n", "#*#*#", "## last",
)  # fmt: skip
_TEXT_BLOCKS: Final = (
    "#[[$s #if ]]#", "#[[]]#", "#[[a\n]]#", "#literal()$s#end",
)  # fmt: skip
# No range has $n as a bound: it would be a very long loop.
_SOURCES: Final = (
    "$l", "$w", "$m", "$o.b", "[1..3]", "[3..1]", "[$w.size()..2]", "[$foreach.count..3]", "$m.keySet()",
    "$m.entrySet()", "$m.values()", '$s.split(",")', "$nope", "$s", "$n", "[1, 'a', $s]", "{'a': 1}", "$v",
    "$l.iterator()", "$w.subList(0, 1)", "$x", "$i", "$p", "$foreach",
)  # fmt: skip
_ELEMENTS: Final = (
    "i", "j", "x", "s",
)  # fmt: skip
_LOOP_STARTS: Final = (
    "", "", "$foreach.index", "$foreach.count#if($foreach.hasNext), #end", "$i", "$velocityCount", "$!i.key ",
    "#set($y = $i)", "$!foreach.parent.index",
)  # fmt: skip

# Methods with a letter for what each argument is. What prints or hashes an address is left out, which is another in
# each run, and ``longValue``: ours is no other number than the Integer of the same value.
_TEXT_METHODS: Final = (
    ("length", ""), ("toUpperCase", ""), ("toLowerCase", ""), ("trim", ""), ("isEmpty", ""), ("toString", ""),
    ("charAt", "i"), ("substring", "i"), ("substring", "ii"), ("indexOf", "s"), ("indexOf", "si"),
    ("lastIndexOf", "s"), ("contains", "s"), ("startsWith", "s"), ("endsWith", "s"), ("equals", "a"),
    ("equalsIgnoreCase", "s"), ("concat", "s"), ("replace", "ss"), ("replaceAll", "rs"), ("replaceFirst", "rs"),
    ("matches", "r"), ("split", "r"), ("split", "ri"), ("compareTo", "s"), ("codePointAt", "i"), ("repeat", "u"),
    ("isBlank", ""), ("strip", ""), ("valueOf", "a"), ("subSequence", "ii"),
)  # fmt: skip
_LIST_METHODS: Final = (
    ("size", ""), ("isEmpty", ""), ("get", "i"), ("contains", "a"), ("indexOf", "a"), ("lastIndexOf", "a"),
    ("add", "a"), ("add", "ia"), ("set", "ia"), ("remove", "i"), ("addAll", "l"), ("subList", "ii"),
    ("equals", "a"), ("toString", ""), ("clear", ""), ("containsAll", "l"), ("removeAll", "l"), ("retainAll", "l"),
)  # fmt: skip
_MAP_METHODS: Final = (
    ("size", ""), ("isEmpty", ""), ("get", "k"), ("containsKey", "k"), ("containsValue", "a"), ("put", "ka"),
    ("remove", "k"), ("keySet", ""), ("values", ""), ("entrySet", ""), ("putAll", "m"), ("equals", "a"),
    ("toString", ""), ("getOrDefault", "ka"), ("putIfAbsent", "ka"), ("clear", ""), ("replace", "ka"),
)  # fmt: skip
_NUMBER_METHODS: Final = (
    ("intValue", ""), ("doubleValue", ""), ("toString", ""), ("equals", "a"), ("compareTo", "i"), ("parseInt", "s"),
    ("valueOf", "s"),
)  # fmt: skip
_METHODS: Final = {
    **dict.fromkeys("se", _TEXT_METHODS),
    **dict.fromkeys("lw", _LIST_METHODS),
    **dict.fromkeys("mo", _MAP_METHODS),
    **dict.fromkeys("nd", _NUMBER_METHODS),
}
_ANY_METHODS: Final = _TEXT_METHODS + _LIST_METHODS + _MAP_METHODS + _NUMBER_METHODS
_ARGUMENTS: Final = {
    "i": ("0", "1", "2", "-1", "$n", "9", "$w.size()", "$foreach.index"),
    "u": ("0", "1", "3", "-1"),
    "s": ("'a'", '","', "''", '"$s"', "$s", "'b'", "'Ada'", '"x$n"', "'$1'", "'42'"),
    "k": ("'a'", '"b"', "'nope'", "$s", "1"),
    "r": ("','", "'[a-c]'", "'.'", "'\\s+'", "'(\\w)(\\w)'", "'x*'", "'^a|b$'", "'\\d'", "'\\.'", "'[^,]+'"),
    "l": ("$l", "$w", "[]", "[1, 'a']", "$m.keySet()"),
    "m": ("$m", "$o", "{}", "{'a': 1}"),
}
_PROPERTIES: Final = (
    "a", "b", "c", "size", "length", "empty", "Empty", "index", "count", "key", "value", "x-",
)  # fmt: skip
_LOOP_PROPERTIES: Final = (
    "index", "count", "hasNext", "first", "last", "parent.index", "topmost.count", "nope",
)  # fmt: skip
_INDEXES: Final = (
    "0", "1", "-1", "5", '"a"', "$n", "$s", "$nope",
)  # fmt: skip
_NUMBERS: Final = (
    "0", "1", "2", "7", "-3", "1.5", "-0.5", "07", "1e3", ".5", "1.", "2147483647", "2147483648",
)  # fmt: skip
_STRINGS: Final = (
    "'a'", '"b"', "''", '""', "'$s'", '"$s"', '"a $n b"', '"$nope"', "'it''s'", '"say ""hi"""', '"#if($t)yes#end"',
    '"$m.a"', '"#set($y = 5)$y"', "'7'", '"true"', '"${s}x"', '"\\$s"', '"$"', '"#foreach($i in $w)$i#end"',
    '"#one(1)"', '"a\\tb"', '"#"', '"##"',
)  # fmt: skip
_RANGES: Final = (
    "[1..3]", "[2..-1]", "[$w.size()..0]", "['a'..3]",
)  # fmt: skip
_OPERATORS: Final = (
    "+", "-", "*", "/", "%", "==", "!=", "<", ">", "<=", ">=", "&&", "||", "and", "or", "eq", "ne", "lt", "gt", "le",
    "ge", "+", "==",
)  # fmt: skip


@cache
def _one_of(choices: tuple[T, ...]) -> SearchStrategy[T]:
    return st.sampled_from(choices)


@cache
def _number(first: int, last: int) -> SearchStrategy[int]:
    return st.integers(first, last)


class _Writer:
    """Writes one template; each method returns the text of a piece."""

    def __init__(self, draw: DrawFn) -> None:
        self._draw = draw

    def _pick(self, *choices: T) -> T:
        choice: T = self._draw(_one_of(choices))
        return choice

    def _many(self, first: int, last: int, piece: Callable[[], str]) -> list[str]:
        return [piece() for _ in range(self._draw(_number(first, last)))]

    def _blank(self) -> str:
        return self._pick(*_BLANKS)

    # Statements

    def block(self, depth: int) -> str:
        """Write statements, which may stand so deep in each other."""
        return "".join(self._many(1, STATEMENTS if depth == DEPTH else 3, lambda: self._statement(depth)))

    def _statement(self, depth: int) -> str:
        kind = self._draw(_number(0, 19))
        if depth > 0 and kind < 8:
            nested = (self._if, self._if, self._foreach, self._foreach, self._macro, self._define, self._body_call)
            return self._pick(*nested)(depth - 1)
        if kind < 18:
            plain = (self._word, self._print, self._print, self._set, self._set, self._blank, self._call)
            return self._pick(*plain)()
        return self._pick(*self._pick(_COMMENTS, _TEXT_BLOCKS, _ODDITIES, _LEAVES))

    def _word(self) -> str:
        return self._pick(*_WORDS)

    def _print(self) -> str:
        return self._reference(1)

    def _set(self) -> str:
        blank = self._pick("", " ")
        assignment = f"{blank}{self._pick(*_TARGETS)}{blank}={blank}{self._expression(2)}{blank}"
        return f"{self._blank()}#set({assignment}){self._blank()}"

    def _condition(self) -> str:
        return f"({self._pick('', ' ')}{self._expression(2)}{self._pick('', ' ')}){self._blank()}"

    def _if(self, depth: int) -> str:
        text = f"{self._blank()}{self._pick('#if', '#if', '#{if}', '#if ')}{self._condition()}{self.block(depth)}"
        if self._draw(st.booleans()):
            text += f"{self._blank()}#elseif{self._condition()}{self.block(depth)}"
        if self._draw(st.booleans()):
            text += f"{self._pick('#else', '#{else}')}{self._blank()}{self.block(depth)}"
        return text + self._end()

    def _end(self) -> str:
        return self._blank() + self._pick("#end", "#end", "#{end}") + self._blank()

    def _foreach(self, depth: int) -> str:
        head = f"#foreach(${self._pick(*_ELEMENTS)} in {self._pick(*_SOURCES)})"
        return f"{self._blank()}{head}{self._blank()}{self._pick(*_LOOP_STARTS)}{self.block(depth)}{self._end()}"

    def _macro(self, depth: int) -> str:
        head = f"#macro({self._pick('one', 'two')}{self._pick('', ' $p', ' $p $q', ' $p, $q', ' $p $p')})"
        return f"{head}{self._blank()}{self.block(depth)}{self._end()}"

    def _call(self) -> str:
        arguments = self._pick(" ", ", ", "  ").join(self._many(0, 3, lambda: self._argument(1)))
        return f"{self._blank()}#{self._pick('one', 'two', 'unknown')}({arguments}){self._blank()}"

    def _body_call(self, depth: int) -> str:
        arguments = " ".join(self._many(0, 2, lambda: self._argument(1)))
        head = f"#@{self._pick('one', 'two', 'unknown')}({arguments})"
        return f"{head}{self._blank()}{self.block(depth)}{self._end()}"

    def _define(self, depth: int) -> str:
        name = self._pick("block", "x", "y")
        return f"#define(${name}){self._blank()}{self.block(depth)}{self._end()}${name}"

    # Expressions

    def _reference(self, depth: int) -> str:
        name = self._pick(*_NAMES)
        if name == "foreach":
            steps = "." + self._pick(*_LOOP_PROPERTIES)
        else:
            steps = "".join(self._many(0, 2, lambda: self._step(name, depth)))
        before, after = self._pick(("$", ""), ("$", ""), ("${", "}"), ("$!", ""), ("$!{", "}"))
        return f"{before}{name}{steps}{after}"

    def _step(self, name: str, depth: int) -> str:
        kind = self._draw(_number(0, 5))
        if kind == 0:
            return "." + self._pick(*_PROPERTIES)
        if kind == 1:
            return f"[{self._pick(*_INDEXES)}]"
        method, kinds = self._pick(*_METHODS.get(name, _ANY_METHODS))
        return f".{method}({', '.join(self._method_argument(letter, depth) for letter in kinds)})"

    def _method_argument(self, letter: str, depth: int) -> str:
        if letter not in _ARGUMENTS or self._draw(_number(0, 9)) == 0:
            return self._argument(depth - 1)
        return self._pick(*_ARGUMENTS[letter])

    def _argument(self, depth: int) -> str:
        """Write what takes no operators."""
        kind = self._draw(_number(0, 9))
        if depth <= 0 or kind < 3:
            return self._pick(*self._pick(_NUMBERS, _STRINGS, ("true", "false")))
        if kind < 6:
            return self._reference(depth - 1)
        if kind < 8:
            return f"[{', '.join(self._many(0, 3, lambda: self._argument(depth - 1)))}]"
        if kind == 8:
            return f"{{{', '.join(self._many(0, 2, lambda: self._entry(depth - 1)))}}}"
        return self._pick(*_RANGES)

    def _entry(self, depth: int) -> str:
        return f"{self._argument(0)}{self._pick(': ', ':')}{self._argument(depth)}"

    def _expression(self, depth: int) -> str:
        kind = self._draw(_number(0, 9))
        if depth == 0 or kind < 4:
            return self._argument(depth)
        if kind == 4:
            return f"{self._pick('!', '! ', 'not ')}{self._expression(depth - 1)}"
        if kind == 5:
            return f"({self._expression(depth - 1)})"
        return f"{self._expression(depth - 1)} {self._pick(*_OPERATORS)} {self._expression(depth - 1)}"


@st.composite
def templates(draw: DrawFn) -> str:
    """Draw a template."""
    return _Writer(draw).block(DEPTH)
