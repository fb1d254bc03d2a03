"""What `minilens doctor` may find: what it is, why it matters, what to do next; in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from minilens.text import Language

Level = Literal["broken", "warning", "note"]
Said = tuple[str, str, str]  # what, why, next

#: What the engine does again and again → its name in zh and en.
TASK_NAMES = {
    "load": ("装载事件", "Loading events"), "build": ("计算每日数字", "Making the figures of days"),
    "note the clock": ("记录时钟", "Noting the clock"), "sweep backups": ("清理未完成的备份", "Clearing unfinished backups"),
    "sweep the spool": ("清理接收日志", "Clearing the spool"), "forget old ids": ("清理旧的事件标识", "Forgetting old event ids"),
    "retain events": ("删除到期的事件", "Deleting events past their keeping"),
    "archive months": ("按月存档", "Archiving months of events"),
}  # fmt: skip

#: code → (level, zh, en)
FINDINGS: dict[str, tuple[Level, Said, Said]] = {
    "settings": (
        "broken",
        ("设置有误：{reason}", "服务不会启动", "改正该设置；全部设置见 docs/guide/zh/settings.md"),
        ("Invalid setting: {reason}", "The server won't start", "Correct it; docs/guide/en/settings.md lists every setting"),
    ),
    "unknown_variable": (
        "warning",
        ("环境变量 {name} 不是任何设置{hint}", "它不起作用，可能是拼写错误", "改名或删除"),
        ("The environment variable {name} is not a setting{hint}", "It has no effect and may be misspelled", "Rename or remove it"),
    ),
    "bad_map": (
        "warning",
        ("省份地图文件读不了：{file}（{reason}）", "省份卡片只有列表，没有地图", "改正 MINILENS_MAP；文件的写法见 docs/guide/zh/audience.md"),
        ("The map of provinces can't be read: {file} ({reason})", "The card of provinces has its list and no map", "Correct MINILENS_MAP; docs/guide/en/audience.md says how the file is written"),
    ),
    "no_mail_server": (
        "warning",
        ("有 {count} 个邮件推送渠道，但没有设置邮件服务器", "这些邮件不会发出", "设置 MINILENS_SMTP 与 MINILENS_MAIL_FROM；写法见 docs/guide/zh/channels.md"),
        ("Channels of mail without a mail server: {count}", "Their mail isn't sent", "Set MINILENS_SMTP and MINILENS_MAIL_FROM; docs/guide/en/channels.md says how"),
    ),
    "mail_no_spf": (
        "warning",
        ("域名 {domain} 没有 SPF 记录", "邮件容易被当作垃圾邮件或拒收", "按邮件服务商的说明，为该域名添加以 v=spf1 开头的 TXT 记录"),
        ("{domain} has no SPF record", "Mail is likely to be taken for spam or refused", "Add the TXT record that begins with v=spf1, as your mail provider explains"),
    ),
    "mail_many_spf": (
        "warning",
        ("域名 {domain} 有 {count} 条 SPF 记录", "多于一条时全部无效，邮件容易被当作垃圾邮件", "合并为一条以 v=spf1 开头的 TXT 记录"),
        ("{domain} has {count} SPF records", "More than one make all of them void, and mail is likely to be taken for spam", "Merge them into one TXT record that begins with v=spf1"),
    ),
    "mail_no_dkim": (
        "warning",
        ("{name} 没有 DKIM 公钥", "收件方无法验证邮件的签名，容易当作垃圾邮件", "按邮件服务商的说明添加该 TXT 记录；选择器变了则改 MINILENS_MAIL_DKIM"),
        ("There is no DKIM key at {name}", "Receivers can't check the signature of mail, and are likely to take it for spam", "Add that TXT record as your mail provider explains; if the selector has changed, correct MINILENS_MAIL_DKIM"),
    ),
    "mail_dkim_skipped": (
        "note",
        ("没有检查 {domain} 的 DKIM 记录", "不知道邮件服务商所用的选择器", "在 MINILENS_MAIL_DKIM 填写选择器，如 s1；它在邮件源码 DKIM-Signature 的 s= 中"),
        ("The DKIM record of {domain} was not looked up", "The selector that the mail provider uses isn't known", "Set MINILENS_MAIL_DKIM to it, such as s1: it is the s= of DKIM-Signature in the source of a mail"),
    ),
    "mail_no_dmarc": (
        "warning",
        ("{name} 没有 DMARC 记录", "Gmail 等要求发件域名有此记录，否则可能拒收", "添加 TXT 记录，如 v=DMARC1; p=none"),
        ("There is no DMARC record at {name}", "Gmail and others want one of whoever sends mail, and may refuse it otherwise", "Add a TXT record such as v=DMARC1; p=none"),
    ),
    "mail_records_unseen": (
        "note",
        ("无法查询 {domain} 的 DNS 记录（{reason}）", "没有检查 SPF、DKIM 与 DMARC", "在能访问 DNS 的机器上再运行一次 minilens doctor"),
        ("The DNS records of {domain} could not be looked up ({reason})", "SPF, DKIM and DMARC were not checked", "Run minilens doctor again where the DNS can be reached"),
    ),
    "stopped_channels": (
        "warning",
        ("推送渠道已停用：{names}", "发往它们的消息不再发出", "在小程序的推送页查看原因，改正后点发送测试"),
        ("Channels of messages have stopped: {names}", "Nothing is sent to them any more", "The page Messages of the app says why; mend it and send a test"),
    ),
    "receiver_away": (
        "warning",
        ("接收主机 {name} 已 {minutes} 分钟没有响应", "它收到的事件（当时有 {bytes} 字节待装载）没有计入", "检查该主机与地址 {url}；不再使用则 minilens receivers remove {name}"),
        ("The receiver {name} has not been seen for {minutes} min", "What it received ({bytes} bytes waited then) isn't counted", "Check the host and the address {url}; if it won't come back, minilens receivers remove {name}"),
    ),
    "receiver_behind": (
        "warning",
        ("接收主机 {name} 上的事件已等待 {seconds} 秒，共 {bytes} 字节", "报表缺少这些事件", "检查由哪台主机装载（minilens receivers list），以及它能否访问该主机"),
        ("Events at the receiver {name} have waited for {seconds} s, {bytes} bytes in all", "Reports lack them", "Check which host loads (minilens receivers list), and whether it reaches this one"),
    ),
    "nobody_loads": (
        "warning",
        ("没有主机在装载", "事件照常接收，但报表不更新", "启动一台角色含 load 的主机"),
        ("No host loads", "Events are received, but reports stand still", "Start a host with the role load"),
    ),
    "other_version": (
        "note",
        ("主机 {name} 的程序版本是 {version}，负责装载的 {loads} 是 {other}", "版本不同时，新功能可能不可用", "把所有主机升级到同一版本，先升级负责装载的主机"),
        ("{name} runs {version}, but {loads}, which loads, runs {other}", "With different versions new features may not work", "Upgrade all hosts to the same version, the one that loads first"),
    ),
    "moving": (
        "note",
        ("正在把数据迁移到 {target}（第 {round} 轮，{rows} / {of_rows} 行）", "最后一步期间装载会暂停，接收不停", "minilens move --status"),
        ("Data is being moved to {target} (round {round}, {rows} of {of_rows} rows)", "Loading waits during the last step; receiving never does", "minilens move --status"),
    ),
    "move_stopped": (
        "warning",
        ("向 {target} 的迁移没有完成{reason}", "数据仍在原处，一切照常", "再次执行 minilens move --to …，会接着做；放弃则加 --cancel"),
        ("The move to {target} did not finish{reason}", "All data is still where it was, and counted as ever", "Run minilens move --to … again, and it goes on; with --cancel it is given up"),
    ),
    "moved": (
        "broken",
        ("数据已迁移到 {target}，但设置仍是原来的数据仓库", "事件照常接收，但不再装载", "把 MINILENS_WAREHOUSE 设为新的地址，重新启动"),
        ("All data was moved to {target}, but the setting still names the warehouse before", "Events are received, but no longer loaded", "Set MINILENS_WAREHOUSE to the new address, and start Minilens again"),
    ),
    "no_folder": (
        "note",
        ("还没有数据目录 {folder}", "服务从未在此目录上启动", "minilens serve；若应已有数据，请检查 MINILENS_DATA"),
        ("The data folder {folder} does not exist yet", "No server has been started with it", "minilens serve; if there should be data, check MINILENS_DATA"),
    ),
    "shard_away": (
        "broken",
        ("分片 {shard}（{at}）没有响应：{reason}", "报表暂不显示，事件照常接收但不装载", "启动该服务器，或检查网络与 MINILENS_WAREHOUSE 中的密码"),
        ("Shard {shard} ({at}) isn't responding: {reason}", "Reports aren't shown; events are received and not loaded", "Start that server, or check the network and the password in MINILENS_WAREHOUSE"),
    ),
    "shard_behind": (
        "broken",
        ("分片 {shard}（{at}）的数据结构是第 {schema} 版，其他分片是第 {newest} 版", "升级中断，或新加了一台服务器", "minilens upgrade"),
        ("Shard {shard} ({at}) has schema {schema}, others have {newest}", "An upgrade was interrupted, or a server was added", "minilens upgrade"),
    ),
    "shard_clock": (
        "warning",
        ("分片 {shard}（{at}）的时钟相差 {seconds} 秒", "写入的时间会有偏差", "在该服务器上启用时间同步（chrony 或 NTP）"),
        ("The clock of shard {shard} ({at}) is off by {seconds} s", "Times that it writes are off", "Have that server's clock synchronised (chrony or NTP)"),
    ),
    "shard_parts": (
        "warning",
        ("分片 {shard}（{at}）有一张表分成了 {parts} 个数据片段", "合并跟不上写入，查询会变慢", "检查该服务器的磁盘速度和处理器负载"),
        ("Shard {shard} ({at}) has a table in {parts} parts", "Merging falls behind writing, and questions get slower", "Check the speed of that server's disk and the load of its processors"),
    ),
    "shard_versions": (
        "warning",
        ("各分片的 ClickHouse 版本不同：{versions}", "仅在升级服务器期间可以如此", "把所有服务器升级到同一版本"),
        ("The shards run different versions of ClickHouse: {versions}", "That is meant for the time of an upgrade only", "Bring all servers to the same version"),
    ),
    "not_writable": (
        "broken",
        ("无法写入 {folder}", "无法接收事件", "chown 给运行服务的用户"),
        ("{folder} is not writable", "No events can be received", "chown it to the user that runs the server"),
    ),
    "open_to_others": (
        "warning",
        ("其他用户可以读取 {path}（权限 {mode}）", "其中有密钥与用户数据", "chmod {want} {path}"),
        ("Other users can read {path} (mode {mode})", "It contains secrets and user data", "chmod {want} {path}"),
    ),
    "disk_full": (
        "broken",
        ("磁盘只剩 {free}，少于保留的 {reserve}", "接收器拒收事件（503），发送方暂存", "腾出空间，或缩短 MINILENS_KEEP_MONTHS"),
        ("Only {free} of disk space left, less than the reserve of {reserve}", "Events are refused (503); senders keep them for now", "Free up space, or lower MINILENS_KEEP_MONTHS"),
    ),
    "disk_soon_full": (
        "warning",
        ("按目前的增长，磁盘约 {days} 天后满", "满后将拒收事件", "扩大磁盘，或设置 MINILENS_KEEP_MONTHS"),
        ("Days until the disk is full at the current rate: about {days}", "Events will be refused once it is full", "Add disk space, or set MINILENS_KEEP_MONTHS"),
    ),
    "records": (
        "broken",
        ("配置库打不开：{reason}", "无法登录，也无法识别密钥", "检查 MINILENS_RECORDS；文件损坏时从备份恢复"),
        ("The records cannot be opened: {reason}", "No one can sign in and no write key is recognized", "Check MINILENS_RECORDS; if the file is damaged, restore a backup"),
    ),
    "records_gone": (
        "broken",
        ("配置库是空的，而仓库中有 {events} 条事件", "没有人能登录，没有密钥被识别；报表找不到小程序", "检查 MINILENS_RECORDS；从备份恢复"),
        (
            "The records are empty, but the warehouse is not (events: {events})",
            "No one can sign in, no write key is recognized, and reports can't find their app",
            "Check MINILENS_RECORDS; restore a backup",
        ),
    ),
    "warehouse": (
        "broken",
        ("事件仓库打不开：{reason}", "报表无法回答；接收不受影响，事件留在接收日志中", "检查 MINILENS_WAREHOUSE 与磁盘；目录损坏时从备份恢复"),
        ("The warehouse cannot be opened: {reason}", "Reports are unavailable; events are still received and wait in the spool", "Check MINILENS_WAREHOUSE and the disk; if the folder is damaged, restore a backup"),
    ),
    "pending": (
        "note",
        ("{count} 个升级步骤尚未执行", "下次启动时自动执行", "先 minilens backup，再 minilens upgrade --dry-run"),
        ("Pending upgrade steps: {count}", "They run at the next start", "minilens backup first, then minilens upgrade --dry-run"),
    ),
    "not_ready": (
        "broken",
        ("服务在运行但尚未就绪：{reasons}", "报表停在旧的时刻，或事件被拒收", "查看日志；重启服务不会丢失事件"),
        ("The server is running but not ready: {reasons}", "Reports are out of date, or events are refused", "Check the log; a restart loses nothing"),
    ),
    "counting_fails": (
        "broken",
        ("{work}自 {since} 起失败：{reason}", "事件照常接收，报表停在此前", "消除原因；服务会自动重试，不必重启"),
        ("{work} has failed since {since}: {reason}", "Events are still received, but reports stop at that moment", "Remove the cause; the server tries again by itself"),
    ),
    "task_fails": (
        "warning",
        ("{work}自 {since} 起失败：{reason}", "磁盘可能逐渐被占满；计数不受影响", "消除原因；服务会自动重试，不必重启"),
        ("{work} has failed since {since}: {reason}", "The disk may fill up; counting goes on", "Remove the cause; the server tries again by itself"),
    ),
    "not_running": (
        "note",
        ("服务没有运行", "发送方暂存事件，之后补发", "minilens serve"),
        ("The server is not running", "Senders keep their events and send them later", "minilens serve"),
    ),
    "behind": (
        "warning",
        ("最早未装载的事件已等待 {seconds} 秒，共 {bytes}", "报表落后于实际", "等待其处理完；若一直增长，请查看日志"),
        ("The oldest event not loaded yet has waited {seconds} s; {bytes} are waiting", "Reports lag behind", "Let it catch up; if the backlog keeps growing, check the log"),
    ),
    "quarantine": (
        "note",
        ("{count} 条事件被隔离：{reasons}", "它们不计入报表", "声明这些事件，或改正上报代码"),
        ("Events in quarantine: {count} ({reasons})", "They are not counted", "Declare these events, or fix the tracking code"),
    ),
    "stored_secrets": (
        "warning",
        ("{app} 有 {count} 条已存事件含有令牌、手机号等敏感参数", "它们由旧版本连同页面参数一起存下", "下次启动或 minilens upgrade 时自动清除；之前请先备份"),
        (
            "Stored events of {app} with secrets such as tokens or phone numbers: {count}",
            "Earlier versions stored them with the parameters of pages",
            "They are removed at the next start or by minilens upgrade; make a backup first",
        ),
    ),
    "secrets_removed": (
        "note",
        ("已从 {app} 的 {count} 条事件中清除令牌、手机号等敏感参数", "{moment} 之前的备份里仍有", "重新备份并删除旧备份；更换仍有效的令牌"),
        (
            "Secrets such as tokens were removed from stored events of {app}: {count}",
            "Backups made before {moment} still contain them",
            "Make a new backup and delete the old ones; replace tokens that are still valid",
        ),
    ),
    "foreign_appid": (
        "warning",
        ("{app} 拒收了小程序 {got} 的 {count} 批事件（自 {since}），此处填写的 AppID 是 {ours}", "这些事件没有计入", "若 {got} 正是这个小程序，请在设置中改正 AppID"),
        (
            "Batches of mini program {got} that {app} rejected since {since}: {count}; its AppID here is {ours}",
            "Their events are not counted",
            "If {got} is this mini program, correct the AppID in its settings",
        ),
    ),
    "unknown_keys": (
        "note",
        ("收到 {count} 批事件带有不存在的写入密钥：{keys}（自 {since}）", "它们被拒收；可能是追踪代码中的密钥写错或已停用", "与 minilens apps 列出的密钥核对"),
        (
            "Batches with write keys that do not exist since {since}: {count} ({keys})",
            "They are rejected; the key in some tracking code may be wrong or retired",
            "Compare it with the keys that minilens apps lists",
        ),
    ),
    "days_differ": (
        "warning",
        ("{count} 天的数字与事件不一致：{days}", "报表中这些天的数字不对", "已安排重算：服务运行时随即进行，否则在下次启动时；之后再运行一次 minilens doctor"),
        (
            "Days whose figures differ from their events: {count} ({days})",
            "Reports of these days are wrong",
            "They are made again, at once by a running server, else at the next start; then run minilens doctor once more",
        ),
    ),
    "events_lost": (
        "broken",
        ("{count} 天的事件比统计时少：{days}", "事件可能随磁盘故障丢失；这些天的报表保持原来的数字", "minilens replay 重新装载接收日志，或从备份恢复"),
        (
            "Days with fewer events than they were counted from: {count} ({days})",
            "They may be lost by a fault of the disk; reports keep the figures that were",
            "minilens replay loads what the spool still holds; else restore a backup",
        ),
    ),
    "persons_differ": (
        "warning",
        ("{app} 有 {count} 处用户与标识之间的关联不一致", "这些用户可能被多算或少算", "请附上 minilens doctor --format json 的输出向我们报告；minilens replay 会重新判定接收日志中还有的用户"),
        (
            "Persons of {app} who are not what the links between their identities say: {count}",
            "They may be counted twice or as one",
            "Report it to us with minilens doctor --format json; minilens replay decides anew about those whom the spool still holds",
        ),
    ),
    "days_not_checked": (
        "note",
        ("未核对每日数字：{apps}", "事件太多，无法即时核对", "在空闲时再运行 minilens doctor"),
        ("Days were not checked: {apps}", "Too many events to be checked at once", "Run minilens doctor again when the machine is idle"),
    ),
    "clock": (
        "warning",
        ("本机时钟比最新事件的接收时间慢 {seconds} 秒", "时钟曾被回拨；时间会算错", "启用 NTP：timedatectl set-ntp true"),
        ("The clock is {seconds} s behind the arrival of the newest event", "It was set back, so times will be wrong", "Turn on NTP: timedatectl set-ntp true"),
    ),
    "clock_jumped": (
        "warning",
        ("本机时钟跳了 {days} 天，或停机了这么久", "在时钟平稳走过一天之前，不会按时间清理任何数据", "检查时间：timedatectl；时间正确则无需处理"),
        ("The clock moved by {days} d, or the machine was off that long", "Nothing is dropped by age until it has gone on evenly for a day", "Check the time: timedatectl; nothing to do where it is right"),
    ),
    "damaged_parts": (
        "warning",
        ("数据仓库中有 {count} 个数据块损坏，已隔离", "其中的事件会从接收日志重新装载，每日数字会重新统计；接收日志中已没有的无法恢复", "检查磁盘；确认数据完整后可删除 {folder} 中的内容"),
        ("Damaged parts of the warehouse, put aside: {count}", "Their events are loaded again from the spool and days are counted again; what the spool no longer has is lost", "Check the disk; once figures are complete, what is in {folder} can be deleted"),
    ),
    "damaged_records": (
        "warning",
        ("接收日志中有 {count} 条记录损坏", "这些事件没有计入；多半是磁盘故障", "损坏的段保留在 {folder}；检查磁盘"),
        ("Damaged records of the spool: {count}", "Their events are not counted; mostly the disk is failing", "Their segments are kept in {folder}; check the disk"),
    ),
    "never_used": (
        "note",
        ("{app} 的写入密钥 {key} 从未使用", "小程序可能还没有接好", "检查追踪代码中的密钥与地址 {url}"),
        ("The write key {key} of {app} has never been used", "The mini program may not be connected yet", "Check the key and the address {url} in the tracker"),
    ),
    "silent": (
        "warning",
        ("{app} 已 {hours} 小时没有收到事件", "追踪代码可能已停止上报", "检查小程序的请求域名与密钥"),
        ("No events from {app} for {hours} h", "The tracker may have stopped", "Check the mini program's request domains and key"),
    ),
    "no_backup": (
        "warning",
        ("还没有做过备份", "磁盘损坏时一切都会丢失", "minilens backup 目录 --keep 7，每天一次"),
        ("There is no backup yet", "If the disk fails, everything is lost", "minilens backup FOLDER --keep 7, once a day"),
    ),
    "old_backup": (
        "warning",
        ("最近的备份是 {days} 天前的：{file}", "其后的数据没有副本", "检查定时任务"),
        ("The last backup is {days} d old: {file}", "Newer data has no copy", "Check the scheduled task"),
    ),
    "plain_http": (
        "warning",
        ("监听 {host} 但没有 https 的 public_url", "密码与事件以明文传输，微信也只接受 https", "放在 nginx 或 Caddy 之后，并设置 MINILENS_PUBLIC_URL"),
        ("The server listens on {host} without an https public_url", "Passwords and events are sent unencrypted, and WeChat only accepts https", "Put nginx or Caddy in front and set MINILENS_PUBLIC_URL"),
    ),
}


class Finding(msgspec.Struct, frozen=True):
    """Something that was found. A fact may be a pair: what people call it, in zh and en."""

    code: str
    facts: Mapping[str, object] = {}

    @property
    def level(self) -> Level:
        return FINDINGS[self.code][0]

    def said(self, language: Language) -> Said:
        """What, why, and what to do next."""
        _, zh, en = FINDINGS[self.code]
        what, why, onward = zh if language == "zh" else en
        facts = {"hint": "", **self.facts_in(language)}
        return what.format(**facts), why.format(**facts), onward.format(**facts)

    def facts_in(self, language: Language) -> dict[str, object]:
        """The facts, each in one language."""
        return {
            name: fact[language != "zh"] if isinstance(fact, tuple) else fact
            for name, fact in self.facts.items()
        }
