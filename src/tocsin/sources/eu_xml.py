"""The EU list's bytes to a tree of `Node`, each knowing which of its attributes and children were asked for.

The list keeps nearly all of its values in attributes, most of them empty. `find_unread` names each attribute, element and
stray text that no rule asked for, also an empty one, so that a new column is reported on the first day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from functools import partial

from lxml import etree

from tocsin.sources import base
from tocsin.sources.un_xml import clean
from tocsin.sources.un_xml import read_tree as read_xml

TITLE = "EU list"
NAMESPACE = "http://eu.europa.ec/fpi/fsd/export"
ROOT = "export"
_PREFIX = f"{{{NAMESPACE}}}"
_INVISIBLE = str.maketrans("", "", "\u00ad\u200b\u200e\u200f\ufeff")  # soft hyphens stand inside names and addresses


class Node:
    """One element with what is left of it to read."""

    def __init__(self, element: etree._Element) -> None:
        self.tag = str(element.tag).removeprefix(_PREFIX)
        self.children = tuple(Node(child) for child in element if isinstance(child.tag, str))
        self._texts = (element.text, *(child.tail for child in element))
        self._left = {str(name): str(value) for name, value in element.attrib.items()}
        self._all = dict(self._left)
        self._is_read = False

    def find_raw(self, name: str) -> str | None:
        """The attribute as published; `None` when it is absent."""
        self._left.pop(name, None)
        return self._all.get(name)

    def find(self, name: str) -> str | None:
        """The attribute, tidied; `None` when it is absent or says nothing."""
        return tidy(self.find_raw(name))

    def is_set(self, name: str) -> bool:
        """Whether a flag (xs:boolean) is there and true."""
        return self.find(name) in ("true", "1")

    def get_nodes(self, tag: str) -> tuple[Node, ...]:
        """All children of that name, marked as read."""
        found = tuple(child for child in self.children if child.tag == tag)
        for child in found:
            child._is_read = True
        return found

    def find_node(self, tag: str) -> Node | None:
        """The first child of that name; a second one stays unread."""
        for child in self.children:
            if child.tag == tag:
                child._is_read = True
                return child
        return None

    def get_text(self) -> str:
        """The element's own text as published."""
        return self._texts[0] or ""

    def iter_unread(self, path: str, ignored: Collection[str]) -> Iterator[str]:
        """The path of each thing below this element, and of each attribute of it, that no rule asked for."""
        yield from (f"{path}@{name}".lstrip("/") for name in self._left if f"@{name}" not in ignored)
        stray = self._texts if self.children else ()
        if any(clean(text) for text in stray):
            yield f"{path}#text"
        for child in self.children:
            below = f"{path}/{child.tag}".lstrip("/")
            if not child._is_read:
                yield below
            yield from child.iter_unread(below, ignored)


def tidy(text: str | None) -> str | None:
    """As `clean`, and without characters that are not seen."""
    return clean(text.translate(_INVISIBLE)) if text else None


def find_unread(root: Node, ignored: Collection[str]) -> Counter[str]:
    """Path and count of all that was not read; a path starts below the root."""
    return Counter(root.iter_unread("", ignored))


refused = partial(base.refused, TITLE)


def read_export(data: bytes) -> Node:
    """The root of a list in the layout 1.1. `ListRefused` for anything else, with the reason."""
    root = read_xml(data, title=TITLE)
    if root.tag != f"{_PREFIX}{ROOT}":
        found = etree.QName(root)
        what = "the layout 1.0 is not read; 1.1 is" if found.localname == ROOT else f"found '{found.localname[:60]}'"
        raise refused("different_document", f"expected the element {ROOT} of the schema 1.1 ({NAMESPACE}); {what}")
    return Node(root)
