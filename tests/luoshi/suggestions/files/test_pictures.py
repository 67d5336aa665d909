"""What is left of a photo: its pixels, the right way up, and nothing else."""

from io import BytesIO

import pytest
from files import SECRET, container, encoded, photo, quarters
from PIL import Image

from luoshi.suggestions.files.kinds import Kind, Unfit
from luoshi.suggestions.files.pictures import LONGEST_SIDE, THUMBNAIL_SIDE, picture_clean

PIXELS = 4_000_000
BARE = {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def red_corner(image: Image.Image) -> tuple[bool, ...]:
    """Which of the corners top left, top right, bottom right, bottom left are red."""
    right, bottom = image.width - 10, image.height - 10
    pixels = [
        image.convert("RGB").getpixel(place) for place in ((9, 9), (right, 9), (right, bottom), (9, bottom))
    ]
    return tuple(pixel[0] > 150 and pixel[1] < 100 for pixel in pixels)


def test_the_sample_holds_what_has_to_go() -> None:
    sample = photo()
    assert sample.count(SECRET) == 3
    assert opened(sample).getexif().get_ifd(0x8825)[1] == "N"


def test_place_camera_comment_and_xmp_are_gone() -> None:
    clean = picture_clean(photo(), Kind.JPEG, PIXELS)
    for data in (clean.content, clean.thumbnail):
        image = opened(data)
        assert (set(image.info), dict(image.getexif()), image.getexif().get_ifd(0x8825)) == (BARE, {}, {})
        assert SECRET not in data
        assert b"Exif" not in data


def test_a_profile_and_text_chunks_are_gone() -> None:
    from PIL import ImageCms
    from PIL.PngImagePlugin import PngInfo

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    text = PngInfo()
    text.add_text("Comment", SECRET.decode())
    sample = encoded(quarters(), "PNG", icc_profile=profile, pnginfo=text, dpi=(300, 300))
    assert {"icc_profile", "Comment", "dpi"} <= set(opened(sample).info)
    clean = picture_clean(sample, Kind.PNG, PIXELS)
    assert (clean.kind, opened(clean.content).info) == (Kind.PNG, {})
    jpeg = picture_clean(encoded(quarters(), icc_profile=profile), Kind.JPEG, PIXELS)
    assert set(opened(jpeg.content).info) == BARE


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_turned_upright(orientation: int) -> None:
    """The camera's pixels have red at the top left; EXIF says how to hold them."""
    clean = picture_clean(photo(orientation), Kind.JPEG, PIXELS)
    image = opened(clean.content)
    corner = {1: 0, 2: 1, 3: 2, 4: 3, 5: 0, 6: 1, 7: 2, 8: 3}[orientation]
    assert red_corner(image) == tuple(place == corner for place in range(4))
    assert image.size == ((400, 300) if orientation < 5 else (300, 400))
    assert red_corner(opened(clean.thumbnail)) == red_corner(image)


def test_a_large_photo_is_made_smaller_with_its_thumbnail() -> None:
    clean = picture_clean(photo(6, 4000, 3000), Kind.JPEG, 12_000_000)
    assert opened(clean.content).size == (LONGEST_SIDE * 3 // 4, LONGEST_SIDE)
    assert max(opened(clean.thumbnail).size) == THUMBNAIL_SIDE
    small = picture_clean(photo(1, 40, 30), Kind.JPEG, PIXELS)
    assert opened(small.content).size == opened(small.thumbnail).size == (40, 30)


def test_what_stands_behind_the_end_is_gone() -> None:
    polyglot = photo() + container({"evil.html": "<script>alert(1)</script>"})
    clean = picture_clean(polyglot, Kind.JPEG, PIXELS)
    assert b"PK\x03\x04" not in clean.content
    assert clean.content.endswith(b"\xff\xd9")
    assert clean.content == picture_clean(photo(), Kind.JPEG, PIXELS).content


def test_transparency_and_small_drawings_stay_png_and_photos_do_not() -> None:
    glass = Image.new("RGBA", (50, 40), (255, 0, 0, 90))
    noise = Image.effect_noise((300, 200), 80).convert("RGB")
    kinds = [
        picture_clean(encoded(glass, "PNG"), Kind.PNG, PIXELS).kind,
        picture_clean(encoded(glass, "WEBP", lossless=True), Kind.WEBP, PIXELS).kind,
        picture_clean(encoded(quarters(), "PNG"), Kind.PNG, PIXELS).kind,
        picture_clean(encoded(noise, "PNG"), Kind.PNG, PIXELS).kind,
        picture_clean(encoded(noise, "WEBP"), Kind.WEBP, PIXELS).kind,
        picture_clean(encoded(noise.convert("RGBA"), "PNG"), Kind.PNG, PIXELS).kind,
    ]
    assert kinds == ["png", "png", "png", "jpg", "jpg", "jpg"]
    clean = picture_clean(encoded(glass, "PNG"), Kind.PNG, PIXELS)
    assert opened(clean.content).getpixel((5, 5)) == (255, 0, 0, 90)
    assert opened(clean.thumbnail).mode == "RGB"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_mode_of_png_is_read(mode: str) -> None:
    clean = picture_clean(encoded(Image.new(mode, (30, 20), 1), "PNG"), Kind.PNG, PIXELS)
    assert opened(clean.content).size == (30, 20)


def test_sixteen_bits_of_grey_keep_their_brightness() -> None:
    grey = Image.new("I;16", (30, 20), 128 * 256)
    clean = picture_clean(encoded(grey, "PNG"), Kind.PNG, PIXELS)
    assert opened(clean.content).getpixel((5, 5)) == (128, 128, 128)


def test_colours_for_print_become_those_of_a_screen() -> None:
    clean = picture_clean(encoded(quarters().convert("CMYK")), Kind.JPEG, PIXELS)
    assert opened(clean.content).mode == "RGB"


def test_a_picture_of_several_gives_its_first() -> None:
    several = encoded(quarters(), "MPO", save_all=True, append_images=[Image.new("RGB", (400, 300), "blue")])
    assert red_corner(opened(picture_clean(several, Kind.JPEG, PIXELS).content)) == (
        True,
        False,
        False,
        False,
    )
    frames = encoded(quarters(), "WEBP", save_all=True, append_images=[Image.new("RGB", (400, 300), "blue")])
    assert red_corner(opened(picture_clean(frames, Kind.WEBP, PIXELS).content)) == (True, False, False, False)


def test_too_many_pixels_are_refused_before_they_are_decoded() -> None:
    bomb = encoded(Image.new("1", (30_000, 30_000)), "PNG")
    assert len(bomb) < 200_000
    with pytest.raises(Unfit, match="像素过多，最多 200 万像素"):
        picture_clean(bomb, Kind.PNG, PIXELS)
    with pytest.raises(Unfit, match="像素过多，最多 400 万像素"):
        picture_clean(encoded(Image.new("L", (2001, 2000))), Kind.JPEG, PIXELS)
    assert picture_clean(encoded(Image.new("L", (2000, 2000))), Kind.JPEG, PIXELS).kind == Kind.JPEG


@pytest.mark.parametrize("kind", [Kind.JPEG, Kind.PNG, Kind.WEBP])
def test_half_a_picture_is_refused_wherever_it_is_cut(kind: Kind) -> None:
    noise = Image.effect_noise((120, 90), 80).convert("RGB")
    whole = encoded(noise, {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}[kind])
    for part in range(10):
        with pytest.raises(Unfit, match="图片不完整或已损坏"):
            picture_clean(whole[: len(whole) * part // 10], kind, PIXELS)


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow tells of damaged EXIF so
def test_nothing_but_a_refusal_comes_of_damage() -> None:
    import random

    chance = random.Random(7)
    samples = [
        (photo(6), Kind.JPEG),
        (encoded(quarters(), "PNG"), Kind.PNG),
        (encoded(quarters(), "WEBP"), Kind.WEBP),
    ]
    outcomes = set()
    for _ in range(150):
        data, kind = chance.choice(samples)
        spoiled = bytearray(data)
        for _ in range(chance.randint(1, 12)):
            spoiled[chance.randrange(len(spoiled) // 2 if chance.random() < 0.7 else len(spoiled))] = (
                chance.randrange(256)
            )
        try:
            picture_clean(bytes(spoiled), kind, PIXELS)
            outcomes.add("taken")
        except Unfit:
            outcomes.add("refused")
    assert outcomes == {"taken", "refused"}
