"""The reports of the tab audience.

Written by scripts/client.py, not by hand: make client.
"""

from __future__ import annotations

from typing import Literal, TypedDict, Unpack

from minilens.client.answers import Answer
from minilens.client.arguments import Comparison, Listed, Range, Subject
from minilens.client.connection import Connection


class GenderArguments(Range, Comparison, Subject, Listed, total=False):
    #: New users, or active ones: all who visited.
    users: Literal["new", "active"]
    #: The measure to sort rows by.
    sort: Literal["visitors", "visitor_share", "new_users", "new_user_share"]
    #: Sort by the measure's value, by its change against the other range, or by its change in
    #: per cent (change_rate). The latter two need a range to compare with, and list the values
    #: of either range.
    sort_by: Literal["value", "change", "change_rate"]


class GenderRow(TypedDict, total=False):
    gender: str | None
    visitors: int | None
    visitor_share: float | None
    new_users: int | None
    new_user_share: float | None


class AgeArguments(Range, Comparison, Subject, Listed, total=False):
    #: New users, or active ones: all who visited.
    users: Literal["new", "active"]
    #: The measure to sort rows by.
    sort: Literal["visitors", "visitor_share", "new_users", "new_user_share"]
    #: Sort by the measure's value, by its change against the other range, or by its change in
    #: per cent (change_rate). The latter two need a range to compare with, and list the values
    #: of either range.
    sort_by: Literal["value", "change", "change_rate"]


class AgeRow(TypedDict, total=False):
    age: str | None
    visitors: int | None
    visitor_share: float | None
    new_users: int | None
    new_user_share: float | None


class ProvincesArguments(Range, Comparison, Subject, Listed, total=False):
    #: New users, or active ones: all who visited.
    users: Literal["new", "active"]
    #: The measure to sort rows by.
    sort: Literal["visitors", "visitor_share", "new_users", "new_user_share"]
    #: Sort by the measure's value, by its change against the other range, or by its change in
    #: per cent (change_rate). The latter two need a range to compare with, and list the values
    #: of either range.
    sort_by: Literal["value", "change", "change_rate"]


class ProvincesRow(TypedDict, total=False):
    person_province: str | None
    visitors: int | None
    visitor_share: float | None
    new_users: int | None
    new_user_share: float | None


class CitiesArguments(Range, Comparison, Subject, Listed, total=False):
    #: New users, or active ones: all who visited.
    users: Literal["new", "active"]
    #: The measure to sort rows by.
    sort: Literal["visitors", "visitor_share", "new_users", "new_user_share"]
    #: Sort by the measure's value, by its change against the other range, or by its change in
    #: per cent (change_rate). The latter two need a range to compare with, and list the values
    #: of either range.
    sort_by: Literal["value", "change", "change_rate"]


class CitiesRow(TypedDict, total=False):
    person_city: str | None
    visitors: int | None
    visitor_share: float | None
    new_users: int | None
    new_user_share: float | None


class SystemsArguments(Range, Comparison, Subject, Listed, total=False):
    #: New users, or active ones: all who visited.
    users: Literal["new", "active"]
    #: The measure to sort rows by.
    sort: Literal["visitors", "visitor_share", "new_users", "new_user_share"]
    #: Sort by the measure's value, by its change against the other range, or by its change in
    #: per cent (change_rate). The latter two need a range to compare with, and list the values
    #: of either range.
    sort_by: Literal["value", "change", "change_rate"]


class SystemsRow(TypedDict, total=False):
    os: str | None
    visitors: int | None
    visitor_share: float | None
    new_users: int | None
    new_user_share: float | None


class SystemVersionsArguments(Range, Comparison, Subject, Listed, total=False):
    #: New users, or active ones: all who visited.
    users: Literal["new", "active"]
    #: The measure to sort rows by.
    sort: Literal["visitors", "visitor_share", "new_users", "new_user_share"]
    #: Sort by the measure's value, by its change against the other range, or by its change in
    #: per cent (change_rate). The latter two need a range to compare with, and list the values
    #: of either range.
    sort_by: Literal["value", "change", "change_rate"]


class SystemVersionsRow(TypedDict, total=False):
    os_version: str | None
    visitors: int | None
    visitor_share: float | None
    new_users: int | None
    new_user_share: float | None


class BrandsArguments(Range, Comparison, Subject, Listed, total=False):
    #: New users, or active ones: all who visited.
    users: Literal["new", "active"]
    #: The measure to sort rows by.
    sort: Literal["visitors", "visitor_share", "new_users", "new_user_share"]
    #: Sort by the measure's value, by its change against the other range, or by its change in
    #: per cent (change_rate). The latter two need a range to compare with, and list the values
    #: of either range.
    sort_by: Literal["value", "change", "change_rate"]


class BrandsRow(TypedDict, total=False):
    brand: str | None
    visitors: int | None
    visitor_share: float | None
    new_users: int | None
    new_user_share: float | None


class ModelsArguments(Range, Comparison, Subject, Listed, total=False):
    #: New users, or active ones: all who visited.
    users: Literal["new", "active"]
    #: The measure to sort rows by.
    sort: Literal["visitors", "visitor_share", "new_users", "new_user_share"]
    #: Sort by the measure's value, by its change against the other range, or by its change in
    #: per cent (change_rate). The latter two need a range to compare with, and list the values
    #: of either range.
    sort_by: Literal["value", "change", "change_rate"]


class ModelsRow(TypedDict, total=False):
    model: str | None
    visitors: int | None
    visitor_share: float | None
    new_users: int | None
    new_user_share: float | None


class ScreensArguments(Range, Comparison, Subject, Listed, total=False):
    #: New users, or active ones: all who visited.
    users: Literal["new", "active"]
    #: The measure to sort rows by.
    sort: Literal["visitors", "visitor_share", "new_users", "new_user_share"]
    #: Sort by the measure's value, by its change against the other range, or by its change in
    #: per cent (change_rate). The latter two need a range to compare with, and list the values
    #: of either range.
    sort_by: Literal["value", "change", "change_rate"]


class ScreensRow(TypedDict, total=False):
    screen: str | None
    visitors: int | None
    visitor_share: float | None
    new_users: int | None
    new_user_share: float | None


class NetworksArguments(Range, Comparison, Subject, Listed, total=False):
    #: New users, or active ones: all who visited.
    users: Literal["new", "active"]
    #: The measure to sort rows by.
    sort: Literal["visitors", "visitor_share", "new_users", "new_user_share"]
    #: Sort by the measure's value, by its change against the other range, or by its change in
    #: per cent (change_rate). The latter two need a range to compare with, and list the values
    #: of either range.
    sort_by: Literal["value", "change", "change_rate"]


class NetworksRow(TypedDict, total=False):
    network: str | None
    visitors: int | None
    visitor_share: float | None
    new_users: int | None
    new_user_share: float | None


class LanguagesArguments(Range, Comparison, Subject, Listed, total=False):
    #: New users, or active ones: all who visited.
    users: Literal["new", "active"]
    #: The measure to sort rows by.
    sort: Literal["visitors", "visitor_share", "new_users", "new_user_share"]
    #: Sort by the measure's value, by its change against the other range, or by its change in
    #: per cent (change_rate). The latter two need a range to compare with, and list the values
    #: of either range.
    sort_by: Literal["value", "change", "change_rate"]


class LanguagesRow(TypedDict, total=False):
    language: str | None
    visitors: int | None
    visitor_share: float | None
    new_users: int | None
    new_user_share: float | None


class WechatVersionsArguments(Range, Comparison, Subject, Listed, total=False):
    #: New users, or active ones: all who visited.
    users: Literal["new", "active"]
    #: The measure to sort rows by.
    sort: Literal["visitors", "visitor_share", "new_users", "new_user_share"]
    #: Sort by the measure's value, by its change against the other range, or by its change in
    #: per cent (change_rate). The latter two need a range to compare with, and list the values
    #: of either range.
    sort_by: Literal["value", "change", "change_rate"]


class WechatVersionsRow(TypedDict, total=False):
    wx_version: str | None
    visitors: int | None
    visitor_share: float | None
    new_users: int | None
    new_user_share: float | None


class Audience:
    """The reports of this tab."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def gender(self, **arguments: Unpack[GenderArguments]) -> Answer[GenderRow]:
        """Gender (性别)."""
        return self._connection.report("audience.gender", arguments)

    def age(self, **arguments: Unpack[AgeArguments]) -> Answer[AgeRow]:
        """Age (年龄)."""
        return self._connection.report("audience.age", arguments)

    def provinces(self, **arguments: Unpack[ProvincesArguments]) -> Answer[ProvincesRow]:
        """Provinces (省份)."""
        return self._connection.report("audience.provinces", arguments)

    def cities(self, **arguments: Unpack[CitiesArguments]) -> Answer[CitiesRow]:
        """Cities (城市)."""
        return self._connection.report("audience.cities", arguments)

    def systems(self, **arguments: Unpack[SystemsArguments]) -> Answer[SystemsRow]:
        """Systems (系统)."""
        return self._connection.report("audience.systems", arguments)

    def system_versions(
        self, **arguments: Unpack[SystemVersionsArguments]
    ) -> Answer[SystemVersionsRow]:
        """System versions (系统版本)."""
        return self._connection.report("audience.system_versions", arguments)

    def brands(self, **arguments: Unpack[BrandsArguments]) -> Answer[BrandsRow]:
        """Brands (品牌)."""
        return self._connection.report("audience.brands", arguments)

    def models(self, **arguments: Unpack[ModelsArguments]) -> Answer[ModelsRow]:
        """Models (机型)."""
        return self._connection.report("audience.models", arguments)

    def screens(self, **arguments: Unpack[ScreensArguments]) -> Answer[ScreensRow]:
        """Screen sizes (屏幕尺寸)."""
        return self._connection.report("audience.screens", arguments)

    def networks(self, **arguments: Unpack[NetworksArguments]) -> Answer[NetworksRow]:
        """Networks (网络)."""
        return self._connection.report("audience.networks", arguments)

    def languages(self, **arguments: Unpack[LanguagesArguments]) -> Answer[LanguagesRow]:
        """Languages (语言)."""
        return self._connection.report("audience.languages", arguments)

    def wechat_versions(
        self, **arguments: Unpack[WechatVersionsArguments]
    ) -> Answer[WechatVersionsRow]:
        """WeChat versions (微信版本)."""
        return self._connection.report("audience.wechat_versions", arguments)
