"""What a picture tells of itself is read from every place where it may stand; what is damaged costs one line."""

from __future__ import annotations

import io
import json
import os

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from assistant.authoring.documents.blocks import UnreadableError
from assistant.authoring.documents.loading import SourceKind, load_documents, stored_documents
from assistant.authoring.pictures import written
from assistant.authoring.pictures.kinds import kind_of, shop_of
from assistant.authoring.pictures.moments import printed_moment
from assistant.authoring.pictures.picture import Picture
from assistant.authoring.pictures.reading import PICTURE_FILES, opened, read_picture
from assistant.authoring.pictures.sidecars import sidecars
from fakes.pictures import animated, bomb, drawn, exif, page, saved, xmp


def read(path, name="album/a.jpg"):
    problems = []
    pictures = list(read_picture(path, name, problems))
    return (pictures[0] if pictures else None), [problem.message for problem in problems]


def test_exif_tells_caption_moment_place_and_camera(tmp_path):
    tags = exif("2024:05:03 12:34:56", "The tram up the hill", "Pixel 9", (38.71, -9.14))
    picture, problems = read(saved(tmp_path / "a.jpg", exif=tags))
    assert (problems, picture.facts.caption, picture.facts.camera) == ([], "The tram up the hill", "Pixel 9")
    assert (picture.facts.taken, picture.facts.taken_from) == ("2024-05-03T12:34:56", "camera")
    assert picture.facts.place == "Lisbon, Portugal"
    assert picture.source == "album/a.jpg › Lisbon, Portugal › 2024-05-03"


@pytest.mark.parametrize(
    ("artist", "by"),
    [("Marta Nowak", "Marta Nowak"), ("Marta; Jan", "Marta, Jan"), ("Picasa", ""), ("unknown", ""), ("", "")],
)
def test_exif_tells_who_took_it_but_no_name_of_a_program(tmp_path, artist, by):
    tags = exif(caption="The tram")
    tags[0x013B] = artist
    picture, problems = read(saved(tmp_path / "a.jpg", exif=tags))
    assert (problems, picture.facts.by) == ([], by)
    assert "Marta" not in picture.embedded_text  # else all of hers would be alike
    assert bool(by) == (by in picture.headings)


def test_xmp_png_and_a_file_beside_it_tell_who_took_it(tmp_path):
    packet = xmp("<dc:creator><rdf:Seq><rdf:li>Ada</rdf:li><rdf:li>Ben</rdf:li></rdf:Seq></dc:creator>")
    assert read(saved(tmp_path / "a.jpg", xmp=packet))[0].facts.by == "Ada, Ben"
    texts = PngInfo()
    texts.add_text("Author", "Cleo")
    assert read(saved(tmp_path / "b.png", pnginfo=texts))[0].facts.by == "Cleo"
    (tmp_path / "b.png.json").write_text('{"caption": "A boat", "photographer": {"name": "Dana"}}')
    assert read(tmp_path / "b.png")[0].facts.by == "Dana"


@pytest.mark.parametrize("ending", ["jpg", "webp"])
def test_xmp_tells_caption_keywords_and_place(tmp_path, ending):
    packet = xmp(
        '<rdf:Description rdf:about="" photoshop:City="Porto" photoshop:Country="Portugal">'
        '<dc:description><rdf:Alt><rdf:li xml:lang="x-default">Boats on the river</rdf:li></rdf:Alt></dc:description>'
        "<dc:subject><rdf:Bag><rdf:li>boat</rdf:li><rdf:li>bridge</rdf:li></rdf:Bag></dc:subject></rdf:Description>"
    )
    picture, _ = read(saved(tmp_path / f"a.{ending}", xmp=packet))
    assert picture.facts.caption == "Boats on the river\nboat, bridge"
    assert picture.facts.place == "Porto, Portugal"


@pytest.mark.parametrize(
    ("name", "content", "caption"),
    [
        ("a.jpg.txt", "Anna in the boat", "Anna in the boat"),
        ("a.md", "# Anna in the *boat*", "Anna in the *boat*"),
        ("a.json", json.dumps({"caption": "Anna", "tags": ["boat", "lake"]}), "Anna\nboat, lake"),
        ("a.jpg.json", json.dumps({"title": "a.jpg", "description": "Anna in the boat"}), "Anna in the boat"),
        ("a.xmp", xmp("<dc:title>Anna in the boat</dc:title>").decode(), "Anna in the boat"),
    ],
)
def test_a_file_beside_it_holds_the_caption(tmp_path, name, content, caption):
    place = saved(tmp_path / "a.jpg")
    (tmp_path / name).write_text(content)
    assert read(place)[0].facts.caption == caption


def test_an_export_of_a_photo_service_tells_moment_and_place(tmp_path):
    place = saved(tmp_path / "a.jpg")
    told = {"photoTakenTime": {"timestamp": "1714739696"}, "geoData": {"latitude": 48.857, "longitude": 2.35}}
    (tmp_path / "a.jpg.supplemental-metadata.json").write_text(json.dumps(told))
    facts = read(place)[0].facts
    assert (facts.taken[:10], facts.taken_from, facts.place) == ("2024-05-03", "caption file", "Paris, France")


def test_what_two_folders_share_by_a_link_is_one_picture(tmp_path):
    saved(tmp_path / "album" / "dog" / "a.jpg")
    (tmp_path / "link").symlink_to(tmp_path / "album" / "dog")
    folders = [tmp_path / "album", tmp_path / "link"]
    kind = SourceKind(PICTURE_FILES, "1", "pictures", (str(tmp_path / "small"),), sidecars, True)
    assert [picture.name for picture in load_documents(folders, kind=kind).passages] == ["album/dog/a.jpg"]


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("Northern Mutual\n12 October 2026\nDear Mr Novak", "2026-10-12"),
        ("October 12, 2026\nDear Mr Novak, until 02.11.2026", "2026-10-12"),
        ("the 12th of October 2026", "2026-10-12"),
        ("Sept. 3rd 2026", "2026-09-03"),
        ("31 February 2026, then 1 March 2026", "2026-03-01"),
        ("the storm of 3 September has, in May 2026", ""),
        ("section 4 decimals 2026", ""),
    ],
)
def test_a_day_in_words_is_that_of_a_paper(written, day):
    assert printed_moment(written)[:10] == day


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("REWE Markt\n05.11.2026 18:12\nMilk 1,29\nBread 2,49", "receipt"),
        ("REWE Markt\n05. 11. 26\nMilk 1,29\nBread 2,49 EUR", "receipt"),
        ("Menu\nSoup 4.50\nPie 6.00", ""),
        ("Version 1.20\nBuilt 05.11.2026", ""),
    ],
)
def test_prices_below_a_day_are_a_receipt_without_their_sum(written, kind):
    assert kind_of(written) == kind
    assert bool(printed_moment(written)) == ("11" in written)


def test_what_takes_too_much_memory_is_left_out_by_its_kind():
    def png(side, mode):
        content = io.BytesIO()
        Image.new(mode, (side, 8)).save(content, "PNG")
        return content.getvalue()

    with pytest.raises(UnreadableError, match="more than 0 million of PNG"):
        opened(png(1000, "RGB"), most_memory=30_000)
    assert opened(png(1000, "L"), most_memory=30_000).size == (1000, 8)


def test_beside_a_name_that_leaves_no_room_for_another_there_is_nothing(tmp_path):
    place = saved(tmp_path / f"{'y' * 240}.jpg")
    assert list(sidecars(place)) == []
    assert read(place)[0] is not None


def test_a_broken_file_beside_it_is_a_line_and_the_picture_stays(tmp_path):
    place = saved(tmp_path / "a.jpg")
    (tmp_path / "a.json").write_text("{")
    picture, problems = read(place)
    assert picture is not None
    assert problems[0].startswith("its caption in a.json is left out: it cannot be read: ")


def test_a_caption_nested_too_deeply_is_told_in_plain_words(tmp_path):
    place = saved(tmp_path / "a.jpg")
    (tmp_path / "a.json").write_text("[" * 100_000)
    assert read(place)[1][0] == "its caption in a.json is left out: it cannot be read: it is nested too deeply"


def test_the_name_tells_the_moment_where_nothing_else_does(tmp_path):
    picture, _ = read(saved(tmp_path / "a.png"), "phone/Screenshot_20260304-101112.png")
    assert (picture.facts.taken, picture.facts.taken_from) == ("2026-03-04T10:11:12", "name")
    assert picture.is_screenshot
    assert read(saved(tmp_path / "a.png"), "phone/cat.png")[0].facts.taken_from == "file"


@pytest.mark.skipif(written.reader() is None, reason="needs the program tesseract")
def test_words_in_a_picture_are_read(tmp_path):
    picture, _ = read(saved(tmp_path / "scan.png", page("HENDERSON HARDWARE\nHammer 14.90\nTOTAL 24.85")))
    assert "hammer 14.90" in picture.facts.words.lower()
    assert "HARDWARE" in picture.text
    assert read(saved(tmp_path / "plain.png"))[0].facts.words == ""


def test_nonsense_in_exif_is_passed_over(tmp_path):
    tags = exif("0000:00:00 99:99:99", "SONY DSC", gps=(0.0, 0.0))
    tags[0x0112] = 99
    facts = read(saved(tmp_path / "a.jpg", exif=tags))[0].facts
    assert (facts.taken_from, facts.caption, facts.place) == ("file", "", "")
    damaged = bytearray((tmp_path / "a.jpg").read_bytes())
    damaged[30:60] = b"\xff" * 30
    (tmp_path / "a.jpg").write_bytes(bytes(damaged))
    picture, problems = read(tmp_path / "a.jpg")
    assert (picture is None) == bool(problems)


BROKEN = {
    "bomb.png": (bomb(), "is 50,000 x 50,000 pixels"),
    "empty.jpg": (b"", "the file is empty"),
    "text.jpg": (b"this is no picture", "is no picture, or of a kind that is not read"),
    "drawing.svg": (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "is SVG"),
    "phone.heic": (b"\0\0\0\x18ftypheic" + b"\0" * 40, "is HEIC"),
    "cut.jpg": (b"", "cannot be read: "),
}


def test_each_broken_picture_costs_one_line_and_the_others_are_read(tmp_path):
    folder = tmp_path / "album"
    saved(folder / "good.jpg")
    Image.new("RGB", (800, 600), "red").save(folder / "whole.jpg")
    for name, (content, _) in BROKEN.items():
        (folder / name).write_bytes(content)
    whole = saved(tmp_path / "noise.jpg", Image.effect_noise((400, 400), 90).convert("RGB")).read_bytes()
    (folder / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    (folder / "moving.gif").write_bytes(animated())
    saved(folder / "png.jpg", format="PNG")
    kind = SourceKind(PICTURE_FILES, "1", "pictures", (str(tmp_path / "thumbnails"),), sidecars)
    read = load_documents([folder], tmp_path / "store", kind=kind)
    assert [picture.name for picture in read.passages] == [
        "album/good.jpg", "album/moving.gif", "album/png.jpg", "album/whole.jpg",
    ]  # fmt: skip
    told = {problem.file.name: problem.message for problem in read.problems}
    assert len(told) == len(read.problems) == len(BROKEN)
    for name, (_, message) in BROKEN.items():
        assert message in told[name], name
    assert stored_documents(tmp_path / "store", kind) == read


def test_a_kept_picture_is_as_it_was_read_and_follows_its_name(tmp_path):
    folder, thumbnails = tmp_path / "album", tmp_path / "thumbnails"
    kind = SourceKind(PICTURE_FILES, "1", "pictures", (str(thumbnails),), sidecars)
    saved(folder / "a.jpg", exif=exif(caption="Anna in the boat"))
    (first,) = load_documents([folder], tmp_path / "store", kind=kind).passages
    assert isinstance(first, Picture)
    (small,) = thumbnails.glob("*/*.jpg")
    assert small.stem == first.facts.digest
    (folder / "a.jpg").rename(folder / "rowing.jpg")
    small.unlink()
    moved = load_documents([folder], tmp_path / "store", kind=kind)
    assert not small.exists(), "a moved picture is not read again"
    (picture,) = moved.passages
    assert (picture.name, picture.named, picture.facts) == ("album/rowing.jpg", "rowing", first.facts)
    assert moved.keys == (picture.key,) != (first.key,)
    (folder / "rowing.txt").write_text("On the lake")
    (edited,) = load_documents([folder], tmp_path / "store", kind=kind).passages
    assert edited.facts.caption == "On the lake\nAnna in the boat"


def test_the_thumbnail_stands_as_the_picture_is_seen(tmp_path):
    turned = exif()
    turned[0x0112] = 6
    problems = []
    place = saved(tmp_path / "a.jpg", drawn(size=(600, 300)), exif=turned)
    list(read_picture(place, "album/a.jpg", problems, thumbnails=tmp_path / "small"))
    (small,) = (tmp_path / "small").glob("*/*.jpg")
    with Image.open(small) as seen:
        assert seen.size == (160, 320)


def test_what_was_read_of_a_folder_that_is_not_there_is_kept_until_it_comes_back(tmp_path):
    drive, kind = (
        tmp_path / "drive",
        SourceKind(PICTURE_FILES, "1", "pictures", (str(tmp_path / "small"),), sidecars, True),
    )
    saved(drive / "album" / "a.jpg", exif=exif(caption="Anna in the boat"))
    saved(drive / "album" / "b.jpg")
    read = load_documents([drive / "album"], tmp_path / "store", kind=kind)
    drive.rename(tmp_path / "unplugged")
    away = load_documents([drive / "album"], tmp_path / "store", kind=kind)
    assert (away.keys, away.digest) == (read.keys, read.digest)
    (problem,) = away.problems
    assert "is not there; what was read of it is kept: 2 pictures; assistant pictures remove" in problem.message
    (drive / "album").mkdir(parents=True)
    away = load_documents([drive / "album"], tmp_path / "store", kind=kind)
    assert (away.keys, away.digest) == (read.keys, read.digest)
    assert "is empty; what was read of it is kept: 2 pictures" in away.problems[0].message
    (drive / "album").rmdir()
    drive.rmdir()
    (tmp_path / "unplugged").rename(drive)
    (drive / "album" / "b.jpg").unlink()
    (picture,) = load_documents([drive / "album"], tmp_path / "store", kind=kind).passages
    assert picture.name == "album/a.jpg"
    assert not load_documents([tmp_path / "other"], tmp_path / "store", kind=kind).passages


def test_a_caption_that_is_no_file_or_hides_something_is_told_and_the_picture_stays(tmp_path):
    place = saved(tmp_path / "a.jpg")
    os.mkfifo(tmp_path / "a.jpg.txt")
    (tmp_path / "a.txt").symlink_to("nowhere")
    entity = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
    (tmp_path / "a.jpg.xmp").write_bytes(entity + xmp("<rdf:Description><dc:title>&e;</dc:title></rdf:Description>"))
    (tmp_path / "a.json").write_bytes(b" " * 1_000_001)
    problems = []
    (picture,) = read_picture(place, "album/a.jpg", problems)
    assert picture.facts.caption == ""
    assert [problem.message for problem in problems] == [
        "its caption in a.jpg.txt is left out: it is a pipe, a device or a socket, no file",
        "its caption in a.txt is left out: it is a link that leads nowhere",
        "its caption in a.json is left out: it is too large: 1,000,001 bytes, more than 1,000,000 bytes",
        "its caption in a.jpg.xmp is left out: it cannot be read: it holds the entity &e;, and none is resolved",
    ]
    assert {problem.severity for problem in problems} == {"warning"}


def test_what_is_no_file_is_told_and_not_waited_for(tmp_path):
    folder = tmp_path / "album"
    saved(folder / "a.jpg")
    os.mkfifo(folder / "pipe.jpg")
    (folder / "loop.jpg").symlink_to("loop.jpg")
    (folder / "up").symlink_to("..")
    kind = SourceKind(PICTURE_FILES, "1", "pictures", (str(tmp_path / "small"),))
    read = load_documents([folder], kind=kind)
    assert [picture.name for picture in read.passages] == ["album/a.jpg"]
    told = {problem.file.name: problem.message for problem in read.problems}
    assert told == {
        "pipe.jpg": "cannot be read: a pipe, a device or a socket, no file",
        "loop.jpg": "cannot be read: a link that leads nowhere",
    }


@pytest.mark.parametrize(
    ("receipt", "shop"),
    [
        ("OBI BAUMARKT\nHammer 12,99\nSUMME 12,99", "hardware store, DIY store"),
        ("Stadtapotheke\nIbuprofen 5,95", "pharmacy, chemist"),
        ("Smith & Sons\nShell pasta 1.20\nBoots 1.00", ""),
        ("Books & Beans\nCoffee 3.40", "bookshop, bookstore"),
    ],
)
def test_the_kind_of_shop_is_told_by_its_name(receipt, shop):
    assert shop_of(receipt) == shop
