"""The only door to the records: what people edit, in SQLite or PostgreSQL."""

from __future__ import annotations

from minilens.records.account_rows import Account
from minilens.records.accounts import Accounts
from minilens.records.alarm_rules import AlarmRules, AlarmSettings, SavedRule
from minilens.records.alarms import Alarm, Alarms, Pause
from minilens.records.annotations import Annotation, Annotations
from minilens.records.app_pages import AppPages
from minilens.records.apps import App, Apps
from minilens.records.audit import Audit, Entry
from minilens.records.blocked_identities import BlockedIdentities
from minilens.records.channel_members import ChannelMembers
from minilens.records.channels import Channel, Channels
from minilens.records.checklists import Checklists
from minilens.records.cohorts import Cohorts, SavedCohort
from minilens.records.content import Article, Content, FollowerDay, MenuDay
from minilens.records.content_mappings import ContentMappings
from minilens.records.cost_mappings import CostMappings
from minilens.records.costs import Cost, Costs
from minilens.records.credentials import AppSecrets, Credentials
from minilens.records.database import Database
from minilens.records.definitions import Definitions
from minilens.records.erasures import Erasure, Erasures
from minilens.records.event_definitions import EventDefinitions
from minilens.records.feeds import Feed, Feeds
from minilens.records.field_values import FieldValues
from minilens.records.grants import Grants
from minilens.records.identity_types import IdentityTypes, TypeRow
from minilens.records.invitations import Invitation, Invitations
from minilens.records.kept_numbers import KeptNumbers
from minilens.records.keys import Key, Keys
from minilens.records.kpis import Kpis, SavedKpi
from minilens.records.link_opens import OpensOfLinks
from minilens.records.links import Link, Links
from minilens.records.page_types import PageTypes
from minilens.records.paid_orders import PaidOrders
from minilens.records.payments import PaymentChannel, PaymentChannels
from minilens.records.phone_links import PhoneLinks
from minilens.records.pins import Pins
from minilens.records.plans import Plan, Plans
from minilens.records.questions import AskedQuestion, Questions, SavedQuestion
from minilens.records.rates import Rates
from minilens.records.receivers import LoaderLease, Receivers
from minilens.records.reviews import Review, Reviews
from minilens.records.rights import SCOPES
from minilens.records.sends import Send, Sends
from minilens.records.sensitive import SensitiveProperties
from minilens.records.sessions import Session, Sessions
from minilens.records.sign_ins import SignIns
from minilens.records.snapshots import Snapshot, Snapshots
from minilens.records.subscriptions import Subscription, Subscriptions
from minilens.records.tokens import Token, TokenGrant, Tokens
from minilens.records.views import View, Views
from minilens.records.virtual_events import VirtualEvents

__all__ = [
    "SCOPES",
    "Account",
    "Alarm",
    "AlarmSettings",
    "Annotation",
    "App",
    "Article",
    "AskedQuestion",
    "Channel",
    "Cost",
    "Credentials",
    "Entry",
    "Erasure",
    "Feed",
    "FollowerDay",
    "Invitation",
    "Key",
    "Link",
    "MenuDay",
    "Pause",
    "PaymentChannel",
    "Plan",
    "Records",
    "Review",
    "SavedCohort",
    "SavedKpi",
    "SavedQuestion",
    "SavedRule",
    "Send",
    "Session",
    "Snapshot",
    "Subscription",
    "Token",
    "TokenGrant",
    "TypeRow",
    "View",
]  # fmt: skip


class MessageRooms:
    """The rooms of what is sent to people, and of where it is sent."""

    def __init__(self, database: Database) -> None:
        self.channels = Channels(database)
        self.channel_members = ChannelMembers(database)


class Records(MessageRooms):
    """One database and its rooms. Opened once a process; safe to use from several threads.

    In every room `all` and `of` list, `find` gives None where there is none, and whatever else is asked
    for by a name or a number is NotFound where it is missing.
    """

    def __init__(self, dsn: str) -> None:
        self.database = Database(dsn)
        super().__init__(self.database)
        self.apps = Apps(self.database)
        self.keys = Keys(self.database)
        self.app_secrets = AppSecrets(self.database)
        self.tokens = Tokens(self.database)
        self.feeds = Feeds(self.database)
        self.definitions = Definitions(self.database)
        self.events = EventDefinitions(self.database)
        self.identity_types = IdentityTypes(self.database)
        self.blocked_identities = BlockedIdentities(self.database)
        self.kept_numbers = KeptNumbers(self.database)
        self.accounts = Accounts(self.database)
        self.grants = Grants(self.database)
        self.sessions = Sessions(self.database)
        self.sign_ins = SignIns(self.database)
        self.invitations = Invitations(self.database)
        self.phone_links = PhoneLinks(self.database)
        self.annotations = Annotations(self.database)
        self.views = Views(self.database)
        self.pins = Pins(self.database)
        self.questions = Questions(self.database)
        self.cohorts = Cohorts(self.database)
        self.kpis = Kpis(self.database)
        self.alarm_rules = AlarmRules(self.database)
        self.alarms = Alarms(self.database)
        self.snapshots = Snapshots(self.database)
        self.reviews = Reviews(self.database)
        self.checklists = Checklists(self.database)
        self.links = Links(self.database)
        self.link_opens = OpensOfLinks(self.database)
        self.costs = Costs(self.database)
        self.cost_mappings = CostMappings(self.database)
        self.rates = Rates(self.database)
        self.content = Content(self.database)
        self.content_mappings = ContentMappings(self.database)
        self.payment_channels = PaymentChannels(self.database)
        self.paid_orders = PaidOrders(self.database)
        self.plans = Plans(self.database)
        self.app_pages = AppPages(self.database)
        self.page_types = PageTypes(self.database)
        self.erasures = Erasures(self.database)
        self.sensitive = SensitiveProperties(self.database)
        self.field_values = FieldValues(self.database)
        self.virtual_events = VirtualEvents(self.database)
        self.subscriptions = Subscriptions(self.database)
        self.sends = Sends(self.database)
        self.audit = Audit(self.database)
        self.receivers = Receivers(self.database)
        self.loader_lease = LoaderLease(self.database)
