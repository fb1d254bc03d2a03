"""One session, from opening to leaving: a walk over the pages that leaves its events behind."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import msgspec

from minilens.demo.arrivals import Arrival, Card
from minilens.demo.menu import (
    ACTIVITY,
    BASKET,
    CART,
    CHAINS,
    CHECKOUT,
    COUPON_NAMES,
    DETAIL,
    DWELL,
    HOME,
    LEAVE,
    MEMBER,
    NEARBY,
    ORDER,
    PRODUCTS,
)
from minilens.demo.people import LOG_OUT, Person, profile
from minilens.demo.tables import draw, lognormal
from minilens.spool.record import Event

MOST_PAGES = 30
BATCH = 10  # events of one request, as the tracker sends them

DWELL_FACTORS = lognormal(0.9, 1024)
LOAD_FACTORS = lognormal(0.55, 512)

TIMED_VIEWS = 0.07
API_ERRORS = 0.006
KILLED = 0.02  # sessions that end without a word
ADDS = {"new": 0.36, "back": 0.49}
TO_CART = 0.74  # after adding
COUPON = 0.35
RETRY = 0.06
PAYS = {"new": 0.67, "back": 0.77}
GIVES_MOBILE = 0.55  # of those who would, at a look at the member page
TELLS = 2  # of five: who gives gender and age at first sight
SHARES = {HOME: 0.012, DETAIL: 0.04, ACTIVITY: 0.075, ORDER: 0.02, NEARBY: 0.01}
REFUNDS = 0.035
TICKETS = 0.012
APPROVED = 0.8

NAMES = {product.id: product.name for product in PRODUCTS}
SIZES = ('{"size":"medium","qty":1}', '{"size":"large","qty":1}', '{"size":"large","qty":2}')
APIS = tuple(
    f'{{"api":"{api}","status":{status}}}'
    for api in ("/order/create", "/menu/list", "/coupon/mine", "/store/nearby")
    for status in (500, 502, 504, 408)
)


class Customer(msgspec.Struct):
    """A person as the mini program knows them at the moment, their identities hashed."""

    person: Person
    device: int
    second_device: int
    openid: int
    mobile: int  # 0 = will not give it
    mood: str = "new"  # which chain of pages: new, back
    known: bool = False  # the openid is stored on the phone
    member: bool = False  # signed in with the mobile number
    order: str = ""
    order_value: str = ""
    refund: str = ""  # order waiting for its refund


class Walk:
    """Events of one session. `now` moves on as the person looks at pages."""

    def __init__(
        self,
        random: Random,
        customer: Customer,
        device: int,
        session: int,
        start: int,
        cards: Callable[[Card], None],
        campaign: str = "",
        link: str = "",
    ) -> None:
        self.random = random
        self.chance = random.random
        self.customer = customer
        self.device = device
        self.session = session
        self.now = start
        self.cards = cards
        self.campaign, self.link = campaign, link
        self.events: list[Event] = []
        self.page = ""
        self.query = ""
        self.referrer = ""
        self.signed_out = False
        self.actor, self.actor_type = device, "device"
        self.recognise()

    def recognise(self) -> None:
        """The strongest identity there is now."""
        customer = self.customer
        if not customer.known or self.signed_out:
            self.actor, self.actor_type = self.device, "device"
        elif customer.member:
            self.actor, self.actor_type = customer.mobile, "mobile"
        else:
            self.actor, self.actor_type = customer.openid, "applet-wechat"

    def add(
        self,
        name: str,
        ts: int,
        target_name: str = "",
        target_id: str = "",
        *,
        duration: int | None = None,
        value: str | None = None,
        props: str = "{}",
    ) -> None:
        """One event on the page at hand."""
        events = self.events
        seq = len(events)
        events.append(
            Event(
                i=seq % BATCH,
                id=event_id(ts, self.random.getrandbits(74)),
                name=name,
                ts=ts,
                actor=self.actor,
                actor_type=self.actor_type,
                session=self.session,
                seq=seq + 1,
                page=self.page,
                query=self.query,
                referrer=self.referrer,
                target_name=target_name,
                target_id=target_id,
                duration=duration,
                o=1,
                value=value,
                currency="CNY" if value else "",
                props=props,
            )
        )

    def go(self, arrival: Arrival, *, cold: bool) -> list[Event]:
        """The whole walk."""
        self.add("app_launch" if cold else "app_show", self.now)
        if arrival.card:
            self.events[-1].props = f'{{"share_id":"{arrival.card}"}}'
        self.now += 180 + int(self.chance() * 400)
        chain = CHAINS[self.customer.mood]
        page, query = arrival.page, arrival.query
        for _ in range(MOST_PAGES):
            following = self.look(page, query)
            following = draw(chain[page], self.chance()) if following is None else following
            if following == LEAVE and self.chance() < KILLED:
                return self.events
            self.leave()
            if following == LEAVE:
                break
            page, query = following, ""
        self.add("app_hide", self.now + 1)
        return self.events

    def look(self, page: str, query: str) -> str | None:
        """A page is shown and used; the next one, where what was done decides it."""
        if page == DETAIL and not query:
            query = f"id={draw(PRODUCTS, self.chance()).id}"
        elif page == ORDER and self.customer.order:
            query = f"id={self.customer.order}"
        self.referrer, self.page, self.query = self.page, page, query
        self.shown = self.now
        self.dwell = 600 + int(DWELL[page] * 1000 * draw(DWELL_FACTORS, self.chance()))
        self.add("page_view", self.now)
        chance = self.chance()
        if chance < TIMED_VIEWS:
            milliseconds = int(640 * draw(LOAD_FACTORS, self.chance()))
            self.add("page_load_time", self.at(0.01), props=f'{{"ms":{milliseconds}}}')
        elif chance < TIMED_VIEWS + API_ERRORS:
            self.add("api_error", self.at(0.01), props=draw(APIS, self.chance()))
        use = USES.get(page)
        following = use(self) if use else None
        if not self.customer.known and self.customer.openid:
            self.customer.known = True  # the openid is back from the server
            self.recognise()
            if self.customer.person.number % 5 < TELLS:
                self.tell(self.at(0.85))
        if page in SHARES and self.chance() < SHARES[page]:
            self.add("share", self.at(0.9))
            card = self.events[-1].id[-12:]  # of chance, and asks for no more of it
            self.events[-1].props = f'{{"to":"chat","share_id":"{card}"}}'
            own = page == ORDER or "scene=" in query
            self.cards(Card(page, "" if own else query, self.campaign, self.link, card))
        return following

    def tell(self, moment: int) -> None:
        """Somebody says something of themselves, and the mini program sends it as facts about the person."""
        self.add("profile_set", moment, props=profile(self.customer.person))
        self.events[-1].kind = "profile"

    def leave(self) -> None:
        """The page is left, after as long as it was looked at."""
        self.now = self.shown + self.dwell
        self.add("page_leave", self.now, duration=self.dwell)
        self.now += 40 + int(self.chance() * 160)

    def at(self, part: float) -> int:
        """The moment when that part of the page's time has passed."""
        return self.shown + int(self.dwell * part)


def event_id(ts: int, bits: int) -> str:
    """A UUIDv7 of that millisecond with 74 bits of chance."""
    high, low = f"{ts:012x}", f"{bits & _LOW | _VARIANT:016x}"
    return f"{high[:8]}-{high[8:]}-7{bits >> 62:03x}-{low[:4]}-{low[4:]}"


_LOW = (1 << 62) - 1
_VARIANT = 0b10 << 62


def _choose(walk: Walk) -> str | None:
    """On a product's page: into the cart, or not."""
    if walk.chance() >= ADDS[walk.customer.mood]:
        return None
    id = walk.query.removeprefix("id=")
    walk.add("add_to_cart", walk.at(0.8), NAMES[id], id, props=draw(SIZES, walk.chance()))
    return CART if walk.chance() < TO_CART else None


def _check_out(walk: Walk) -> str | None:
    """At the checkout: coupon, payment, sometimes at the second attempt."""
    walk.add("start_checkout", walk.at(0.02))
    if walk.chance() < COUPON:
        walk.add("select_coupon", walk.at(0.3), draw(COUPON_NAMES, walk.chance()))
    if walk.chance() < RETRY:
        walk.add("payment_retry", walk.at(0.6), props='{"reason":"timeout"}')
    if walk.chance() >= PAYS[walk.customer.mood]:
        return None
    items = draw(BASKET, walk.chance())
    fen = sum(draw(PRODUCTS, walk.chance()).price for _ in range(items))
    fen -= 10 * int(walk.chance() * 40)
    order = f"XM{walk.at(0.95) // 1000:010d}{walk.session % 10_000:04d}"
    value = f"{fen // 100}.{fen % 100:02d}"
    walk.customer.order, walk.customer.order_value = order, value
    props = f'{{"items":{items},"pay":"wechat","order_id":"{order}"}}'
    walk.add("pay_success", walk.at(0.95), "order", order, value=value, props=props)
    return ORDER if walk.chance() < 0.85 else LEAVE


def _mind_order(walk: Walk) -> str | None:
    """On an order's page: refunds, complaints."""
    customer = walk.customer
    if customer.refund:
        if walk.chance() < APPROVED:
            value = customer.order_value
            walk.add("return_approved", walk.at(0.2), "order", customer.refund, value=value)
        customer.refund = ""
    elif customer.order and walk.chance() < REFUNDS:
        props = '{"reason":"late"}' if walk.chance() < 0.6 else '{"reason":"wrong_item"}'
        value = customer.order_value
        walk.add("refund_request", walk.at(0.7), "order", customer.order, value=value, props=props)
        customer.refund = customer.order
    if walk.chance() < TICKETS:
        walk.add("ticket_created", walk.at(0.8), props='{"topic":"order"}')
    return None


def _sign_in(walk: Walk) -> str | None:
    """On the member page: some give their mobile number and say something of themselves, a few sign out."""
    customer, told = walk.customer, False
    if customer.mobile and not customer.member and customer.known:
        customer.member = walk.chance() < GIVES_MOBILE
        told = customer.member
    elif customer.member and walk.chance() < LOG_OUT:
        customer.member, walk.signed_out = False, True
    walk.recognise()
    if told:
        walk.tell(walk.at(0.9))
    return None


USES: dict[str, Callable[[Walk], str | None]] = {
    DETAIL: _choose,
    CHECKOUT: _check_out,
    ORDER: _mind_order,
    MEMBER: _sign_in,
}
