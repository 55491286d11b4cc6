"""Every kind of document gives the same: headings with what stands below them, without what nobody asks for."""

from __future__ import annotations

import pytest

from assistant.authoring.documents.reading import read_document
from fakes.documents import docx, epub, paragraph, pdf

MARKDOWN = """---
title: The pump
tags: [water]
---
import Tabs from '@theme/Tabs';

[![build](https://example.org/badge.svg)](https://example.org/ci)

- [Filters](#filters)
- [Faults](#faults)

## Filters {#filters}

Change the filter <!-- twice --> every **90 days**; see [the shop](https://example.org/shop) or [below](#faults).

:::warning[Hot water]
Let it cool first.
:::

Do this:

1. Close the tap.
2. Open the lid:
   - left
   - right

![a picture](lid.png)

| part | number |
| --- | --- |
| filter | F-7 |
| seal | S|2 |

```sh
pump --reset   # now
```

## Is it loud?

Not at all.

### Measured

41 dB.
"""


def passages(tmp_path, name, content):
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    problems = []
    return list(read_document(file, f"manuals/{name}", problems)), problems


def told(tmp_path, name, content):
    """The passages of a document, each as its headings and its text."""
    read, problems = passages(tmp_path, name, content)
    assert problems == []
    return [(" › ".join(passage.headings), passage.text) for passage in read]


def test_markdown(tmp_path):
    (headings, text), (deeper, measured) = told(tmp_path, "pump.md", MARKDOWN)
    assert headings == "The pump › Filters"
    assert text.split("\n\n") == [
        "Change the filter every **90 days**; see [the shop](https://example.org/shop) or below.",
        "**Warning: Hot water.** Let it cool first.",
        "Do this:",
        "1. Close the tap.\n2. Open the lid:\n   - left\n   - right",
        "| part | number |\n| --- | --- |\n| filter | F-7 |\n| seal | S |",
        "```sh\npump --reset   # now\n```",
    ]
    assert (deeper, measured) == ("The pump › Is it loud? › Measured", "41 dB."), "the pair is no passage"


def test_markdown_of_site_generators(tmp_path):
    text = '# Set-up\n\n!!! note "Before"\n    Charge it.\n\n=== "Linux"\n\n    Type `pump`.\n\n> [!TIP]\n> Twice.\n'
    ((headings, shown),) = told(tmp_path, "a.md", text)
    assert headings == "Set-up"
    assert shown.split("\n\n") == ["**Note: Before.** Charge it.", "**Linux:**", "Type `pump`.", "**Tip:** Twice."]


def test_the_place_is_the_line_where_it_begins(tmp_path):
    (first, *_), _ = passages(tmp_path, "pump.md", MARKDOWN)
    assert first.source == "manuals/pump.md › Filters › line 14"
    assert (first.line, first.page, first.kind) == (14, 0, "text")


def test_the_title_of_a_document_stands_above_its_headings(tmp_path):
    """It names what the document is about, which its sections do not repeat."""
    body = paragraph("Brewer 300", "Title") + paragraph("Descaling", "H1") + paragraph("Every 200 cups.")
    assert told(tmp_path, "a.docx", docx(body)) == [("Brewer 300 › Descaling", "Every 200 cups.")]
    page = "<title>Fjord shop: help</title><h1>Returns</h1><p>Within a month.</p>"
    assert told(tmp_path, "a.html", page) == [("Fjord shop: help › Returns", "Within a month.")]
    page = "<title>Returns - Fjord shop</title><h1>Returns</h1><p>Within a month.</p>"
    assert told(tmp_path, "a.html", page) == [("Returns", "Within a month.")]


@pytest.mark.parametrize(
    "unseen",
    [
        '<p style="display:none">Nine.</p>',
        '<div style="color:red; FONT-SIZE: 0px"><p>Nine.</p></div>',
        '<style>.h, p.x { display: none }</style><p class="h">Nine.</p>',
        '<style>#nine{visibility:hidden}</style><p id="nine">Nine.</p>',
    ],
)
def test_what_no_reader_of_a_page_sees_is_left_out(tmp_path, unseen):
    page = f"<html><body><h1>Lock</h1><p>Seven.</p>{unseen}<p>Open.</p></body></html>"
    ((_, text),) = told(tmp_path, "lock.html", page)
    assert text == "Seven.\n\nOpen."


def test_what_a_page_shows_at_a_click_or_on_a_screen_is_read(tmp_path):
    """Rules for paper say nothing of a screen, and a script may show what a rule hides."""
    paper = "<style>@media print { .h { display: none } }</style><h1>Lock</h1><p class=h>Seven.</p>"
    panel = "<style>.h{display:none}</style><h1>Lock</h1><p class=h>Seven.</p><script>open()</script>"
    half = '<h1>Lock</h1><p style="opacity: 0.5; font-size: 0.9em">Seven.</p>'
    for page in (paper, panel, half):
        assert told(tmp_path, "lock.html", page) == [("Lock", "Seven.")]


def test_html(tmp_path):
    page = """<html><head><title>Pump - Manual</title><style>p {}</style></head><body>
      <nav><ul><li><a href="/">Home</a></li></ul></nav>
      <div class="cookie-consent">We use cookies.</div>
      <main><h1>Pump<a class="headerlink" href="#pump">¶</a></h1>
      <p>Change the <b>filter</b> every <em>90</em> days.<br>See <a href="https://example.org/a">the shop</a>.</p>
      <div class="admonition warning"><p class="admonition-title">Warning</p><p>Hot water.</p></div>
      <ol><li>Close the tap.</li><li>Open:<ul><li>left</li></ul></li></ol>
      <table><tr><th>part</th><th>number</th></tr><tr><td>filter</td><td>F-7</td></tr></table>
      <dl><dt>--reset</dt><dd>Begins anew.</dd></dl>
      <pre class="language-sh">pump --reset
  now</pre><script>alert(1)</script></main><footer>All rights reserved</footer></body></html>"""
    ((headings, text),) = told(tmp_path, "pump.html", page)
    assert headings == "Pump"
    assert text.split("\n\n") == [
        "Change the **filter** every *90* days.\nSee [the shop](https://example.org/a).",
        "**Warning:** Hot water.",
        "1. Close the tap.\n2. Open:\n   - left",
        "| part | number |\n| --- | --- |\n| filter | F-7 |",
        "**--reset**: Begins anew.",
        "```sh\npump --reset\n  now\n```",
    ]


def test_a_page_without_a_main_part_or_a_heading_has_its_title(tmp_path):
    page = "<title>Pump | Manual</title><body><div class='sidebar'>Links</div><p>Quiet.</p></body>"
    assert told(tmp_path, "pump.htm", page) == [("Pump", "Quiet.")]


def test_a_page_may_name_its_encoding(tmp_path):
    page = '<meta charset="iso-8859-1"><p>K\xe4se</p>'.encode("latin-1")
    assert told(tmp_path, "a.html", page) == [("", "Käse")]


@pytest.mark.parametrize("name", ["a.txt", "a.rst", "a.html"])
def test_old_files_are_of_windows_1252(tmp_path, name):
    assert told(tmp_path, name, "Das Öl wird im Café “geprüft” – für 30 €.".encode("cp1252")) == [
        ("", "Das Öl wird im Café “geprüft” – für 30 €.")
    ]


def test_restructured_text(tmp_path):
    text = """
Pump
====

.. toctree::

   other

Filters
-------

Change the **filter**, see :ref:`the shop <shop>` and :option:`--reset`.

.. versionadded:: 3.2
   Cold start.

.. warning:: Hot water.

#. Close the tap.
#. Open the lid.

.. code-block:: sh

   pump --reset

.. confval:: speed

   How fast.

======  ======
part    number
======  ======
filter  F-7
======  ======
"""
    ((headings, shown),) = told(tmp_path, "pump.rst", text)
    assert headings == "Pump › Filters"
    assert shown.split("\n\n") == [
        "Change the **filter**, see the shop and `--reset`.",
        "**New in version 3.2:**",
        "Cold start.",
        "**Warning:** Hot water.",
        "1. Close the tap.\n2. Open the lid.",
        "```sh\npump --reset\n```",
        "**speed:**",
        "How fast.",
        "| part | number |\n| --- | --- |\n| filter | F-7 |",
    ]


def test_plain_text(tmp_path):
    text = (
        "THE PUMP\n\nChange the filter\nevery 90 days.\n\nFaults\n------\n\nLook at:\n* the tap\n* the lid,\n  closed\n"
    )
    assert told(tmp_path, "pump.txt", text) == [
        ("THE PUMP", "Change the filter every 90 days."),
        ("THE PUMP › Faults", "Look at:\n\n- the tap\n- the lid, closed"),
    ]


def test_word(tmp_path):
    table = "".join(
        f"<w:tr>{''.join(f'<w:tc>{paragraph(cell)}</w:tc>' for cell in row)}</w:tr>"
        for row in (("part", "number"), ("filter", "F-7"))
    )
    body = (
        paragraph("Contents ... 3", "TOC1")
        + paragraph("Pump", "H1")
        + paragraph("Filters", "H2")
        + paragraph("Change the filter every 90 days.")
        + paragraph("Close the tap.", number=2)
        + paragraph("Open the lid.", number=2)
        + paragraph("left", number=1, depth=1)
        + f"<w:tbl>{table}</w:tbl>"
        + paragraph("pump --reset", "Code")
        + paragraph("now", "Code")
        + f"<w:sdt><w:sdtContent>{paragraph('At last.')}</w:sdtContent></w:sdt>"
    )
    read, problems = passages(tmp_path, "pump.docx", docx(body))
    assert problems == []
    assert read[0].source == "manuals/pump.docx › Filters"
    assert read[0].text.split("\n\n") == [
        "Change the filter every 90 days.",
        "1. Close the tap.\n2. Open the lid.\n   - left",
        "| part | number |\n| --- | --- |\n| filter | F-7 |",
        "```\npump --reset\nnow\n```",
        "At last.",
    ]


def test_a_book(tmp_path):
    book = epub("<h1>Pump</h1><p>Quiet.</p>", "<h1>Faults</h1><p>None.</p>")
    assert told(tmp_path, "pump.epub", book) == [("Pump", "Quiet."), ("Faults", "None.")]


def test_pdf(tmp_path):
    running = (8, "The pump, edition 4")
    first = [running, (0, ""), (20, "Pump"), (11, "Change the filter every ninety days, and never for-"),
             (11, "get to close the tap.")]  # fmt: skip
    second = [running, (16, "Faults"), (11, "Look at:"), (11, "\x95 the tap"), (11, "\x95 the lid")]
    third = [running, (11, "And at the seal, which is in the box beside the pump."), (11, "3")]
    read, problems = passages(tmp_path, "pump.pdf", pdf(first, second, third))
    assert problems == []
    assert [(passage.source, passage.text) for passage in read] == [
        ("manuals/pump.pdf › Pump › page 1", "Change the filter every ninety days, and never forget to close the tap."),
        (
            "manuals/pump.pdf › Faults › page 2",
            "Look at:\n\n- the tap\n- the lid\n\nAnd at the seal, which is in the box beside the pump.",
        ),
    ]


def test_lines_of_a_pdf_that_end_early_are_not_run_together(tmp_path):
    lines = [
        (20, "Pump"),
        (11, "total: 7,801 km"),
        (11, "border countries: Argentina, Bolivia and Peru"),
        (11, "coast: 6,435 km"),
    ]
    assert told(tmp_path, "pump.pdf", pdf(lines)) == [
        ("Pump", "- total: 7,801 km\n- border countries: Argentina, Bolivia and Peru\n- coast: 6,435 km")
    ]


def test_titles_in_bold_are_headings(tmp_path):
    """In every kind: a bold paragraph with something below it; never a warning, nor the last words of a page."""
    text = "# Pump\n\n**Changing the filter**\n\nClose the tap.\n\n**Warning:**\n\nIt is hot.\n\n**The end**\n"
    assert told(tmp_path, "pump.md", text.encode()) == [
        ("Pump › Changing the filter", "Close the tap.\n\n**Warning:**\n\nIt is hot.\n\n**The end**")
    ]
    page = b"<h1>Limits</h1><ol><li><p><b>Rows</b></p><p>12.</p></li><li><p><b>Columns</b></p><p>7.</p></li></ol>"
    assert told(tmp_path, "limits.html", page) == [("Limits › Rows", "12."), ("Limits › Columns", "7.")]


def test_labels_of_plain_text_and_manual_pages_are_headings(tmp_path):
    """What is indented below a label is its text, and prose that is indented is no code."""
    options = "OPTIONS\n       -x  Say more.\n\n       This tells every step that is taken by the pump.\n"
    text = f"Natural hazards:\n  drought; floods\n\n{options}"
    assert told(tmp_path, "pump.txt", text.encode()) == [
        ("Natural hazards", "drought; floods"),
        ("OPTIONS › -x", "Say more."),
        ("OPTIONS", "This tells every step that is taken by the pump."),
    ]


MANUAL_PAGE = """PUMP(1)                  Manual                  PUMP(1)

OPTIONS
   Speed
       -s
       --slow
           Turn slowly; the water is not stir\u2010
           red up.

           Use "-s 2" for a fast-
           flowing river:

               pump -s 2

       -q  Quiet mode.

       --log=file
           Write what is done into a file.

   Exit codes
       1      The  tap is closed.

       28     Too slow. The water did not come
              in time.

ENVIRONMENT
       if x:
           run()
"""


def test_options_of_a_manual_page_are_headings_each(tmp_path):
    """Whatever stands below or beside a term is told of that term, and what comes behind it is not."""
    assert told(tmp_path, "pump.txt", MANUAL_PAGE.encode())[1:] == [
        (
            "OPTIONS › Speed › -s, --slow",
            'Turn slowly; the water is not stirred up.\n\nUse "-s 2" for a fast-flowing river:\n\n'
            "```\n    pump -s 2\n```",
        ),
        ("OPTIONS › Speed › -q", "Quiet mode."),
        ("OPTIONS › Speed › --log=file", "Write what is done into a file."),
        ("OPTIONS › Exit codes › 1", "The tap is closed."),
        ("OPTIONS › Exit codes › 28", "Too slow. The water did not come in time."),
        ("ENVIRONMENT", "if x: run()"),
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("spare_parts.tsv", "part\tnumber\nfilter\tF-7\n"),
        ("spare_parts.csv", "part;number\nfilter;F-7\n"),
        ("spare_parts.json", '[{"part": "filter", "number": "F-7"}]'),
    ],
)
def test_tables(tmp_path, name, content):
    shown = "| part | number |\n| --- | --- |\n| filter | F-7 |"
    if name.endswith("json"):
        content = content.replace("}]", '}, {"part": "seal", "number": 2.50}]')
        shown += "\n| seal | 2.50 |"
    assert told(tmp_path, name, content) == [("spare parts", shown)]


def test_json_by_its_keys(tmp_path):
    text = '{"name": "Pump", "loud": false, "parts": {"filter": "F-7"}, "colours": ["red", "blue"]}'
    assert told(tmp_path, "pump.json", text) == [
        ("pump", "- **name**: Pump\n- **loud**: no"),
        ("pump › parts", "- **filter**: F-7"),
        ("pump › colours", "- red\n- blue"),
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "Question,Answer\nWhere?,Here.\n"),
        ("a.tsv", "question\tanswer\nWhere?\tHere.\n"),
        ("a.json", '[{"question": "Where?", "answer": "Here."}]'),
        ("a.md", "# Where?\n\nHere.\n"),
    ],
)
def test_what_is_a_question_with_its_answer_is_no_passage(tmp_path, name, content):
    from assistant.authoring.knowledge import load_knowledge

    assert told(tmp_path, name, content) == []
    loaded = load_knowledge([tmp_path])
    assert [(entry.question, entry.answer) for entry in loaded.entries] == [("Where?", "Here.")]
    assert loaded.problems == ()
