"""A small browser over the Flask test client: follows, ticks, fills and presses what a person sees.

Links, buttons and fields are found by their visible Chinese text, as a person
finds them; each click is counted. A page that cannot be used so is a bug.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

VOID = {"input", "meta", "link", "br", "hr", "img"}
#: What a hint about the neighbourhood (``near``) may be inside of, the closest first.
ROWS = {"tr", "li", "fieldset", "details", "form", "section", "article"}


@dataclass(eq=False)
class Node:
    """An element of the page."""

    tag: str
    attributes: dict[str, str]
    parent: Node | None = None
    children: list[Node | str] = field(default_factory=list)

    def __getitem__(self, name: str) -> str:
        return self.attributes.get(name, "")

    @property
    def text(self) -> str:
        """What a person reads in it."""
        parts = [c if isinstance(c, str) else c.text for c in self.children]
        glue = " " if self.tag in {"tr", "ul", "dl", "table", "tbody", "main", "body", "html", "form"} else ""
        return " ".join(glue.join(parts).split())

    def all(self, *tags: str) -> list[Node]:
        found = []
        for child in self.children:
            if isinstance(child, Node):
                if not tags or child.tag in tags:
                    found.append(child)
                found += child.all(*tags)
        return found

    def up(self, *tags: str) -> Node | None:
        node = self.parent
        while node is not None and node.tag not in tags:
            node = node.parent
        return node


class _Tree(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = self.at = Node("document", {})

    def handle_starttag(self, tag, attrs):
        node = Node(tag, {k: v if v is not None else "" for k, v in attrs}, self.at)
        self.at.children.append(node)
        if tag not in VOID:
            self.at = node

    def handle_endtag(self, tag):
        node = self.at
        while node.parent is not None and node.tag != tag:
            node = node.parent
        if node.parent is not None:
            self.at = node.parent

    def handle_data(self, data):
        self.at.children.append(data)


class NotOnThePage(AssertionError):
    """What the story looks for cannot be seen."""


class Walker:
    """Somebody at the desk."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.clicks = 0
        self.answer: TestResponse | None = None
        self.address = "/console/"
        self.root = Node("document", {})
        self._files: dict[Node, tuple[str, bytes]] = {}

    @property
    def status(self) -> int:
        assert self.answer is not None
        return self.answer.status_code

    @property
    def text(self) -> str:
        """Everything that can be read on the page."""
        return self.root.text

    def open(self, path: str) -> Walker:
        """Type an address."""
        return self._go("GET", path)

    def follow(self, text: str, near: str = "") -> Walker:
        """Click a link."""
        self.clicks += 1
        link = self._one([a for a in self.root.all("a") if a["href"]], text, near, "a link")
        return self._go("GET", urljoin(self.address, link["href"]))

    def tick(self, text: str, near: str = "", *, off: bool = False) -> Walker:
        """Click a box or a choice by its label."""
        self.clicks += 1
        found = self._field(text, near, lambda n: n["type"] in ("checkbox", "radio"))
        if found["type"] == "radio":
            for other in (found.up("form") or self.root).all("input"):
                if other["name"] == found["name"]:
                    other.attributes.pop("checked", None)
        if off:
            found.attributes.pop("checked", None)
        else:
            found.attributes["checked"] = ""
        return self

    def fill(self, label: str, value: object, near: str = "") -> Walker:
        """Type into a field found by its label."""
        found = self._field(label, near, lambda n: n.tag in ("input", "textarea"))
        if found.tag == "textarea":
            found.children = [str(value)]
        else:
            found.attributes["value"] = str(value)
        return self

    def value(self, label: str, near: str = "") -> str:
        """Return what stands in a field."""
        found = self._field(label, near, lambda n: n.tag in ("input", "textarea", "select"))
        return self._values(found)[0] if self._values(found) else ""

    def choose(self, label: str, option: str, near: str = "") -> Walker:
        """Choose from a list by its words."""
        self.clicks += 1
        select = self._field(label, near, lambda n: n.tag == "select")
        wanted = [one for one in select.all("option") if option in one.text]
        exact = [one for one in wanted if one.text == option] or wanted
        if not exact:
            raise NotOnThePage(f"no option “{option}” in “{label}”: {[o.text for o in select.all('option')]}")
        for one in select.all("option"):
            one.attributes.pop("selected", None)
        exact[0].attributes["selected"] = ""
        return self

    def upload(self, label: str, name: str, content: bytes, near: str = "") -> Walker:
        """Choose a file for a field."""
        self.clicks += 1
        self._files[self._field(label, near, lambda n: n["type"] == "file")] = (name, content)
        return self

    def press(self, text: str, near: str = "") -> Walker:
        """Press a button; its form is sent as a browser sends it, and a redirect is followed."""
        self.clicks += 1
        button = self._one(self.root.all("button"), text, near, "a button")
        return self.send(button)

    def send(self, button: Node) -> Walker:
        form = button.up("form")
        if form is None:
            raise NotOnThePage(f"“{button.text}” belongs to no form")
        data = self.data_of(form)
        if button["name"]:
            data.add(button["name"], button["value"])
        action = urljoin(self.address, form["action"])
        if form["method"].lower() != "post":
            return self._go("GET", f"{urlsplit(action).path}?{urlencode(list(data.items(multi=True)))}")
        return self._go("POST", action, data)

    def data_of(self, form: Node) -> MultiDict:
        """Return what a browser would send of a form."""
        data: MultiDict = MultiDict()
        for node in form.all("input", "select", "textarea"):
            if not node["name"]:
                continue
            if node["type"] == "file":
                name, content = self._files.get(node, ("", b""))
                data.add(node["name"], (io.BytesIO(content), name))
                continue
            if node["type"] in ("checkbox", "radio") and "checked" not in node.attributes:
                continue
            for value in self._values(node):
                data.add(node["name"], value)
        return data

    @staticmethod
    def _values(node: Node) -> list[str]:
        if node.tag == "select":
            options = node.all("option")
            chosen = [one for one in options if "selected" in one.attributes] or options[:1]
            return [one.attributes.get("value", one.text) for one in chosen]
        if node.tag == "textarea":
            return ["".join(c for c in node.children if isinstance(c, str))]
        default = "on" if node["type"] in ("checkbox", "radio") else ""
        return [node.attributes.get("value", default)]

    def _go(self, method: str, address: str, data: MultiDict | None = None) -> Walker:
        parts = urlsplit(address)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        self.answer = self.client.open(path, method=method, data=data)
        self.address, self._files = path, {}
        if self.answer.status_code in (301, 302, 303):
            return self._go("GET", urljoin(path, self.answer.headers["Location"]))
        tree = _Tree()
        if self.answer.mimetype == "text/html":
            tree.feed(self.answer.get_data(as_text=True))
        self.root = tree.root
        return self

    def _field(self, label: str, near: str, fits) -> Node:
        found = []
        for node in self.root.all("label"):
            inputs = [one for one in node.all("input", "select", "textarea") if fits(one)]
            found += [node for one in inputs[:1]]
        chosen = self._one(found, label, near, "a field")
        return next(one for one in chosen.all("input", "select", "textarea") if fits(one))

    def _one(self, nodes: list[Node], text: str, near: str, what: str) -> Node:
        if near:
            nodes = [n for n in nodes if self._close(n, near)]
        shown = [(n, n.all("span")[0].text if n.tag == "label" and n.all("span") else n.text) for n in nodes]
        exact = [n for n, words in shown if words.rstrip("*") == text]
        found = exact or [n for n, words in shown if text in words]
        if not found:
            raise NotOnThePage(
                f"{what} “{text}” {near and f'near “{near}”'} not among {[w for _, w in shown]}"
                f" at {self.address}: {self.text[:600]}"
            )
        return found[0]

    @staticmethod
    def _close(node: Node, near: str) -> bool:
        around = node.up(*ROWS)
        while around is not None and near not in around.text:
            if around.tag in ("tr", "li"):
                return False
            around = around.up(*ROWS)
        return around is not None
