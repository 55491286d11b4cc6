"""A document that is damaged, locked or made to do harm costs itself and one line, and never more than seconds."""

from __future__ import annotations

import random
import time

import pytest

from assistant.authoring.documents import apart
from assistant.authoring.documents.limits import DOCUMENT_LIMITS
from assistant.authoring.documents.loading import DOCUMENT_FILES, load_documents
from fakes.documents import W, docx, epub, packed, paragraph, pdf

ENTITIES = '<!DOCTYPE x [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
LAUGHS = ENTITIES + f"<w:document {W}><w:body>{paragraph('&b;&c; fine')}</w:body></w:document>"
BOMB = b"<p>" + b" " * (DOCUMENT_LIMITS.unpacked_bytes + 10) + b"</p>"
LOCKED = "/Encrypt << /Filter /Standard /V 1 /R 2 /O (" + "a" * 32 + ") /U (" + "b" * 32 + ") /P -4 >> /ID [(x) (x)]"


def load(tmp_path, name, content):
    folder = tmp_path / "manuals"
    folder.mkdir(exist_ok=True)
    (folder / "good.txt").write_text("The pump is quiet.\n")
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    began = time.process_time()
    loaded = load_documents([folder])
    assert time.process_time() - began < 5
    assert "The pump is quiet." in [passage.text for passage in loaded.passages]
    return loaded


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.pdf", b"%PDF-1.4\nnothing", "is no PDF, or a damaged one"),
        ("a.pdf", pdf([(11, "secret")], trailer=LOCKED), "is encrypted: save it without a password"),
        ("a.pdf", pdf([], [], []), "holds pictures of pages and no text"),
        ("a.docx", b"PK\x03\x04nothing", "is no DOCX: damaged"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "is no DOCX: encrypted, or of an older format"),
        ("a.docx", packed({"a.txt": "x"}), "is no DOCX: it holds no text of Word"),
        ("a.docx", docx("<w:p>"), "is damaged: word/document.xml"),
        ("a.epub", packed({"META-INF/container.xml": "<x/>"}), "is no EPUB: it names no package"),
        ("a.epub", epub("<p>x</p>", **{"META-INF/encryption.xml": '<e><r URI="a"/></e>'}), "is protected"),
        ("a.epub", packed({f"{n}.txt": "" for n in range(DOCUMENT_LIMITS.parts + 1)}), "holds more than 4,000 files"),
        ("a.json", "{", "is not JSON"),
        ("a.json", "[" * 100_000, "nested too deeply"),
        ("a.txt", b"\xff\xfea\xd8", "is not UTF-8 text"),
        ("a.txt", "Χτυπά το κουδούνι".encode("iso8859-7"), "is not UTF-8 text; save it as UTF-8"),
        ("a.txt", b"\x07\x9a\xff\x01caf\xe9", "is no text: it holds bytes that no text has"),
        ("a.txt", b"a\0b", "it holds a NUL"),
        ("a.html", "<p>κουδούνι που χτυπά".encode("iso8859-7"), "is not UTF-8 text and names no other encoding"),
        ("a.rst", "", "the file is empty"),
        ("a.docx", packed({"word/document.xml": LAUGHS}), "holds no text"),
        ("a.html", "<div>" * 5_000 + "x", "more than 200 deep"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 60 else "",
)
def test_what_cannot_be_read_is_one_line(tmp_path, name, content, message):
    loaded = load(tmp_path, name, content)
    (problem,) = loaded.problems
    assert problem.file.name == name
    assert message in str(problem)
    assert len(str(problem).splitlines()) == 1


def test_an_archive_that_unpacks_without_end_is_not_unpacked(tmp_path):
    for name, content in (("a.epub", epub(BOMB.decode())), ("b.docx", docx("", document=b"<a/>" + BOMB))):
        loaded = load(tmp_path, name, content)
        assert "unpacks to more than 128 MB" in str([p for p in loaded.problems if p.file.name == name])


def test_entities_stand_for_nothing(tmp_path):
    loaded = load(tmp_path, "a.docx", docx("", document=LAUGHS))
    text = " ".join(passage.text for passage in loaded.passages)
    assert "haha" not in text
    assert "root:" not in text


def test_a_large_file_is_one_line(tmp_path):
    with (tmp_path / "big.pdf").open("wb") as file:
        file.truncate(200_000_000)
    (problem,) = load_documents([tmp_path]).problems
    assert "is too large: 200 MB, more than 64 MB; split it" in str(problem)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.epub", "a.html", "a.md", "a.rst", "a.json"])
def test_turned_bytes_are_survived(tmp_path, name, seed):
    rng = random.Random(f"{name}{seed}")
    whole = {
        "a.pdf": pdf([(20, "Pump"), (11, "Change the filter.")]),
        "a.docx": docx(paragraph("Pump", "H1") + paragraph("Quiet.")),
        "a.epub": epub("<h1>Pump</h1><p>Quiet.</p>"),
    }.get(name, b"# Pump <b>\n\n.. note::\n\n  x | y\n\n[{" * 50)
    content = bytearray(whole)
    for _ in range(30):
        content[rng.randrange(len(content))] = rng.randrange(256)
    load(tmp_path, name, bytes(content))


def test_what_hangs_is_ended_and_the_others_are_read(tmp_path, monkeypatch):
    """A reader in C that never comes back cannot be asked to stop: the process ends itself."""
    (tmp_path / "a.txt").write_text("First.\n")
    (tmp_path / "b.txt").write_text("HANG\n")
    (tmp_path / "c.txt").write_text("CRASH\n")
    (tmp_path / "d.txt").write_text("Last.\n")
    stand_in = tmp_path / "stand_in"
    stand_in.mkdir()
    (stand_in / "sitecustomize.py").write_text(
        "import os, sys\n"
        "if 'assistant.authoring.documents.apart' in sys.orig_argv:\n"
        "    from assistant.authoring.documents.formats import text\n"
        "    whole = text.read\n"
        "    def read(source):\n"
        "        while source.text == 'HANG\\n': pass\n"
        "        if source.text == 'CRASH\\n': os.kill(os.getpid(), 11)\n"
        "        return whole(source)\n"
        "    text.read = read\n"
    )
    monkeypatch.setattr("sys.path", [str(stand_in), *__import__("sys").path])
    loaded = load_documents([tmp_path])
    assert [passage.text for passage in loaded.passages] == ["First.", "Last."]
    assert [(problem.file.name, problem.message) for problem in loaded.problems] == [
        ("b.txt", "cannot be read: it gives nothing for 5 s"),
        ("c.txt", "cannot be read: its reader broke off"),
    ]


def test_every_kind_is_read_by_a_module_of_its_own():
    assert {".md", ".txt", ".html", ".rst", ".pdf", ".docx", ".epub", ".json", ".tsv"} <= {*DOCUMENT_FILES}
    assert apart.DOCUMENT_LIMITS.silence <= 5
