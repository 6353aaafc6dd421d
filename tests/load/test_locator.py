from forestage.load.documents import read_text
from forestage.load.locator import Locator
from forestage.load.positions import MarkedMap, Raw

TEXT = """
Resources:
  A: &a {Type: Custom::A, Properties: {V: !Sub [x, {y: !Ref z}], Tags: [{Key: k}]}}
  B: *a
Outputs: {O: {Value: 1}}
"""


def root() -> MarkedMap[Raw]:
    reading = read_text(TEXT, file="t.yaml")
    assert isinstance(reading.root, MarkedMap)
    return reading.root


def at(node: Raw, *path: str | int) -> MarkedMap[Raw]:
    for part in path:
        node = node[part]  # type: ignore[index]  # the path is that of the text above
    assert isinstance(node, MarkedMap)
    return node


def test_origin_of_a_node_is_its_path() -> None:
    template = root()
    locator = Locator(template, {})

    tag = at(template, "Resources", "A", "Properties", "Tags", 0)

    assert str(locator.origin(tag)) == "t.yaml:3 (Resources/A/Properties/Tags/0)"
    assert str(locator.origin(tag, "Key")) == "t.yaml:3 (Resources/A/Properties/Tags/0/Key)"


def test_origin_inside_a_short_tag_is_found() -> None:
    template = root()

    inner = at(template, "Resources", "A", "Properties", "V", "Fn::Sub", 1, "y")

    assert Locator(template, {}).origin(inner).path == "Resources/A/Properties/V/Fn::Sub/1/y"


def test_origin_of_an_alias_is_where_it_was_written() -> None:
    template = root()

    assert Locator(template, {}).origin(at(template, "Resources", "B")).path == "Resources/A"


def test_origin_of_a_resource_is_its_construct_path() -> None:
    template = root()
    locator = Locator(template, {"A": "App/Thing"})

    assert locator.origin(at(template, "Resources", "A", "Properties")).path == "App/Thing/Properties"
    assert locator.origin(template, "Resources").path == "Resources"
    assert locator.origin(at(template, "Outputs", "O")).path == "Outputs/O"


def test_origin_of_a_node_from_elsewhere_has_no_path() -> None:
    assert str(Locator(root(), {}).origin(at(root(), "Outputs"))) == "t.yaml:5"
