"""The photo: its limits to the byte and the pixel, what is cut out of it, and who may look at it."""

import io
from collections.abc import Callable

import pytest
from PIL import Image, PngImagePlugin

from contracts.identity import PhotoChanged
from services.identity.profile.photos import PhotoLimits, draw
from services.identity.settings import Settings
from tests.identity.asking import asking
from tests.identity.conftest import House
from tests.identity.owner import Owner, own
from tests.people import staff

SETTINGS = Settings(key_secret="x")
LIMITS = PhotoLimits.of(SETTINGS)


def picture(kind: str = "JPEG", size: tuple[int, int] = (300, 320), mode: str = "RGB", **options: object) -> bytes:
    """An image file of one colour."""
    out = io.BytesIO()
    Image.new(mode, size, "navy").save(out, kind, **options)
    return out.getvalue()


def padded(to: int) -> bytes:
    """A good JPEG of an exact length; what follows the image's end is not looked at."""
    data = picture()
    return data + bytes(to - len(data))


@pytest.fixture
def rosa(house: House) -> Owner:
    """Rosa, signed in."""
    return own(house)


def upload(rosa: Owner, data: bytes, content_type: str = "image/jpeg") -> tuple[int, str]:
    """Status, and the problem's type when there is one."""
    answer = rosa.client.put("/v1/profile/photo", data=data, content_type=content_type)
    return answer.status_code, answer.get_json().get("type", "").rpartition("/")[2]


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_photo_is_stored_as_jpeg_and_shown_to_its_owner(rosa: Owner, kind: str) -> None:
    assert upload(rosa, picture(kind)) == (200, "")
    answer = rosa.client.get("/v1/profile/photo")
    assert (answer.status_code, answer.content_type) == (200, "image/jpeg")
    with Image.open(io.BytesIO(answer.data)) as image:
        assert (image.format, image.size) == ("JPEG", (300, 320))
    shown = rosa.profile()["photo"]
    assert (shown["width"], shown["height"], shown["size"]) == (300, 320, len(answer.data))


@pytest.mark.parametrize(("over", "expected"), [(0, (200, "")), (1, (413, "photo-too-big"))])
def test_the_limit_is_exact_to_the_byte(rosa: Owner, over: int, expected: tuple[int, str]) -> None:
    assert upload(rosa, padded(SETTINGS.photo_max_bytes + over)) == expected


def test_a_body_that_hides_its_length_is_limited_as_well(rosa: Owner) -> None:
    answer = rosa.client.put(
        "/v1/profile/photo",
        input_stream=io.BytesIO(padded(SETTINGS.photo_max_bytes + 1)),
        headers={"Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert answer.status_code == 413
    assert "2 MB o menos" in answer.get_json()["detail"]


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((240, 240), (200, "")),
        ((239, 300), (422, "photo-too-small")),
        ((4000, 240), (200, "")),
        ((240, 4001), (422, "photo-too-many-pixels")),
    ],
)
def test_the_limits_are_exact_to_the_pixel(rosa: Owner, size: tuple[int, int], expected: tuple[int, str]) -> None:
    assert upload(rosa, picture(size=size)) == expected


def test_a_picture_that_would_unfold_into_gigabytes_is_refused_by_its_header(rosa: Owner) -> None:
    bomb = bytearray(picture("PNG", (300, 300)))
    bomb[16:24] = (60_000).to_bytes(4) * 2
    import zlib

    bomb[29:33] = zlib.crc32(bytes(bomb[12:29])).to_bytes(4)
    assert upload(rosa, bytes(bomb)) == (422, "photo-too-many-pixels")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", (422, "photo-empty")),
        (b"%PDF-1.4 no es una foto", (415, "photo-wrong-type")),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", (415, "photo-wrong-type")),
        (picture("GIF"), (415, "photo-wrong-type")),
        (picture("WEBP"), (415, "photo-wrong-type")),
        (picture()[:200], (422, "photo-damaged")),
        (picture("PNG")[:-30], (422, "photo-damaged")),
        (b"\xff\xd8\xff" + b"x" * 400, (422, "photo-damaged")),
        (b"\x89PNG\r\n\x1a\n", (422, "photo-damaged")),
    ],
)
def test_what_is_no_whole_jpeg_or_png_is_refused_with_its_own_reason(
    rosa: Owner, data: bytes, expected: tuple[int, str]
) -> None:
    assert upload(rosa, data) == expected
    assert rosa.profile()["photo"] is None


def test_the_name_of_the_type_does_not_count_but_the_content(rosa: Owner) -> None:
    assert upload(rosa, picture("PNG"), "image/jpeg") == (200, "")
    assert upload(rosa, b"GIF89a", "image/png") == (415, "photo-wrong-type")


def test_where_and_with_what_it_was_taken_does_not_stay_in_it() -> None:
    exif = Image.Exif()
    exif[0x010E] = "Consultorio, Lima"
    exif.get_ifd(0x8825)[2] = (12.0, 3.0, 0.0)
    secret = PngImagePlugin.PngInfo()
    secret.add_text("Comment", "Consultorio, Lima")
    for data in (
        picture(exif=exif.tobytes(), comment=b"Consultorio, Lima") + b"Consultorio, Lima",
        picture("PNG", pnginfo=secret),
    ):
        assert b"Consultorio" in data
        drawn = draw(data, LIMITS).data
        assert b"Consultorio" not in drawn
        with Image.open(io.BytesIO(drawn)) as image:
            assert not image.getexif()


def test_a_photo_taken_sideways_is_stored_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    drawn = draw(picture(size=(400, 300), exif=exif.tobytes()), LIMITS)
    assert (drawn.width, drawn.height) == (300, 400)


@pytest.mark.parametrize("mode", ["RGBA", "L", "P", "1", "I;16"])
def test_every_kind_of_png_becomes_a_plain_photo(mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (300, 300)).save(out, "PNG")
    with Image.open(io.BytesIO(draw(out.getvalue(), LIMITS).data)) as image:
        assert image.mode == "RGB"


def test_replacing_and_removing_are_told_and_remembered(rosa: Owner) -> None:
    upload(rosa, picture())
    upload(rosa, picture(size=(320, 320)))
    assert rosa.client.delete("/v1/profile/photo").status_code == 204
    told = rosa.told(PhotoChanged)
    assert [fact.photo is not None for fact in told] == [True, True, False]
    assert told[0].photo.media_type == "image/jpeg"
    assert [entry["field"] for entry in rosa.history()] == ["photo"] * 3
    assert rosa.client.get("/v1/profile/photo").status_code == 404
    assert rosa.client.delete("/v1/profile/photo").status_code == 404


@pytest.mark.parametrize(
    ("permission", "council", "status"),
    [
        ("identity:registry", None, 200),
        ("identity:registry", "03", 200),
        ("identity:registry", "15", 404),
        ("identity:audit", None, 403),
    ],
)
def test_staff_of_the_council_may_look_and_nobody_else(
    rosa: Owner, permission: str, council: str | None, status: int
) -> None:
    upload(rosa, picture())
    client = asking(rosa.house.service, staff(permission, council=council))
    assert client.get(f"/v1/accounts/{rosa.account_id}/photo").status_code == status


def test_another_physician_has_no_way_to_it(rosa: Owner) -> None:
    upload(rosa, picture())
    julio = own(rosa.house, "023546")
    assert julio.client.get("/v1/profile/photo").status_code == 404
    assert julio.client.get(f"/v1/accounts/{rosa.account_id}/photo").status_code == 403


def test_limits_are_settings_and_told(settle: Callable[..., House]) -> None:
    rosa = own(settle(photo_max_bytes=500 * 1024, photo_min_pixels=100))
    assert rosa.profile()["photo_limits"] == {
        "max_bytes": 512_000,
        "min_pixels": 100,
        "max_pixels": 4000,
        "types": ["JPEG", "PNG"],
    }
    assert upload(rosa, picture(size=(100, 100))) == (200, "")
    answer = rosa.client.put("/v1/profile/photo", data=padded(512_001))
    assert answer.get_json()["detail"] == "El archivo debe pesar 500 KB o menos."
