"""A folder for each class, in a folder or a zip archive, becomes a data set; nothing leaves it."""

import zipfile
import zlib

import numpy as np
import pytest

from core.data.files import opening
from core.errors import UserError
from tests.data.files import pictures
from tests.data.files.pictures import folder, grey, png, tree, zipped


def opened(path, **asked):
    return opening.read(path, opening.Asked(path.name, **asked))


def test_a_folder_for_each_class_below_train_and_test(tmp_path):
    found = opened(folder(tmp_path / "pets", tree()))
    assert found.class_names == ("cat", "dog")
    assert (found.x_train.shape, found.stored) == ((8, 6, 5, 1), (0.0, 255.0))
    for x, y in ((found.x_train, found.y_train), (found.x_test, found.y_test)):
        greys = np.round(x[:, 0, 0, 0] * 255)
        np.testing.assert_array_equal(greys // 10, y)
        assert sorted(greys) == [0, 1, 2, 3, 10, 11, 12, 13]
    assert "folders are the classes" in str(found.conversions)


@pytest.mark.parametrize("wrapped", ["", "pets/", "a/b/"])
def test_a_zip_archive_is_read_like_its_folder(tmp_path, wrapped):
    files = {f"{wrapped}{name}": content for name, content in tree().items()}
    files |= {"__MACOSX/x": b"x", f"{wrapped}train/.DS_Store": b"x"}
    found = opened(zipped(tmp_path / "pets.zip", files))
    same = opened(folder(tmp_path / "pets", tree()))
    assert found.checksum() == same.checksum()


def test_folders_of_classes_alone_are_test_data(tmp_path):
    found = opened(zipped(tmp_path / "pets.zip", tree(parts=("",))))
    assert (len(found.x_train), len(found.x_test), found.classes) == (0, 8, 2)
    assert "there is only test data" in str(found.conversions)
    left = opened(folder(tmp_path / "pets", tree(parts=("test", "validation"))))
    assert (len(left.x_train), len(left.x_test)) == (0, 8)
    assert "the folder validation is left out" in left.conversions


def test_grey_beside_colour_becomes_colour(tmp_path):
    colour = png(np.stack([np.full((6, 5), c, np.uint8) for c in (9, 8, 7)], -1))
    palette = png(np.full((6, 5), 77, np.uint8))
    found = opened(
        folder(tmp_path / "pets", tree() | {"test/dog/x.png": colour, "test/dog/y.png": palette})
    )
    assert found.shape == (6, 5, 3)
    assert "17 grey pictures beside colour ones became colour ones" in found.conversions
    np.testing.assert_allclose(found.x_test[-2, 0, 0] * 255, [9, 8, 7], atol=1e-4)
    np.testing.assert_allclose(found.x_test[-1, 0, 0] * 255, [77, 77, 77], atol=1e-4)


def test_sixteen_bits_keep_their_depth(tmp_path):
    def deep(value):
        return png(np.full((6, 5), value, np.uint16))

    files = {f"{name}/{i}.png": deep(30_000 + i) for name in ("a", "b") for i in range(2)}
    found = opened(folder(tmp_path / "deep", files))
    assert found.stored == (0.0, 65535.0)
    assert found.x_test[1, 0, 0, 0] == pytest.approx(30_001 / 65_535)


def bomb(side):
    """A PNG of so many pixels a side in its header, and next to nothing in it."""
    content = grey(0)
    head = content[:16] + side.to_bytes(4, "big") * 2 + content[24:29]
    return head + zlib.crc32(head[12:29]).to_bytes(4, "big") + content[33:]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"test/dog/x.png": grey(0, (6, 6))}, "has 6 x 6 pixels, others 5 x 6"),
        ({"test/dog/x.png": b"no"}, "no PNG or JPEG picture"),
        ({"test/dog/x.png": grey(0)[:-30]}, "no PNG or JPEG picture, or is damaged"),
        ({"test/dog/x.png": bomb(30_000)}, "unpacks to too many pixels"),
        ({"test/dog/x.png": bomb(2_000)}, "2000 x 2000 pixels, at most 1,048,576"),
        ({"test/dog/x.gif": b"GIF89a"}, "is not where pictures are looked for"),
        ({"test/dog/more/x.png": grey(0)}, "is not where pictures are looked for"),
        ({"test/x.png": grey(0)}, "is not where pictures are looked for"),
        ({"other/dog/x.png": grey(0)}, "has 'other' beside train and test"),
        ({"test/fox/x.png": grey(0)}, "the name 'fox', which no training input has"),
        ({"test/dog/x.png": png(np.zeros((6, 5, 4), np.uint8))}, "make all of one kind"),
    ],
)
@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_what_does_not_belong_is_named(tmp_path, files, expected, kind):
    files = tree() | files
    path = (
        folder(tmp_path / "pets", files)
        if kind == "folder"
        else zipped(tmp_path / "pets.zip", files)
    )
    with pytest.raises(UserError) as error:
        opened(path)
    assert expected in str(error.value)
    assert "\n" not in str(error.value)


def test_no_link_is_followed_and_no_path_leaves_the_archive(tmp_path):
    secret = tmp_path / "secret.png"
    secret.write_bytes(grey(3))
    root = folder(tmp_path / "pets", tree())
    (root / "test" / "dog" / "z.png").symlink_to(secret)
    with pytest.raises(UserError, match=r"'z.png', a link or no plain file"):
        opened(root)
    (root / "test" / "dog" / "z.png").unlink()
    (root / "test" / "eel").symlink_to(tmp_path)
    with pytest.raises(UserError, match="'eel', a link"):
        opened(root)
    for name in ("../secret.png", "/etc/x.png", "a\\..\\..\\x.png"):
        with pytest.raises(UserError, match="unsafe name"):
            opened(zipped(tmp_path / "a.zip", tree() | {name: b"x"}))
    link = zipfile.ZipInfo("test/dog/l.png")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(UserError, match="holds a link"):
        opened(tmp_path / "b.zip")


def test_an_archive_that_unpacks_to_too_much_is_refused_unread(tmp_path):
    path = zipped(tmp_path / "bomb.zip", tree())
    content = path.read_bytes()
    # Sizes in the directory of the archive, of which each says 4 GB.
    at = content.index(b"PK\x01\x02")
    path.write_bytes(content[: at + 24] + b"\xfe\xff\xff\xff" + content[at + 28 :])
    with pytest.raises(UserError, match="unpacks to more than 4 GiB"):
        opened(path)
    damaged = tmp_path / "no.zip"
    damaged.write_bytes(b"PK no")
    with pytest.raises(UserError, match="is not a zip archive"):
        opened(damaged)


def test_only_a_test_part_or_both(tmp_path):
    with pytest.raises(UserError, match="no folder test"):
        opened(folder(tmp_path / "pets", tree(parts=("train",))))
    with pytest.raises(UserError, match="leave label out"):
        opened(pictures.folder(tmp_path / "more", tree()), label="y")
