"""Scene values: both groupings, codes nobody has listed, and launches that are no visits."""

from __future__ import annotations

from datetime import date

import pytest

from minilens.reference import scenes


def test_every_scene_has_names_and_groups_in_both_languages() -> None:
    assert len(scenes.SCENES) == 317
    for code, scene in scenes.SCENES.items():
        assert scene.code == code
        assert all((*scene.title, *scene.group, *scene.source.title))
        assert scene.status in {"live", "deprecated", "legacy", "undocumented", "minigame-only"}


def test_groups_are_the_twelve_of_the_tree_with_one_english_name_each() -> None:
    groups = {scene.group for scene in scenes.SCENES.values()}
    assert len(groups) == len({zh for zh, _ in groups}) == len({en for _, en in groups}) == 12


def test_the_two_files_agree_on_the_classic_source_of_every_scene() -> None:
    listed = {
        code: source.key for source in scenes.CLASSIC_SOURCES.values() for code in source.scenes
    }
    assert len(scenes.CLASSIC_SOURCES) == 57
    for code, scene in scenes.SCENES.items():
        assert scene.source.key == listed.get(code, scenes.OTHER)
    assert listed.keys() <= scenes.SCENES.keys()


def test_a_known_scene() -> None:
    scene = scenes.scene(1011)
    assert (scene.title.zh, scene.group.zh, scene.source.title.zh) == (
        "扫描二维码",
        "扫码",
        "扫一扫二维码",
    )
    assert (scene.group.en, scene.source.key, scene.status) == ("Scan", 4, "live")


def test_the_two_groupings_may_differ_for_one_scene() -> None:
    scene = scenes.scene(1043)
    assert (scene.group.en, scene.source.title.en) == ("Official Account", "Template messages")


@pytest.mark.parametrize("code", [1999, 0, -1, 2**40])
def test_an_unlisted_code_is_shown_as_itself(code: int) -> None:
    scene = scenes.scene(code)
    assert (scene.code, scene.title.zh, scene.title.en) == (
        code,
        f"未知（{code}）",
        f"unknown ({code})",
    )
    assert (scene.status, scene.source.key, scene.group.en) == ("unknown", 10, "Other")
    assert scenes.is_robot(code) == ""
    assert scenes.environment(code) is None


def test_scenes_that_are_no_visits_of_people() -> None:
    robots = {code: scenes.is_robot(code) for code in scenes.SCENES if scenes.is_robot(code)}
    assert robots == {
        1030: "automated_test",
        1129: "crawler",
        1203: "load_test",
        1408: "background",
    }


def test_scenes_that_give_away_the_environment() -> None:
    told = {code: scenes.environment(code) for code in scenes.SCENES if scenes.environment(code)}
    assert told == {1017: "trial", 1059: "trial", 1101: "develop", 1154: "preview"}


def test_the_version_is_a_day() -> None:
    assert date.fromisoformat(scenes.VERSION) >= date(2026, 7, 30)
