"""The fields that every event has without being asked: WeChat's sixteen, by its names, and where ours come from."""

from __future__ import annotations

from dataclasses import dataclass

from minilens.text import Text


@dataclass(frozen=True)
class DefaultField:
    """One of them. `source` says where its value is taken from."""

    name: str
    zh: str
    type: str
    source: Text


_IDENTITY = Text("上报的标识", "the identity that was sent")
_ADDRESS = Text("请求的 IP 地址", "the address of the request")
_PROFILE = Text("上报的用户属性", "the profile that was sent")
_PHONE = Text("手机信息", "what the phone says of itself")

DEFAULT_FIELDS = (
    DefaultField("open_id", "OpenID", "text", _IDENTITY),
    DefaultField("country", "国家", "text", _ADDRESS),
    DefaultField("province", "省份", "text", _ADDRESS),
    DefaultField("city", "城市", "text", _ADDRESS),
    DefaultField("gender", "性别", "text", _PROFILE),
    DefaultField("device", "设备", "text", _PHONE),
    DefaultField("network_type", "网络类型", "text", _PHONE),
    DefaultField("device_width", "屏幕宽度", "number", _PHONE),
    DefaultField("device_height", "屏幕高度", "number", _PHONE),
    DefaultField("os_name", "操作系统名", "text", _PHONE),
    DefaultField("os_version", "操作系统版本", "text", _PHONE),
    DefaultField("language", "语言", "text", _PHONE),
    DefaultField("manufacturer", "设备制造商", "text", _PHONE),
    DefaultField("device_model", "设备型号", "text", _PHONE),
    DefaultField("device_brand", "设备品牌", "text", _PHONE),
    DefaultField(
        "page_path", "页面路径", "text", Text("触发时所在的页面", "the page at the moment")
    ),
)
