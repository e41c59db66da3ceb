"""E-mail addresses, links and WeChat accounts."""

import re
from collections.abc import Iterator

from qa_audit.patterns import rule
from qa_audit.texts.entities.entity import Entity, Hint

EMAIL_HINT = Hint("@＠", "")
WECHAT_HINT = Hint("信薇微vVxXtTnN", r"[^A-Za-z0-9]{0,8}[A-Za-z][-_A-Za-z0-9]{5}")
LINK_HINT = Hint(".:￥¥€₤₳¢₴$", "(?:[A-Za-z]{2}|//|[A-Za-z0-9]{8})")

_EMAIL = rule(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}[@＠](?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![A-Za-z])"
)

_ENDINGS = (
    "com|cn|net|org|top|vip|shop|xyz|cc|club|site|online|store|link|ltd|wang|info|biz|edu|gov|tv|me|io|co|hk|tw|app"
    "|fun|pro|mobi|asia"
)
_IN_LINK = r"[!#-;=?-\[\]_a-z~]"
_LINK = rule(
    rf"(?:https?://|(?<![A-Za-z0-9.])www\.){_IN_LINK}+"
    rf"|(?<![A-Za-z0-9@＠.%/_-])(?:[a-z0-9][a-z0-9-]{{0,62}}\.){{1,5}}(?:{_ENDINGS})(?![A-Za-z0-9_-])"
    rf"(?:[/?#:]{_IN_LINK}*)?",
    re.IGNORECASE,
)
_TOKEN = rule(r"([￥¥€₤₳¢₴$])(?=[0-9]{0,14}[A-Za-z])[A-Za-z0-9]{8,15}\1")

_WECHAT_LABEL = (
    r"(?:(?:我的|加我?的?)?(?:[微薇威维]信|v\W?信)|加薇|(?<![\w@])薇(?=[:： ])|(?<!\w)微(?=[:：])"
    r"|(?<![A-Za-z0-9])(?:wechat|weixin|wx|vx)|[加+]v|(?<![A-Za-z0-9])v(?=[:：]))"
    r"(?:[,，]?(?:我的)?号码?|[吧哈哦呀 :：=+~～是为的]|id(?=[:： ])|[账帐]号|加|搜索?|联系){0,4}"
)
_WECHAT = rule(rf"({_WECHAT_LABEL})([a-z][-_a-z0-9]{{5,19}})(?![-_A-Za-z0-9@.])", re.IGNORECASE)
_WXID = rule(r"(?<![A-Za-z0-9_])wxid_[a-z0-9]{6,32}(?![A-Za-z0-9_])", re.IGNORECASE)
_SAID = rule(r"[:：号是为=]|^[我加]")
_WORDS = rule(
    r"(?:wechat|weixin|alipay|iphone|ipad|android|windows|https?|paypal|taobao|tmall|macbook|huawei|xiaomi|harmony"
    r"|mobile|number|official|service|online|shop|store|group|mini-?program|pay)[0-9]{0,2}",
    re.IGNORECASE,
)


def find_emails(text: str) -> Iterator[Entity]:
    """Yield the e-mail addresses of a text."""
    return (Entity("email", *match.span()) for match in _EMAIL.finditer(text))


def find_links(text: str) -> list[Entity]:
    """Return addresses of pages (with http, www or a known ending) and Taobao tokens (￥…￥), in no particular order.

    Punctuation at the end belongs to the sentence; so does a bracket that the link does not open.
    """
    found = [Entity("link", start, _end(text, start, end)) for start, end in map(re.Match.span, _LINK.finditer(text))]
    found += [Entity("link", *match.span()) for match in _TOKEN.finditer(text)]
    return [entity for entity in found if text[entity.start : entity.end].lower() not in ("co.ltd", "www", "www.")]


def find_wechat(text: str) -> Iterator[Entity]:
    """Yield WeChat accounts: what follows a label (微信号, vx, 加v), and wxid_… anywhere.

    Letters alone count only after a colon, 号, 是 or 我的, for 微信 is followed by many a word.
    """
    for match in _WXID.finditer(text):
        yield Entity("wechat", *match.span())
    for match in _WECHAT.finditer(text):
        label, account = match.groups()
        if account[:5].lower() == "wxid_" or _WORDS.fullmatch(account):
            continue
        if not account.isalpha() or _SAID.search(label):
            yield Entity("wechat", *match.span(2))


def _end(text: str, start: int, end: int) -> int:
    surplus = text.count(")", start, end) - text.count("(", start, end)
    while end > start and (text[end - 1] in ".,;:!?'-" or (text[end - 1] == ")" and surplus > 0)):
        surplus -= text[end - 1] == ")"
        end -= 1
    return end
