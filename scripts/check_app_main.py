"""The start of meldingskontroll-check.pyz: unpacks the program once to the user's own folder, and runs it from there.

Compiled libraries cannot be loaded from inside an archive. The folder is named by the archive's content, so that a new
version never meets the files of an old one, and it is made aside and renamed, so that a start cut off leaves no half.
"""

import json
import shutil
import sys
import sysconfig
import tempfile
import zipfile
from pathlib import Path

_COMMANDS = {"check", "template", "formats", "--help"}


def unpacked(archive, home):
    """The folder with the archive's libraries, unpacked if this is the first start."""
    folder = home / ("check-" + archive["content"])
    if folder.is_dir():
        return folder
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    print("Første gang: pakker ut programmet i " + str(home) + " ...", file=sys.stderr)
    aside = Path(tempfile.mkdtemp(prefix="ny-", dir=str(home)))
    try:
        with zipfile.ZipFile(sys.argv[0]) as content:
            content.extractall(str(aside), [name for name in content.namelist() if name.startswith("site/")])
        try:
            (aside / "site").rename(folder)
        except OSError:
            if not folder.is_dir():  # another start was quicker
                raise
    finally:
        shutil.rmtree(str(aside), ignore_errors=True)
    return folder


def main():
    with zipfile.ZipFile(sys.argv[0]) as content:
        archive = json.loads(content.read("archive.json").decode())
    here = {"python": "{}.{}".format(*sys.version_info), "platform": sysconfig.get_platform()}
    for name, shown in (("python", "Python"), ("platform", "plattformen")):
        if archive[name] != here[name]:
            told = "Denne filen er laget for {} {}, men her er {}. Be om en som passer, eller installer pakken med pip."
            sys.exit(told.format(shown, archive[name], here[name]))
    sys.path.insert(0, str(unpacked(archive, Path.home() / ".meldingskontroll")))
    if len(sys.argv) > 1 and sys.argv[1] not in _COMMANDS:
        sys.argv.insert(1, "check")
    sys.argv[0] = Path(sys.argv[0]).name
    from meldingskontroll.cli import main as run

    run()


if __name__ == "__main__":
    main()
