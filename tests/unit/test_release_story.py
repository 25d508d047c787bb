"""The story that `make demo-release` tells, and the page that has it: commands that exist, in the order of the run."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from meldingskontroll.cli import app
from meldingskontroll.simulation.nation import simulate

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import demo_release  # noqa: E402
import story_events  # noqa: E402
from release_story import STORY, Command, commands, moment  # noqa: E402

PAGE = (ROOT / "docs" / "ks.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("story")
    simulate(folder / "arbeid", 5, 3, scenario="clean")
    return folder


def told() -> str:
    _, _, rest = PAGE.partition(demo_release.BEGIN_MARK)
    section, end, _ = rest.partition(demo_release.END_MARK)
    assert end
    return section


def test_the_page_has_the_storys_words_and_commands_in_order() -> None:
    wanted: list[str] = []
    for number, scene in enumerate(STORY, start=1):
        wanted += f"{number}. {scene.told}".splitlines()
        for act in scene.acts:
            wanted.append(f"$ {demo_release.shown(act if isinstance(act, Command) else demo_release.serving(act))}")
    lines = iter(line.removesuffix(" &") for line in told().splitlines())
    missing = [line for line in wanted if line not in lines]
    assert missing == []
    shown = [line for line in told().splitlines() if line.startswith("$ meldingskontroll")]
    assert len(shown) == len(commands())


def test_every_command_of_the_story_is_one_that_the_program_takes() -> None:
    for command in commands():
        group, rest = get_command(app), list(command.arguments)
        while hasattr(group, "commands"):
            name, *rest = rest
            group = group.commands[name]
        # Unknown options, lacking ones and arguments too many are refused here.
        assert group.make_context(group.name, rest).command is group


def test_the_page_shows_no_token_and_no_path_of_a_machine() -> None:
    assert not re.search(r"mdk_[A-Za-z0-9]", told())
    assert not re.search(r"(?<![\w.])/(?:home|tmp|work|root)\b", told())
    assert all(shlex.split(line[2:]) for line in told().splitlines() if line.startswith("$ meldingskontroll"))


def test_the_page_tells_of_hold_release_revocation_and_release_again() -> None:
    said = re.findall(r"^(HOLD: .*|Sletting er frigitt til \S+|Hovedboken holder)", told(), re.MULTILINE)
    assert said == [
        "HOLD: REQUIREMENTS_UNMET",
        "HOLD: AWAITING_APPROVAL",
        "Sletting er frigitt til 2023-07-02T09:00:00Z.",
        "HOLD: APPROVALS_LAPSED, REQUIREMENTS_UNMET",
        "Sletting er frigitt til 2023-07-02T13:00:00Z.",
        "Hovedboken holder",
    ]


def test_what_happens_to_the_folder_is_what_is_told(place: Path) -> None:
    log = story_events._log(place)
    before, missed = log.read_text(encoding="utf-8"), story_events.messages(place)["senere funnet tapt"]
    followup = story_events._followup(place).read_text(encoding="utf-8")
    story_events.delay_followup(place)
    assert len(story_events._followup(place).read_text(encoding="utf-8").splitlines()) == len(followup.splitlines()) - 1
    story_events.deliver_followup(place)
    assert story_events._followup(place).read_text(encoding="utf-8") == followup
    story_events.send_corrected_log(place)
    assert missed in before
    assert missed not in log.read_text(encoding="utf-8")
    assert story_events.messages(place)["senere funnet tapt"] == missed
    story_events.follow_up_the_new_loss(place)
    assert missed in (place / "arbeid" / "followup" / "tiltak_2.csv").read_text(encoding="utf-8")


def test_a_story_that_goes_otherwise_stops_instead_of_being_told(place: Path) -> None:
    from children import Children

    teller = demo_release.Teller(place, Children(), say=lambda line: None)
    with pytest.raises(story_events.StoryError, match="ended with 0"):
        teller._run(Command(("--help",), status=3))
    page = place / "page.md"
    page.write_text("no markers")
    with pytest.raises(story_events.StoryError, match="markers"):
        demo_release.put_into(page, ["x"])


def test_the_clock_of_the_story_goes_forward() -> None:
    times = [argument for command in commands() for argument in command.arguments if argument.startswith("2023-")]
    without_expiry = [time for time in times if time != moment(40)]
    assert without_expiry == sorted(without_expiry)
