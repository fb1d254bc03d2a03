"""Xiaoman Coffee: its pages, products and versions, and how people move in it."""

from __future__ import annotations

from typing import NamedTuple

from minilens.demo.tables import slots

NAME_ZH = "小满咖啡"
NAME_EN = "Xiaoman Coffee"
APPID = "wx5d0e3c9a71b84f26"
LIB = "mp/0.1.0"

HOME = "pages/home/index"
MENU = "pages/menu/list"
DETAIL = "pages/product/detail"
CART = "pages/cart/index"
CHECKOUT = "pages/checkout/index"
ORDER = "pages/order/detail"
ORDERS = "pages/order/list"
NEARBY = "pages/store/nearby"
MEMBER = "pages/member/card"
COUPONS = "pages/coupon/list"
ACTIVITY = "pages/activity/index"
LEAVE = ""

PAGES = (HOME, MENU, DETAIL, CART, CHECKOUT, ORDER, ORDERS, NEARBY, MEMBER, COUPONS, ACTIVITY)

EVENTS = (
    "app_launch",
    "app_show",
    "app_hide",
    "page_view",
    "page_leave",
    "share",
    "add_to_cart",
    "start_checkout",
    "select_coupon",
    "pay_success",
    "refund_request",
    "return_approved",
    "ticket_created",
    "page_load_time",
    "api_error",
    "payment_retry",
)


class Product(NamedTuple):
    """One thing on the menu; the price is in fen."""

    id: str
    name: str
    price: int


# id, name, price in fen, how often it is looked at
MENU_CARD: tuple[tuple[str, str, int, float], ...] = (
    ("1001", "生椰拿铁", 1900, 16),
    ("1002", "美式咖啡", 1300, 13),
    ("1003", "拿铁", 1700, 12),
    ("1004", "燕麦拿铁", 2100, 8),
    ("1005", "桂花拿铁", 2200, 9),
    ("1006", "橙C美式", 1600, 8),
    ("1007", "冷萃", 1800, 6),
    ("1008", "澳白", 2000, 6),
    ("1009", "摩卡", 2100, 4),
    ("1010", "抹茶拿铁", 2300, 5),
    ("1011", "手冲耶加雪菲", 3200, 2),
    ("1012", "杨梅冰茶", 1500, 4),
    ("2001", "可颂", 1200, 4),
    ("2002", "巴斯克蛋糕", 2600, 3),
    ("2003", "火腿芝士三明治", 1800, 3),
    ("3001", "小满挂耳咖啡10包", 6900, 1.5),
    ("3002", "马克杯", 5900, 0.8),
)
PRODUCTS = slots((Product(id, name, price), often) for id, name, price, often in MENU_CARD)
COUPON_NAMES = slots((("新人立减5元", 4), ("满30减6", 3), ("周三会员日8折", 2), ("生日券", 0.4)))
BASKET = slots(((1, 60), (2, 28), (3, 9), (5, 3)), 100)

# version, day of the 90 on which its release began; a release reaches everybody within five days
VERSIONS = (
    ("2.1.0", 78),
    ("2.0.1", 65),
    ("2.0.0", 58),
    ("1.9.2", 34),
    ("1.9.0", 20),
    ("1.8.0", -99),
)
NEXT_VERSION = "2.2.0"
RELEASE_DAYS = 5

#: Seconds that a page is looked at on the average.
DWELL = {
    HOME: 9.0,
    MENU: 19.0,
    DETAIL: 21.0,
    CART: 9.0,
    CHECKOUT: 26.0,
    ORDER: 16.0,
    ORDERS: 8.0,
    NEARBY: 15.0,
    MEMBER: 12.0,
    COUPONS: 11.0,
    ACTIVITY: 24.0,
}

#: From a page to the next one, in percent; what is missing to 100 leaves the mini program.
NEWCOMERS: dict[str, dict[str, float]] = {
    HOME: {MENU: 29, DETAIL: 15, ACTIVITY: 7, NEARBY: 7, MEMBER: 5, COUPONS: 4, ORDERS: 1},
    MENU: {DETAIL: 53, HOME: 8, CART: 1, NEARBY: 3},
    DETAIL: {MENU: 27, DETAIL: 9, HOME: 9, CART: 2},
    CART: {CHECKOUT: 54, MENU: 12, COUPONS: 3},
    CHECKOUT: {CART: 12, COUPONS: 6},
    ORDER: {HOME: 14, ORDERS: 8, MEMBER: 7},
    ORDERS: {ORDER: 50, HOME: 12},
    NEARBY: {MENU: 30, HOME: 22},
    MEMBER: {COUPONS: 26, HOME: 24, MENU: 10},
    COUPONS: {MENU: 34, HOME: 18},
    ACTIVITY: {DETAIL: 27, MENU: 18, HOME: 14, COUPONS: 8},
}
REGULARS: dict[str, dict[str, float]] = {
    HOME: {MENU: 35, DETAIL: 15, ORDERS: 8, COUPONS: 5, MEMBER: 6, ACTIVITY: 4, NEARBY: 2},
    MENU: {DETAIL: 61, HOME: 5, CART: 3},
    DETAIL: {MENU: 24, DETAIL: 8, HOME: 6, CART: 4},
    CART: {CHECKOUT: 60, MENU: 13, COUPONS: 4},
    CHECKOUT: {CART: 10, COUPONS: 6},
    ORDER: {HOME: 12, ORDERS: 7, MEMBER: 6},
    ORDERS: {ORDER: 58, HOME: 14},
    NEARBY: {MENU: 40, HOME: 20},
    MEMBER: {COUPONS: 28, HOME: 24, MENU: 14},
    COUPONS: {MENU: 42, HOME: 16},
    ACTIVITY: {DETAIL: 30, MENU: 22, HOME: 14, COUPONS: 8},
}
Chain = dict[str, tuple[str, ...]]


def chain(steps: dict[str, dict[str, float]]) -> Chain:
    """The steps as slots to draw from."""
    return {
        page: slots((*after.items(), (LEAVE, 100 - sum(after.values()))), 200)
        for page, after in steps.items()
    }


CHAINS = {"new": chain(NEWCOMERS), "back": chain(REGULARS)}


def version_on(day: float, patience: float) -> str:
    """The version a person runs on a day of the 90; `patience` (0 to 1) delays each release."""
    for version, released in VERSIONS:
        if day >= released + patience * RELEASE_DAYS:
            return version
    return VERSIONS[-1][0]
