"""`make demo-release`: the life of a release, told with the real commands on a synthetic folder.

From HOLD to two approvals, RELEASE, KS's own verification and question, revocation by new evidence, and back. With
`--page FILE` what was told is put into that page between its markers. Exit status 1: the story did not go as told.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from children import Children, children, free_port, wait_for_port
from demonstration import MELDINGSKONTROLL, ROOT
from release_story import PEOPLE, STORY, WORK, Command, Question, Scene, serving
from story_events import StoryError, messages

PLACE = ROOT / "var" / "demo-release"
BEGIN_MARK, END_MARK = "<!-- demo-release: begynner -->", "<!-- demo-release: slutter -->"
Ask = Callable[[str, str, list[str]], set[str]]


class Teller:
    """Tells the story in one folder, and keeps what was told."""

    def __init__(self, place: Path, started: Children, say: Callable[[str], None] = print) -> None:
        self.place, self._started, self._say = place, started, say
        self._token = ""
        self.told: list[str] = []

    def tell(self, scene: Scene, number: int) -> None:
        """One scene: the words, what happens, the commands.

        Raises:
            StoryError: something did not go as the story says.
        """
        self._line(f"{number}. {scene.told}", "")
        if scene.event:
            scene.event(self.place)
        self._line("```console")
        for act in scene.acts:
            self._run(act) if isinstance(act, Command) else self._ask(act)
        self._line("```", "")

    def _run(self, command: Command) -> None:
        self._line(f"$ {shown(command)}")
        done = subprocess.run(
            [MELDINGSKONTROLL, *command.arguments],
            cwd=self.place, env=_environment(), capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode != command.status:
            raise StoryError(f"{shown(command)} ended with {done.returncode}:\n{done.stderr}")
        said = done.stdout.strip() or _last_line(done.stderr)
        if command.hidden:
            self._token, said = said, "mdk_… (vises bare denne ene gangen)"
        self._line(_last_line(said) if command.last_line_only else said)
        if command.status:
            self._line(f"(status {command.status})")
        if command.decision:
            self._judge(command)

    def _judge(self, command: Command) -> None:
        found = json.loads((self.place / WORK / "out" / "release.json").read_text(encoding="utf-8"))
        if (found["decision"], tuple(found["global_reasons"])) != (command.decision, command.reasons):
            raise StoryError(f"The decision became {found['decision']} {found['global_reasons']}.")

    def _ask(self, question: Question) -> None:
        port, log = free_port(), self.place / "service.log"
        arguments = serving(question, port).arguments
        command = [MELDINGSKONTROLL, *(str(self.place / WORK) if a == WORK else a for a in arguments)]
        child = self._started.start(command, _environment(), log)
        if not wait_for_port(port, child, 60):
            raise StoryError(f"The release service does not answer:\n{log.read_text()}")
        try:
            ids = messages(self.place)
            may = client()(f"http://127.0.0.1:{port}/deletion-release", self._token, list(ids.values()))
        finally:
            child.terminate()
            child.wait()
        self._line(f"$ {shown(serving(question))} &", "$ # KS kaller kan_slettes, klienten nedenfor:")
        for name, message_id in ids.items():
            self._line(f"{message_id}  {'slettes' if message_id in may else 'beholdes':9} {name}")
        if {name for name, message_id in ids.items() if message_id in may} != question.deleted:
            raise StoryError("What may be deleted is not what the story says.")

    def _line(self, *lines: str) -> None:
        for line in lines:
            self._say(line)
            self.told.append(line)


def shown(command: Command) -> str:
    """The command as a person would type it."""
    return shlex.join(["meldingskontroll", *command.arguments])


def client() -> Ask:
    """KS's client as `docs/ks.md` gives it."""
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "ks.md").read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, Ask] = {}
    exec(compile(code, "docs/ks.md", "exec"), names)
    return names["kan_slettes"]


def put_into(page: Path, told: list[str]) -> None:
    """Put what was told between the markers of a page.

    Raises:
        StoryError: the page has not both markers, once each and in order.
    """
    before, begin, rest = page.read_text(encoding="utf-8").partition(BEGIN_MARK)
    _, end, after = rest.partition(END_MARK)
    if not begin or not end:
        raise StoryError(f"{page.name} lacks the markers {BEGIN_MARK} and {END_MARK}.")
    section = re.sub(r"\n{3,}", "\n\n", "\n".join(told)).strip()
    page.write_text(f"{before}{begin}\n\n{section}\n\n{end}{after}", encoding="utf-8")


def _last_line(text: str) -> str:
    return text.strip().splitlines()[-1] if text.strip() else ""


def _environment() -> Mapping[str, str]:
    """No setting of the caller's changes the story."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MELDINGSKONTROLL_")}
    return kept | {"COLUMNS": "120", "NO_COLOR": "1"}


def main() -> int:
    parser = argparse.ArgumentParser(description="The life of a release, told with the real commands.")
    parser.add_argument("--place", type=Path, default=PLACE, help="where it is told; emptied first")
    parser.add_argument("--page", type=Path, help="the page to put it into")
    given = parser.parse_args()
    shutil.rmtree(given.place, ignore_errors=True)
    for name in PEOPLE:
        (given.place / name).mkdir(parents=True)
    try:
        with children() as started:
            teller = Teller(given.place, started)
            for number, scene in enumerate(STORY, start=1):
                teller.tell(scene, number)
        if given.page:
            put_into(given.page, teller.told)
    except KeyboardInterrupt:
        return 130
    except StoryError as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
