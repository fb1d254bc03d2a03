"""Every error the program raises on purpose, and the one shape in which people see it.

    MinilensError
    ├── Refused               the caller's input is wrong: names the field and the reason   400
    │   ├── NotAllowed        the key, token or sign-in does not permit it                  401/403
    │   ├── NotFound          no such app, report, day; also what a stranger is told        404
    │   └── TooLarge          more bytes, events or rows than the limit                     413
    ├── Busy                  a limit is reached or there is no room: try again later       429/503
    ├── CannotStart           a setting, folder or schema stops the program, and how to mend it
    └── EngineFailed          the warehouse answered with an error                          500
        └── ShardAway         a server of the warehouse does not answer                     503

`code` is stable and the same in the API, in forms and on the command line. `CODES` is the one table
from which messages in both languages and the documentation come.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from minilens.text import Language

#: code → (status, zh, en). `{name}` is filled from the error's facts.
CODES: dict[str, tuple[int, str, str]] = {
    # a request as a whole
    "bad_json": (400, "请求体不是合法的 JSON：{reason}", "The request body is not valid JSON: {reason}"),
    "bad_gzip": (400, "请求体无法按 gzip 解压", "The request body is not valid gzip"),
    "bad_shape": (422, "{field}：{reason}", "{field}: {reason}"),
    "newer_protocol": (
        422,
        "协议版本 {got} 比服务端支持的 {ours} 新，请先升级服务端",
        "Protocol version {got} is newer than the {ours} this server knows; upgrade the server first",
    ),
    "method_not_allowed": (405, "此地址只接受 {allowed}", "This address only accepts {allowed}"),
    "too_large": (413, "{what}超过上限 {limit}", "{what} exceeds the limit of {limit}"),
    "too_slow": (408, "请求体未在 {seconds} 秒内收完", "The request body did not arrive within {seconds} seconds"),
    "no_key": (401, "缺少写入密钥 k", "The write key k is missing"),
    "wrong_key": (401, "写入密钥不存在或已停用", "The write key does not exist or has been retired"),
    "wrong_token": (401, "API 令牌不存在、已过期或已撤销", "The API token does not exist, has expired or was revoked"),
    "missing_scope": (
        403,
        "令牌缺少权限 {scope}，或其创建者已失去这项权限",
        "The token lacks the scope {scope}, or its creator no longer has that permission",
    ),
    "foreign_referer": (
        403,
        "请求来自小程序 {got}，与密钥所属的 {ours} 不符",
        "The request comes from mini program {got}, but the write key belongs to {ours}",
    ),
    "rate_limited": (429, "超过每分钟 {limit} 条的上限", "Over the limit of {limit} events per minute"),
    "no_room": (503, "磁盘空间不足，暂不接收；腾出空间后自动恢复", "The disk is full; receiving resumes automatically once space is freed"),
    "stopping": (503, "服务正在停止，请稍后重试", "The server is shutting down; try again shortly"),
    "not_ready": (503, "服务尚未就绪：{reasons}", "The server is not ready: {reasons}"),
    "not_a_peer": (401, "此请求不是由同一密钥（MINILENS_SECRET）的 Minilens 签名的：{reason}", "This request isn't signed by a Minilens with the same MINILENS_SECRET: {reason}"),
    "loads_elsewhere": (503, "本机待命，由主机 {got} 装载；请在那台主机上执行", "This host stands by; {got} loads, so run this there"),
    "unknown_receiver": (404, "没有名为 {got} 的接收进程", "There is no receiver named {got}"),
    "only_loads": (404, "这台主机不接收事件（MINILENS_ROLES）", "This host takes no events (MINILENS_ROLES)"),
    "bad_digest": (400, "请求体与其摘要不符", "The request body doesn't match its digest"),
    "bad_bytes": (400, "{field} 应形如 bytes=0-1023", "{field} must be like bytes=0-1023"),
    "starting": (503, "服务正在启动，请稍后重试", "The server is starting; try again shortly"),
    "console_away": (503, "负责装载的主机暂时无法连接，恢复或由其他主机接管后即可查看；事件照常接收", "The host that loads can't be reached. Reports can be seen again once it is back or another host has taken over. Events are still being received"),
    "engine_closed": (503, "数据暂时无法查看：{reason}。事件照常接收，恢复后自动补计", "Data can't be shown right now: {reason}. Events are still being received and will be counted once this is fixed"),
    "shard_away": (503, "{where}没有响应，数据不完整，因此暂不显示。事件照常接收，恢复后自动补计", "{where} isn't responding, and without it figures would be incomplete, so none are shown. Events are still received and will be counted once it is back"),
    # a sign-in by code
    "too_many_sign_ins": (429, "登录过于频繁，超过每分钟 {limit} 次", "Over the limit of {limit} sign-ins per minute"),
    "not_set_up": (409, "此小程序尚未填写 AppSecret，不能用 code 登录；请在设置页填写", "This app has no AppSecret yet, so nobody can sign in by code; enter it on the settings page"),
    "bad_code": (422, "code 无效或已过期，请重新调用 wx.login", "The code is invalid or has expired; call wx.login again"),
    "used_code": (409, "code 只能用一次，请重新调用 wx.login", "A code works only once; call wx.login again"),
    "risky_user": (403, "微信判定该用户存在风险，拒绝登录", "WeChat considers this user a risk and refuses the sign-in"),
    "wechat_refuses": (502, "微信拒绝了请求（错误码 {got}），请检查 AppID 与 AppSecret", "WeChat refused the request (error {got}); check the AppID and AppSecret"),
    "wechat_busy": (503, "微信接口调用过于频繁，请稍后重试", "WeChat is receiving too many requests; try again later"),
    "wechat_down": (503, "微信暂时没有响应，请稍后重试", "WeChat isn't responding; try again shortly"),
    "bad_app_secret": (422, "AppSecret 应为 32 位字母或数字", "An AppSecret is 32 letters and digits"),
    "no_appid": (409, "请先填写 AppID", "Enter the AppID first"),
    # notifications of payments
    "bad_signature": (401, "缺少签名或签名不正确（{field}）", "The signature is missing or wrong ({field})"),
    "old_signature": (401, "签名的时间与现在相差 {minutes} 分钟以上", "The time of the signature is more than {minutes} minutes from now"),
    "unknown_serial": (401, "没有序列号或公钥 ID 为 {got} 的微信支付公钥，请在设置页添加", "No WeChat Pay public key has the serial or number {got}; add it on the settings page"),
    "not_decrypted": (422, "通知无法解密，请核对 APIv3 密钥", "The notification can't be decrypted; check the APIv3 key"),
    "foreign_payment": (403, "{field} 是 {got}，不属于此小程序", "{field} is {got}, which isn't this app's"),
    "sealed_otherwise": (503, "密钥是用另一个服务器密钥保存的，请重新填写", "The key was stored under another server secret; enter it again"),
    "bad_public_key": (422, "{field} 不是 PEM 格式的 RSA 公钥或证书", "{field} is no RSA public key or certificate in PEM"),
    "bad_api_v3_key": (422, "APIv3 密钥应为 32 个字符", "An APIv3 key has 32 characters"),
    "short_secret": (422, "{field} 至少 {least} 个字符", "{field} needs at least {least} characters"),
    # one event of a batch
    "missing": (422, "缺少字段 {field}", "{field} is required"),
    "wrong_type": (422, "{field} 的类型不对：{reason}", "{field} has the wrong type: {reason}"),
    "bad_appid": (422, "AppID 应为 wx 加 16 位小写字母或数字（如 wx8888888888888888），不能是 {got}", "An AppID is wx followed by 16 lowercase letters or digits, like wx8888888888888888; {got} isn't one"),
    "blocked_identity": (422, "{got} 不能代表某个用户（多半是变量为空），且没有其他标识", "{got} doesn't identify anyone (it usually comes from an empty variable), and there is no other identity"),
    "bad_name": (422, "事件名 {got} 不符合规则：以小写字母开头，仅含小写字母、数字、下划线，最多 32 个字符", "Invalid event name {got}: start with a lowercase letter, use only lowercase letters, digits and underscores, at most 32 characters"),
    "too_long": (422, "{field} 超过 {limit} 个字符", "{field} is longer than {limit} characters"),
    "too_many": (422, "{field} 超过 {limit} 个", "{field} takes at most {limit}"),
    "too_few": (422, "{field} 至少 {least} 个", "{field} needs {least} or more"),
    "bad_window": (422, "{field} 应形如 30s、20m、12h、7d、2w，漏斗的窗口期也可用 1mo，最长 {most} 天（按自然日时只用 d），而非 {got}", "{field} must be like 30s, 20m, 12h, 7d or 2w, the window of a funnel also 1mo, {most} days at most (days alone with natural_days), not {got}"),
    "bad_gap": (422, "{field} 应形如 30s、20m、12h，最长 24 小时，而非 {got}", "{field} must be like 30s, 20m or 12h, 24 hours at most, not {got}"),
    "bad_bracket": (422, "{field} 应形如 7 或 1-3，依次递增、互不重叠，最大 {most}，而非 {got}", "{field} must be like 7 or 1-3, in rising order without overlaps, {most} at most, not {got}"),
    "bad_days_later": (422, "{field} 应为 0 到 {most} 的整数天数并依次递增，而非 {got}", "{field} must be a number of days from 0 to {most}, in rising order, not {got}"),
    "bad_rate": (422, "{field} 应在 -1 到 1 之间，如 0.35，而非 {got}", "{field} must be from -1 to 1, such as 0.35, not {got}"),
    "not_of_touch": (422, "{field} 不能是 {got}：首次触达没有记录它{hint}；以某个事件进入（first）时可用任意字段", "{field} can't be {got}: it isn't recorded of a first visit{hint}; with a first event any field can be used"),
    "one_a_step": (422, "{field} 须每步一个名称：共 {steps} 步，给出了 {got} 个", "{field} needs one name a step: {steps} steps, {got} names"),
    "too_deep": (422, "{field} 嵌套超过 {limit} 层", "{field} is nested more than {limit} levels deep"),
    "future": (422, "时间比现在晚 {hours} 小时以上", "The time is more than {hours} hours in the future"),
    "late": (422, "时间早于 {days} 天前；请改用导入", "The time is more than {days} days ago; import such events instead"),
    "bad_time": (422, "{field} 不是有效的时间：{got}", "{field} is not a valid time: {got}"),
    "bad_value": (422, "{field} 不是有效的数值：{got}", "{field} is not a valid number: {got}"),
    # questions
    "unknown_report": (404, "没有名为 {got} 的报表{hint}", "There is no report named {got}{hint}"),
    "unknown_app": (404, "没有名为 {got} 的小程序{hint}", "There is no app named {got}{hint}"),
    "unknown_argument": (400, "没有名为 {got} 的参数{hint}", "There is no argument named {got}{hint}"),
    "unknown_measure": (422, "没有名为 {got} 的指标{hint}", "There is no measure named {got}{hint}"),
    "unknown_field": (422, "没有名为 {got} 的字段{hint}", "There is no field named {got}{hint}"),
    "token_of_nobody": (422, "该令牌由命令行创建，不属于任何成员，不能添加仅自己可见的标注", "This token was created on the command line and belongs to no member, so it can't add a personal annotation"),
    "not_taken": (422, "报表 {of} 不能用参数 {field}", "The report {of} doesn't take the parameter {field}"),
    "unknown_operator": (422, "{of} 不能用 {got} 筛选，可用的有 {known}{hint}", "{of} can't be filtered with {got}; use {known}{hint}"),
    "bad_number": (422, "{field} 应为 {least} 到 {most} 之间的整数，而非 {got}", "{field} must be a whole number between {least} and {most}, not {got}"),
    "filter_values": (422, "筛选条件“{of} {got}”不需要值", "The filter “{of} {got}” doesn't take a value"),
    "unknown_choice": (422, "{field} 不能是 {got}{hint}", "{field} can't be {got}{hint}"),
    "bad_date": (422, "{field} 不是有效的日期：{got}（请使用 2026-11-22 的格式）", "{field} is not a valid date: {got} (use the form 2026-11-22)"),
    "no_such_day": (422, "{field} 应在 {first} 至 {last} 之间，而非 {got}", "{field} must be between {first} and {last}, not {got}"),
    "bad_range": (422, "开始日期 {start} 晚于结束日期 {end}", "The start date {start} is after the end date {end}"),
    "nothing_compared": (422, "按变化排序需要一个对比时段；请设置 compare", "Sorting by change needs another range to compare with; set compare"),
    "no_value": (422, "请填写一个值", "Enter a value"),
    "too_many_buckets": (422, "该时间段有 {got} 个数据点，超过上限 {limit}；请改用更粗的粒度{hint}", "This period has {got} points, more than {limit}; choose a coarser granularity{hint}"),
    "too_many_rows": (422, "结果会超过 {limit} 行；请减少分组数量（top）、缩短时间段或改用更粗的粒度", "The answer would have more than {limit} rows; ask for fewer groups (top), a shorter period or a coarser granularity"),
    "too_many_pairs": (422, "活跃用户与周期的组合超过 {limit} 个；请缩短时间段、改用更粗的粒度（按周或按月），或加上条件", "There are more than {limit} pairs of a person and an active period; ask for a shorter range, longer periods (weeks, months), or add a condition"),
    "bad_measure_name": (422, "{got} 不能作为名称：以小写字母开头，仅含小写字母、数字、下划线，最多 32 个字符，且不能重复", "{got} can't be a name: start with a lowercase letter, use only lowercase letters, digits and underscores, at most 32 characters, each name once"),
    "bad_property": (422, "{got} 不能作为属性名", "{got} can't be the name of a property"),
    "either_or": (422, "{field} 与 {other} 只能给出一个", "Give either {field} or {other}, not both"),
    "turned_round": (422, "{field} 的第一个值 {first} 大于第二个值 {second}", "{field}: the first value {first} is greater than the second one {second}"),
    "twice": (422, "{got} 出现了两次", "{got} is given twice"),
    "not_a_number": (422, "{got} 不是数值，只能计次数、人数或去重数", "{got} is not a number; it can only be counted"),
    "not_taken_by": (422, "{of} 不需要 {field}", "{of} doesn't take {field}"),
    "no_persons_behind": (422, "{got} 不是按用户统计的，没有对应的用户", "{got} doesn't count what persons do, so nobody stands behind it"),
    "bad_formula": (422, "公式在 {got} 处无法理解；可用指标名、数字、+ - * / 和括号", "The formula can't be read at {got}; use names of measures, numbers, + - * / and brackets"),
    "too_many_listeners": (503, "正在实时查看的页面超过 {limit} 个，请稍后重试", "More than {limit} pages are already watching live events; try again later"),
    "queued": (503, "查询正在排队，前面还有 {ahead} 个，请稍候", "Your query is queued behind {ahead} others"),
    "too_heavy": (413, "这次查询要读的数据超过上限（{limit}）；请缩短时间段或减少筛选条件", "This query exceeds the limit ({limit}); choose a shorter period or fewer filters"),
    "bad_person": (422, "请写成 类型=值（如 mobile=13700001234、wechat-unionid=…、device=…）或用户编号 p12，而不是 {got}", "Write TYPE=VALUE, such as mobile=13700001234, wechat-unionid=… or device=…, or the number of a person, p12; not {got}"),
    "type_exists": (409, "已有名为 {got} 的标识类型", "There is already an identity type named {got}"),
    "nobody_found": (404, "没有找到这个用户", "No user found with this value"),
    "value_of_nobody": (422, "这个值不能识别任何用户", "This value doesn't identify anyone"),
    "no_such_person": (404, "没有用户 {got}", "There is no person {got}"),
    "declared_already": (409, "事件 {got} 已声明过", "The event {got} is already declared"),
    "event_exists": (409, "已有名为 {got} 的事件", "There is already an event named {got}"),
    "names_are_fixed": (422, "{field} 保存后不能修改：{of}", "{field} can't be changed once saved: {of}"),
    "no_such_event": (404, "没有事件 {got}{hint}", "There is no event {got}{hint}"),
    "no_such_field": (404, "没有字段 {got}{hint}", "There is no field {got}{hint}"),
    "check_fields_first": (422, "请先检查字段", "Check the fields first"),
    "at_line": (422, "{file} 第 {line} 行：{reason}", "{file}, line {line}: {reason}"),
    "unknown_revision": (404, "没有版本 {got}", "There is no revision {got}"),
    # a move to another warehouse
    "move_to_itself": (422, "{field} 就是正在使用的数据仓库", "{field} is the warehouse that is in use"),
    "move_between_folders": (422, "内嵌数据仓库之间不能迁移；请停止服务后复制数据目录", "Data can't be moved from one embedded warehouse to another; stop Minilens and copy the data folder"),
    "move_not_empty": (409, "{got} 中已有数据，且不属于这次迁移；请换一个空的数据库", "{got} holds data that isn't part of this move; name an empty database"),
    "move_underway": (409, "正在向 {got} 迁移；进度见 minilens move --status，取消用 minilens move --cancel", "A move to {got} is under way; minilens move --status shows how far it is, --cancel gives it up"),
    "move_older": (409, "{got} 的数据结构是旧版本；请换一个空的数据库", "{got} has an older schema; name an empty database"),
    "move_no_room": (409, "{got} 的磁盘剩余 {free} MB，约需 {need} MB", "The disks of {got} have {free} MB left; about {need} MB are needed"),
    "no_move": (404, "没有迁移", "There is no move"),
    "not_left": (409, "数据没有从这个数据仓库迁走，无需退回", "Nothing was moved away from this warehouse, so there is nothing to go back to"),
    # upgrades
    "no_way_back": (422, "不能退回到结构 {got}：当前是 {newest}，最早可退回到 {least}", "Can't go back to schema {got}: the current one is {newest}, and the earliest possible is {least}"),
    # backups
    "nothing_to_keep": (404, "{folder} 中没有可备份的数据；请检查 MINILENS_DATA", "There is nothing to back up in {folder}; check MINILENS_DATA"),
    "file_exists": (409, "{path} 已存在，不会覆盖", "{path} already exists and won't be overwritten"),
    "no_space": (507, "{folder} 所在磁盘空间不足：需要 {needed}，可用 {free}，还差 {missing}", "Not enough space in {folder}: {needed} needed, {free} free, {missing} short"),
    "not_empty": (409, "{folder} 不是空目录；请指定一个新的目录", "{folder} is not empty; choose a new folder"),
    "mount_point": (409, "{folder} 是挂载点，无法替换；请指定其中的一个新目录", "{folder} is a mount point and can't be replaced; choose a new folder inside it"),
    "not_a_backup": (422, "{path} 不是 Minilens 的备份", "{path} is not a Minilens backup"),
    "torn_backup": (422, "备份 {path} 不完整：在 {last} 之后中断", "The backup {path} is incomplete: it ends after {last}"),
    "altered_backup": (422, "备份 {path} 已损坏或被改动：{of}", "The backup {path} is damaged or has been modified: {of}"),
    "newer_backup": (422, "备份来自更新的版本 {got}，请用该版本恢复", "The backup was made by a newer version, {got}; restore it with that version"),
    "altered_archive": (422, "存档 {path} 已损坏或被改动：{of}", "The archive {path} is damaged or has been modified: {of}"),
    "newer_archive": (422, "{path} 由更新的版本写成，此版本无法读取", "{path} was written by a newer version and can't be read by this one"),
    "no_such_month": (404, "{app} 在 {got} 没有可存档的事件", "{app} has no events to archive in {got}"),
    # how a command was written
    "no_data": (404, "数据目录 {folder} 不存在，也没有新建；请检查 MINILENS_DATA", "The data folder {folder} doesn't exist, and none was created; check MINILENS_DATA"),
    "binary_to_terminal": (422, "{got} 是二进制格式，不输出到终端；请加 -o 文件，或 > 文件", "{got} is a binary format and isn't printed to a terminal; add -o FILE or > FILE"),
    "unknown_command": (404, "没有名为 {got} 的命令{hint}", "There is no command named {got}{hint}"),
    "unknown_option": (422, "没有选项 {got}{hint}", "There is no option named {got}{hint}"),
    "missing_option": (422, "缺少 {got}", "{got} is required"),
    "bad_option": (422, "{got}：{reason}", "{got}: {reason}"),
    "not_in_quarantine": (404, "隔离区里没有事件 {got}", "No event {got} is in quarantine"),
    "not_found": (404, "找不到此页面", "Page not found"),
    # identities and persons
    "no_such_merge": (404, "没有编号为 {got} 的合并，或已撤销", "There is no merge with the number {got}, or it was undone before"),
    "same_person": (409, "要合并的是同一个用户：{got}", "Both are the same person: {got}"),
    "bad_identity_type": (422, "{got} 不能作为标识类型：以字母开头，只含字母、数字、下划线和连字符，至多 64 个字符", "{got} can't be a type of identity: begin with a letter, use letters, digits, _ and - only, at most 64 characters"),
    "out_of_range": (422, "{field} 应在 {least} 与 {most} 之间，而不是 {got}", "{field} must be between {least} and {most}, not {got}"),
    # people and rights
    "missing_right": (403, "只有{roles}可以{right}", "Only {roles} can {right}"),
    "above_own_role": (403, "不能授予或更改高于自己的角色", "You can't assign, change or remove a role above your own"),
    "unknown_person": (404, "没有邮箱为 {got} 的成员", "No member has the e-mail address {got}"),
    "no_such_role": (404, "{got} 在这里没有角色", "{got} has no role there"),
    "no_owner": (409, "没有可登录的所有者；用 minilens owner 邮箱 指定一位", "No owner can sign in; appoint one with minilens owner EMAIL"),
    "last_owner": (409, "至少要保留一位全部小程序的所有者", "At least one owner of all apps must remain"),
    "bad_email": (422, "请填写有效的电子邮箱", "Enter a valid e-mail address"),
    "email_taken": (409, "这个电子邮箱已被使用", "This e-mail address is already in use"),
    "short_password": (422, "密码至少 {least} 个字符", "The password must have at least {least} characters"),
    "long_password": (422, "密码最多 {most} 个字符", "The password must have at most {most} characters"),
    "no_name": (422, "请填写姓名", "Enter a name"),
    "not_the_same": (422, "两次输入的密码不一致", "The passwords don't match"),
    "wrong_password": (401, "邮箱或密码不正确", "Wrong e-mail address or password"),
    "wrong_old_password": (422, "当前密码不正确", "The current password is wrong"),
    "bad_app_name": (422, "标识只能用小写字母、数字、- 和 _，以字母或数字开头，最多 63 个字符", "Use only lowercase letters, digits, - and _, start with a letter or digit, at most 63 characters"),
    "app_exists": (409, "已有标识为 {got} 的小程序（可能已归档）", "An app named {got} already exists (it may be archived)"),
    "query_too_long": (422, "这个查询写成网址有 {got} 个字符，超过 {limit} 个；请保存它，已保存的查询按编号打开", "As an address this query has {got} characters, more than {limit}; save it, and it is opened by its number"),
    "question_exists": (409, "已有名为 {got} 的问题", "There is already a question named {got}"),
    "day_outside": (422, "{got} 不在所选时间段内", "{got} is not in the period"),
    "no_cohort_chosen": (422, "请至少选择一个人群", "Choose at least one cohort"),
    "cohort_exists": (409, "已有名为 {got} 的人群", "There is already a cohort named {got}"),
    "unknown_link": (404, "没有编码为 {got} 的推广链接", "There is no campaign link with the code {got}"),
    "no_web_address": (404, "推广链接 {got} 没有网页地址", "The campaign link {got} leads to no web page"),
    "not_a_code": (422, "推广编码应为 10 位小写字母或数字，而非 {got}", "A link's code is 10 lowercase letters or digits, not {got}"),
    "wrong_check": (422, "编码 {got} 有误，请核对是否写错或颠倒了字符", "The code {got} is mistyped: a character is wrong, or two are swapped"),
    "page_not_in_app": (422, "app.json 中没有页面 {got}{hint}", "There is no page {got} in app.json{hint}"),
    "unknown_cohort": (404, "没有编号为 {got} 的人群", "There is no cohort with the number {got}"),
    "no_such_cohort": (422, "没有名为 {got} 的人群{hint}", "There is no cohort named {got}{hint}"),
    "cohort_number": (422, "人群名称不能只是数字 {got}，否则会与编号混淆", "A cohort can't be named {got}: numbers alone are taken for those of cohorts"),
    "list_is_frozen": (409, "人群 {got} 来自上传的列表，不能改为动态", "The cohort {got} was made of a list and stays frozen"),
    "small_cohort": (403, "人群 {got} 不足 {least} 人，只有可以查看单个用户的成员能用作条件", "The cohort {got} has fewer than {least} users; only members who may view individual users can use it as a condition"),
    "cohort_of_itself": (409, "人群 {got} 不能由自身构成", "The cohort {got} can't be made of itself"),
    "bad_target": (422, "目标值应为数字，如 12000、12% 或 36h，而非 {got}", "A target is a number, like 12000, 12% or 36h, not {got}"),
    "unknown_kpi": (404, "没有名为或编号为 {got} 的 KPI", "There is no KPI with the name or number {got}"),
    "unknown_subscription": (404, "没有编号为 {got} 的推送", "There is no message schedule with the number {got}"),
    "not_kept": (404, "推送 {got} 的内容尚未生成或已不再保留", "The message {got} is not made yet, or is kept no longer"),
    "unknown_send": (404, "没有编号为 {got} 的推送记录", "There is no sent message with the number {got}"),
    "unknown_alarm": (404, "没有编号为 {got} 的告警", "There is no alarm with the number {got}"),
    "unknown_alarm_rule": (404, "没有名为或编号为 {got} 的告警规则", "There is no alarm rule with the name or number {got}"),
    "alarm_rule_exists": (409, "已有名为 {got} 的告警规则", "There is already an alarm rule named {got}"),
    "bad_quiet_hours": (422, "免打扰时段的起止时间不能相同", "Quiet hours must end at another time than they begin"),
    "bad_time_of_day": (422, "{field} 应为 24 小时制时间，如 22:00，而非 {got}", "{field} is a time like 22:00, not {got}"),
    "no_hours": (422, "{field}：该数值只能按天判断", "{field}: this number is known by the day only"),
    "kpi_exists": (409, "已有名为 {got} 的 KPI", "There is already a KPI named {got}"),
    # channels of messages
    "unknown_channel": (404, "没有名为或编号为 {got} 的推送渠道", "There is no channel with the name or number {got}"),
    "channel_removed": (404, "该推送渠道已被移除", "This channel has been removed"),
    "channel_exists": (409, "已有名为 {got} 的推送渠道", "There is already a channel named {got}"),
    "not_https": (422, "{field} 须以 https:// 开头", "{field} must begin with https://"),
    "bad_address": (422, "{field} 不是有效的网址（不能含用户名、密码、空格或中文）", "{field} isn't a valid address: no user name, password, blanks or letters beyond ASCII"),
    "foreign_bot": (422, "{field} 应形如 {example}，请从机器人的设置中完整复制", "{field} must be like {example}; copy all of it from the bot's settings"),
    "bad_app_id": (422, "{field} 应形如 cli_…，请从飞书开放平台的应用凭证中复制", "{field} must be like cli_…; copy it from the credentials of the app in Feishu's console"),
    "not_of_kind": (422, "{kind}没有 {field}，请留空", "{kind} takes no {field}; leave it empty"),
    "not_sent": (502, "未发送：{reason}（{told}）", "Not sent: {reason} ({told})"),
    "no_such_mail": (404, "此退订链接无效，或该邮件渠道已删除", "This link to unsubscribe isn't valid, or the channel of mail was removed"),
    "no_such_member": (422, "{field}：没有编号为 {got} 且能查看此小程序的成员", "{field}: no member with the number {got} can see this app"),
    "no_snapshot": (404, "没有 {got} 起的快照", "No snapshot was kept of the period from {got}"),
    "no_such_owner": (422, "负责人须是可以查看该小程序的成员，而非 {got}", "The owner must be a member who can view the app; {got} is not"),
    "question_of_nobody": (422, "该令牌由命令行创建，不属于任何成员，只能为团队保存问题", "This token was created on the command line and belongs to no member, so it can only save questions for the team"),
    "unknown_question": (404, "没有编号为 {got} 的问题", "There is no question with the number {got}"),
    "view_exists": (409, "已有名为 {got} 的视图", "There is already a view named {got}"),
    "changed_meanwhile": (409, "{got} 刚刚已被修改，请刷新后再试", "{got} was just changed; reload the page and try again"),
    "bad_timezone": (422, "没有名为 {got} 的时区，请使用 Asia/Shanghai 这样的名称", "No time zone is named {got}; use a name like Asia/Shanghai"),
    "rotated_already": (409, "密钥刚刚已更换，请核对后再操作", "The key was just rotated; check the list before rotating again"),
    "phone_only": (403, "手机上只能查看报表，如需其他功能请登录", "This phone can only view reports; sign in to do more"),
    "used_link": (403, "链接无效、已被使用或已过期", "This link is invalid, has been used or has expired"),
    "others_link": (403, "这个邀请是发给另一个邮箱的", "This invitation is for another e-mail address"),
    "https_only": (403, "当前通过 http 访问，浏览器不会保存登录状态。请打开 {url}；如果该网站没有 https，请修改设置 public_url", "You opened this page over plain http, so your browser won't keep you signed in. Open {url}; if this site has no https, change the public_url setting"),
    "stale_form": (403, "页面已过期，请刷新后重试", "This page has expired; reload it and try again"),
    "too_many_tries": (429, "尝试次数过多，请 {seconds} 秒后再试", "Too many attempts; try again in {seconds} seconds"),
    "not_signed_in": (401, "请先登录", "Sign in first"),
    "internal": (500, "服务器内部错误，已记录，编号 {request_id}", "Something went wrong on the server; it has been logged as {request_id}"),
}


class MinilensError(Exception):
    """The root. Anything else that escapes is a bug."""

    def message(self, language: Language) -> str:
        """One sentence in the caller's language; here what there is to say in either."""
        return str(self)


class Refused(MinilensError):
    """The caller's input is wrong. `code` is a key of `CODES`, `field` the path to the culprit.

    A fact may be a pair: what people call it, in zh and en. `named` is what they call the field; `choices` what could
    stand there.
    """

    def __init__(self, code: str, field: str = "", **facts: object) -> None:
        self.code = code
        self.field = field
        self.choices = str(facts.pop("choices", ""))
        self.facts = {"field": facts.pop("named", field), "hint": "", **facts}
        super().__init__(self.message("en"))

    @property
    def status(self) -> int:
        """HTTP status of the answer."""
        return CODES[self.code][0]

    def at(self, field: str, *, code: str = "", named: str = "") -> Refused:
        """The same of another field: the path of a part within the whole, or what a form calls it (`named`: on its
        label). `code`: where the form says it otherwise."""
        facts = {name: fact for name, fact in self.facts.items() if name != "field"}
        return Refused(code or self.code, field, choices=self.choices, named=named or field, **facts)

    def message(self, language: Language) -> str:
        """One sentence in the caller's language, with "did you mean" where a known name is near."""
        facts = {
            name: fact[language != "zh"] if isinstance(fact, tuple) else fact
            for name, fact in self.facts.items()
        }
        facts["hint"] = _offered(self.choices, language) + _asked_back(str(self.facts["hint"]), language)
        _, zh, en = CODES[self.code]
        return (zh if language == "zh" else en).format(**facts)


class NotAllowed(Refused):
    """The key, token or sign-in does not permit it."""


class NotFound(Refused):
    """There is no such thing, or the caller may not know of it."""


class TooLarge(Refused):
    """More bytes, events or rows than the limit."""


class Busy(Refused):
    """A limit is reached or there is no room. `retry_after` is in seconds."""

    def __init__(self, code: str, retry_after: int, **facts: object) -> None:
        self.retry_after = retry_after
        super().__init__(code, "", **facts)


class CannotStart(MinilensError):
    """A setting, the folder or the schema stops the program. The text says how to mend it."""

    def __init__(self, en: str, zh: str) -> None:
        self._zh = zh
        super().__init__(en)

    def message(self, language: Language) -> str:
        """The same in the caller's language."""
        return self._zh if language == "zh" else str(self)


class EngineFailed(MinilensError):
    """The warehouse answered with an error. Its own words are English."""

    def message(self, language: Language) -> str:
        """Who says so, and what."""
        return f"数据仓库出错：{self}" if language == "zh" else f"The warehouse reported an error: {self}"


class ShardAway(EngineFailed):
    """A server of the warehouse does not answer. `where` names it in zh and en; `refusal` is what programs are told."""

    def __init__(self, where: tuple[str, str], reason: str) -> None:
        self.where = where
        self.refusal = Busy("shard_away", 5, where=where)
        super().__init__(f"{where[1]} does not answer: {reason}")

    def message(self, language: Language) -> str:
        """What that means for whoever looks at figures."""
        return self.refusal.message(language)


def did_you_mean(got: str, known: Iterable[str]) -> str:
    """The known name nearest to what was written, for `hint`; empty where none is near. Of those that are as near, one
    that begins so."""
    near = difflib.get_close_matches(got, list(known), n=3, cutoff=0.6)
    likely = [one for one in near if _alike(got, one) == _alike(got, near[0])]
    return next((one for one in likely if one.startswith(got)), near[0] if near else "")


def _alike(got: str, one: str) -> float:
    return difflib.SequenceMatcher(a=one, b=got).ratio()


def _offered(choices: str, language: Language) -> str:
    if not choices:
        return ""
    return f"，可用的有 {choices}" if language == "zh" else f"; use {choices}"


def _asked_back(near: str, language: Language) -> str:
    if not near:
        return ""
    return f"；是否想写 {near}？" if language == "zh" else f"; did you mean {near}?"


def problem(error: Refused, language: Language, request_id: str) -> dict[str, object]:
    """The one error shape (application/problem+json) of every answer that is not a success."""
    body: dict[str, object] = {
        "code": error.code,
        "status": error.status,
        "message": error.message(language),
        "request_id": request_id,
    }
    if error.field:
        body["field"] = error.field
    if error.facts.get("hint"):
        body["hint"] = error.facts["hint"]
    return body
