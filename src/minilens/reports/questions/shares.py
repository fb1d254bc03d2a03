"""A question about shares.

{"kind": "shares", "show": "levels", "period": "30d"}
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from minilens.reports.questions.parts import Filter, FromDay, Period, ToDay, Top, Traffic, said


class SharesQuestion(
    msgspec.Struct,
    tag_field="kind",
    tag="shares",
    forbid_unknown_fields=True,
    omit_defaults=True,
    rename={"start": "from", "end": "to"},
):
    """What shared cards led to: shares, how many of them others opened, who came by them and was new, the K factor.

    A person belongs under the sharer of the first card that they opened, unless they had shared before; a card is known
    by the mark that the tracker puts into its path (`share: "append"`), for 30 days before the range.
    """

    show: Annotated[
        Literal["days", "levels", "pages", "origins", "groups"],
        said(
            "A row a day with the K factor; a level of the tree, 0 whom nobody brought; a shared page; where the cards "
            "came from (`by`); or a card that was opened in a group chat. days unless given.",
            "每行为一天（含 K 因子）、分享树的一层（0 层无人带来）、一个被分享的页面、卡片的来源（见 `by`），"
            "或一张在群聊中被打开的卡片。默认 days。",
        ),
    ] = "days"
    by: Annotated[
        Literal["campaign", "placement", "material", "link"],
        said(
            "By what origins are told: that by which the sharer had come, and where they had come by a card, that of "
            "the card. campaign unless given.",
            "卡片来源按什么区分：分享者进入时的推广；分享者也由卡片带来时，沿用那张卡片的来源。默认 campaign。",
        ),
    ] = "campaign"
    period: Period = ""
    start: FromDay = ""
    end: ToDay = ""
    where: Annotated[
        Filter | None,
        said(
            "Conditions on the share: a card counts, with all who open it, where they hold when it is shared.",
            "对分享的条件：分享时符合条件的卡片计入，打开它的人也随之计入。",
        ),
    ] = None
    traffic: Traffic = "release"
    top: Top = 10
