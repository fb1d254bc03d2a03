"""The settings of an app: what it is, its keys, members, tokens, and what was changed."""

from __future__ import annotations

from litestar.handlers import HTTPRouteHandler

from minilens.web.admin import (
    app,
    audit,
    feeds,
    identities,
    identity_types,
    members,
    payments,
    quarantine,
    test_mode,
    tokens,
    tracker,
    tracker_check,
    tracker_file,
)
from minilens.web.admin.settings_page import settings_page

__all__ = ["routes", "settings_page"]


def routes() -> list[HTTPRouteHandler]:
    """All of them, page by page."""
    return [
        app.app_page,  # /a/APP/settings
        app.save_app,
        app.save_events,  # …/events
        app.save_pages,  # …/pages
        app.save_sensitive,  # …/sensitive
        app.save_rates,  # …/rates
        app.save_secret,  # …/wechat
        app.remove_secret,  # …/wechat/remove
        app.archive_app,  # …/archive
        tracker.tracker_page,  # /a/APP/settings/tracker
        tracker_check.tracker_check,  # …/check
        test_mode.begin_test,  # …/test
        test_mode.test_page,
        test_mode.test_events,  # …/test/events
        tracker_file.tracker_file,  # …/file
        tracker.rotate_key,  # …/rotate
        tracker.retire_key,  # …/7/retire
        identities.identities_page,  # /a/APP/settings/identities
        identities.join,  # …/merge
        identities.undo,  # …/undo
        *quarantine.ROUTES,  # /a/APP/events/quarantine, …/event, …/release, …/drop, …/define
        *identity_types.ROUTES,  # …/type, …/order, …/block, …/unblock
        members.members_page,  # /a/APP/settings/members
        members.change_role,  # …/7/role
        members.remove_member,  # …/7/remove
        members.invite_member,  # …/invite
        members.withdraw,  # /a/APP/settings/invitations/7/withdraw
        tokens.tokens_page,  # /a/APP/settings/tokens
        tokens.create_token,
        tokens.revoke_token,  # …/7/revoke
        *feeds.ROUTES,  # /a/APP/settings/feeds, …/7/revoke
        *payments.ROUTES,  # /a/APP/settings/payments, …/wechat, …/hmac, …/remove
        audit.audit_page,  # /a/APP/settings/audit
        audit.audit_csv,  # …audit.csv
        audit.whole_audit,  # /audit
        audit.whole_audit_csv,  # /audit.csv
    ]
