"""Why a message was not sent, or a channel is stopped: sentences that say what to do."""

from __future__ import annotations

from minilens.text import NOTHING, Text

#: Code of an outcome → its sentence; `{app}` is what the app is called.
REASONS: dict[str, Text] = {
    "removed": Text("渠道已删除", "The channel was removed"),
    "sealed_otherwise": Text("地址是用另一个服务器密钥保存的，请重新填写", "The address was stored under another server secret; enter it again"),
    "bad_key": Text("机器人不存在、已停用或被移出群，请重新添加机器人并填写新地址", "The bot doesn't exist, was disabled, or was removed from the group; add it again and enter its new address"),
    "keyword": Text("机器人设置了自定义关键词，而消息中没有它；请在机器人设置中添加关键词「{app}」", "The bot asks for a keyword that the message doesn't hold; add the keyword “{app}” in the bot's settings"),
    "signature": Text("签名不匹配，请重新填写机器人的签名密钥", "The signature doesn't match; enter the bot's signing secret again"),
    "clock": Text("服务器时钟与机器人平台相差过大，请校准服务器时间", "The server's clock is too far from the bot's; set the server's time right"),
    "ip": Text("机器人限制了来源 IP，请把本服务器的出口 IP 加入其白名单", "The bot only takes messages from listed IP addresses; add this server's public one to its list"),
    "guard": Text("机器人的安全设置拒绝了消息，请核对关键词、签名与 IP 白名单", "The bot's security settings refused the message; check its keywords, signing secret and IP list"),
    "refused_there": Text("对方拒绝接收（地址失效或无权限），请核对地址", "The other side refuses messages (the address is gone or forbidden); check the address"),
    "redirected": Text("地址发生跳转，出于安全不予跟随；请填写最终地址", "The address redirects elsewhere, which isn't followed for safety; enter the final address"),
    "private_address": Text("地址位于内网，需由管理员在设置 webhook_networks 中允许", "The address lies in a private network; whoever runs the server must allow it by the setting webhook_networks"),
    "not_taken_there": Text("对方拒绝了这条消息", "The other side refused this message"),
    "malformed": Text("对方认为消息格式有误或过长", "The other side calls the message malformed or too long"),
    "content_refused": Text("消息内容被平台的内容规则拦截", "The platform's content rules refused the message"),
    "own_limit": Text("此渠道发送过于频繁，稍后自动发送", "Too many messages for this channel; it is sent shortly"),
    "their_limit": Text("超过平台的频率限制，稍后自动重试", "Over the platform's rate limit; tried again shortly"),
    "day_limit": Text("机器人当天的调用次数已用完，明天自动重试", "The bot's calls of the day are used up; tried again tomorrow"),
    "busy": Text("对方暂时繁忙，稍后自动重试", "The other side is busy; tried again shortly"),
    "no_such_host": Text("域名无法解析", "The host name can't be resolved"),
    "no_connection": Text("无法连接对方服务器", "The other side's server can't be reached"),
    "no_answer": Text("没有收到完整的回应，消息可能已送达", "No complete answer came; the message may have arrived"),
    "without_picture": Text("消息已送达，图片未送达", "The message arrived, its picture didn't"),
    "not_made": Text("消息未能生成", "The message couldn't be made"),
    "interrupted": Text("发送途中服务器中断，不知是否送达，不再自动重发", "The server ended while it was sending; whether the message arrived is unknown, so it is not sent again by itself"),
    "our_fault": Text("消息生成出错，详见服务器日志", "The message couldn't be made; see the server's log"),
    "no_mail_server": Text("尚未配置邮件服务器，请由管理员填写设置 smtp 与 mail_from", "No mail server is set; whoever runs the server must fill in the settings smtp and mail_from"),
    "no_readers": Text("没有可以收信的成员：均已退订、停用或无权查看此小程序", "Nobody is left to receive it: all members unsubscribed, were disabled, or may not see the app"),
    "mail_login": Text("邮件服务器拒绝登录，请核对用户名与授权码", "The mail server refuses the login; check user name and password"),
    "mail_sender": Text("邮件服务器不接受发件地址；多数服务商要求它与登录账号一致", "The mail server refuses the sender's address; most providers want it to equal the login"),
    "mail_security": Text("邮件服务器不支持加密连接", "The mail server offers no encrypted connection"),
    "mail_limited": Text("邮件服务商限制了发送频率，一小时后自动重试", "The mail provider limits how often mail is sent; tried again in an hour"),
    "mailbox_refused": Text("该邮箱地址拒收", "This mailbox refuses mail"),
    "unsubscribed": Text("已退订", "Unsubscribed"),
}  # fmt: skip


def reason(code: str, app: Text = NOTHING) -> Text:
    """The sentence of a code; empty for none. `app`: what the app is called."""
    found = REASONS.get(code, Text(code, code))
    return Text(found.zh.replace("{app}", app.zh), found.en.replace("{app}", app.en))
