from forestage.load.positions import Document, MarkedList, MarkedMap, Place, place_of

TEXT = '{\n  "a": [\n    1\n  ]\n}'
DOCUMENT = Document("t.json", TEXT)


def marked() -> MarkedMap[object]:
    items: MarkedList[object] = MarkedList(DOCUMENT, 9, [15], [1])
    return MarkedMap(DOCUMENT, 0, {"a": 4}, {"a": items})


def test_document_counts_lines_and_columns_from_one() -> None:
    assert str(DOCUMENT.origin(0)) == "t.json:1"
    assert (DOCUMENT.origin(15).line, DOCUMENT.origin(15).column) == (3, 5)


def test_marked_map_equals_a_plain_one() -> None:
    assert marked() == {"a": [1]}


def test_map_like_another_stands_where_that_does() -> None:
    changed = marked().like({"b": 2})

    assert (changed, changed.mark, changed.document) == ({"b": 2}, 0, DOCUMENT)


def test_place_of_a_path_is_that_of_its_last_part() -> None:
    start = Place(DOCUMENT, 0)

    assert place_of(marked(), ("a", 0), start).origin().line == 3
    assert place_of(marked(), ("a",), start).origin().line == 2


def test_place_of_what_was_not_written_is_that_of_its_parent() -> None:
    start = Place(DOCUMENT, 0)

    assert place_of(marked(), ("a", 7), start).origin().line == 2
    assert place_of(marked(), ("b", "c"), start) == start
