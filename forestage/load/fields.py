"""Maps in files of our own, read entry by entry; what is wrong or unknown is a fault with its place."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, cast

from forestage.errors import Fault, IdentityFileError
from forestage.load.documents import read_document, shown_path
from forestage.load.positions import MarkedList, MarkedMap, Place, Raw, place_of
from forestage.load.scope import nearest
from forestage.load.shape import dotted, plain_json, shown
from forestage.model.values import Secret

if TYPE_CHECKING:
    import re
    from pathlib import Path

    from forestage.errors import ForestageError
    from forestage.model.values import Json, OpenJson, Origin


class Fields:
    """The entries of one map of a file.

    ``path`` leads from the root of the file to the map. An entry that nobody asked for is a fault, told by
    ``report_unknown``. Values of secrets are in no fault.
    """

    def __init__(self, root: Root, entries: MarkedMap[Raw], path: tuple[str | int, ...] = ()) -> None:
        self.root = root
        self.entries = entries
        self.path = path
        self._asked: list[str] = []

    def origin(self, *path: str | int) -> Origin:
        """Tell where the map or something in it was written."""
        return self.root.origin(*self.path, *path)

    def wrong(self, key: str, message: str, *rest: str | int, hint: str | None = None) -> None:
        """Note a fault of an entry, or of something in it."""
        named = dotted((key, *rest))
        self.root.fault(f"{named} {message}", self.origin(key, *rest), hint)

    def lacking(self, key: str) -> None:
        """Note that an entry is not there."""
        self.root.fault(f"{key} is missing", self.origin())

    def has(self, key: str) -> bool:
        """Tell whether an entry is there."""
        return self.value(key) is not None

    def value(self, key: str) -> Raw:
        """Return an entry as it was read; null is as good as nothing."""
        self._asked.append(key)
        return self.entries.get(key)

    def text(
        self, key: str, *, required: bool = False, form: re.Pattern[str] | None = None, meaning: str = ""
    ) -> str | None:
        """Read a text; a whole number is one, since account ids look like numbers.

        ``form`` is what the whole text must match, and ``meaning`` puts it into words.
        """
        value = self.value(key)
        if value is None:
            if required:
                self.lacking(key)
            return None
        text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if not isinstance(text, str) or not text:
            self.wrong(key, f"must be text, got {shown(value)}")
        elif form is not None and not form.fullmatch(text):
            self.wrong(key, f"must be {meaning}, got {shown(text)}")
        else:
            return text
        return None

    def secret(self, key: str, *, required: bool = False) -> Secret | None:
        """Read a text that nobody may see."""
        value = self.value(key)
        if value is None:
            if required:
                self.lacking(key)
            return None
        if isinstance(value, str) and value:
            return Secret(value)
        self.wrong(key, "must be text, in quotes where it looks like a number")
        return None

    def moment(self, key: str, *, required: bool = False) -> float | None:
        """Read a date and time with its offset, ``2026-12-01T12:00:00Z``, as seconds since the epoch."""
        value = self.value(key)
        if value is None:
            if required:
                self.lacking(key)
            return None
        try:
            moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            self.wrong(key, f"must be a date and time like 2026-12-01T12:00:00Z, got {shown(value)}")
            return None
        return moment.timestamp()

    def texts(self, key: str) -> tuple[str, ...]:
        """Read one text, or a list of them."""
        value = self.value(key)
        if value is None:
            return ()
        items = value if isinstance(value, MarkedList) else [value]
        if not all(isinstance(item, str) for item in items):
            self.wrong(key, f"must be a text or a list of texts, got {shown(value)}")
            return ()
        return tuple(str(item) for item in items)

    def fields(self, key: str) -> Fields | None:
        """Read a map."""
        value = self.value(key)
        if value is None:
            return None
        if not isinstance(value, MarkedMap):
            self.wrong(key, f"must be a map, got {shown(value)}")
            return None
        return Fields(self.root, value, (*self.path, key))

    def plain(self, value: Raw) -> Json:
        """Copy JSON into plain maps and lists: what was read knows its document."""
        return cast("Json", plain_json(cast("OpenJson", value)))

    def report_unknown(self) -> None:
        """Note the entries that nobody asked for."""
        for key in self.entries:
            if key not in self._asked:
                self.root.fault(f"{key} is not known here", self.origin(key), self._hint(key))

    def _hint(self, key: str) -> str:
        known = tuple(dict.fromkeys(self._asked))
        return nearest(key, known) or f"known: {', '.join(known)}"


class Root:
    """A file that is being read, and what is wrong with it so far.

    ``folder`` is where it lies, ``error`` what its faults are raised as.
    """

    def __init__(self, file: Path, *, error: type[ForestageError] = IdentityFileError) -> None:
        reading = read_document(file)
        self.error = error
        self.folder = file.parent
        self.faults: list[Fault] = list(reading.faults)
        self._shown = shown_path(file)
        self._document = reading.document
        self._root = reading.root

    def fields(self) -> Fields | None:
        """Return the file's own map; None where the file cannot be read or is no map, which is a fault."""
        if isinstance(self._root, MarkedMap):
            return Fields(self, self._root)
        if not self.faults:
            self.fault(f"the file must hold a map, got {shown(self._root)}", self.origin())
        return None

    def origin(self, *path: str | int) -> Origin:
        """Tell where something in the file was written."""
        start = Place(self._document, 0)
        return place_of(self._root, path, start).origin(dotted(path) if path else "")

    def fault(self, message: str, origin: Origin | None, hint: str | None = None) -> None:
        """Note a fault."""
        self.faults.append(Fault(message=message, origin=origin, hint=hint))

    def raise_any(self) -> None:
        """Raise one error with all faults, if there are any.

        Raises:
            ForestageError: there are some.
        """
        if self.faults:
            count = len(self.faults)
            raise self.error(f"the file {self._shown} has {count} fault{'' if count == 1 else 's'}", faults=self.faults)
