"""The Audience tab."""

from __future__ import annotations

from dataclasses import replace

from minilens.reports.kinds import audience
from minilens.reports.report import Report
from minilens.text import Text

_ADDRESS = Text(
    "取你上报的用户属性 province、city 在周期结束前最新的值；没有的由访问时的网络地址离线查得。",
    "From the profile properties province and city that you send, the newest by the end of the period; else looked up "
    "offline from the network address of each visit.",
)
_PHONE = Text("来自微信提供的设备信息。", "From what WeChat tells about the device.")


def _of(name: str, by: str, title: Text, told_by: Text) -> Report:
    return Report(
        name=f"audience.{name}",
        title=title,
        kind=audience.KIND,
        measures=audience.MEASURES,
        first="visitors",
        by=by,
        told_by=told_by,
        users="active",
    )


GENDER = _of(
    "gender", "gender", Text("性别", "Gender"),
    Text(
        "来自你上报的用户属性 gender，取周期结束前最新的值；微信不再提供性别。",
        "From the profile property gender that you send, the newest by the end of the period; WeChat tells none.",
    ),
)  # fmt: skip
AGE = _of(
    "age", "age", Text("年龄", "Age"),
    Text(
        "来自你上报的用户属性 age，取周期结束前最新的值；微信不提供年龄。",
        "From the profile property age that you send, the newest by the end of the period; WeChat tells none.",
    ),
)  # fmt: skip
#: All of China's, and the places abroad with the most.
PROVINCES = replace(
    _of("provinces", "person_province", Text("省份", "Provinces"), _ADDRESS),
    kind=audience.MAP,
    top=60,
)
CITIES = _of("cities", "person_city", Text("城市", "Cities"), _ADDRESS)
SYSTEMS = _of("systems", "os", Text("系统", "Systems"), _PHONE)
SYSTEM_VERSIONS = _of("system_versions", "os_version", Text("系统版本", "System versions"), _PHONE)
BRANDS = _of("brands", "brand", Text("品牌", "Brands"), _PHONE)
MODELS = _of(
    "models", "model", Text("机型", "Models"),
    Text(
        "来自微信提供的设备信息，按市场名称显示；未收录的机型显示原始型号。",
        "From what WeChat tells about the device, by trade name; models in no list keep the name they give themselves.",
    ),
)  # fmt: skip
SCREENS = _of("screens", "screen", Text("屏幕尺寸", "Screen sizes"), _PHONE)
NETWORKS = _of("networks", "network", Text("网络", "Networks"), _PHONE)
LANGUAGES = _of(
    "languages", "language", Text("语言", "Languages"),
    Text("来自微信的语言设置。", "The language set in WeChat."),
)  # fmt: skip
WECHAT_VERSIONS = _of("wechat_versions", "wx_version", Text("微信版本", "WeChat versions"), _PHONE)
#: In the order of the tab.
ALL = (
    GENDER, AGE, PROVINCES, CITIES, SYSTEMS, SYSTEM_VERSIONS, BRANDS, MODELS, SCREENS, NETWORKS, LANGUAGES,
    WECHAT_VERSIONS,
)  # fmt: skip
