"""What a text names: phones, cards, addresses, orders, links, amounts, dates; one detector for masking and for rubrics.

mask("电话13800138000")                          # "电话138****8000": always as long as the text
find_entities("满300减40,明天到", ["amount"])      # [Entity("amount", 0, 7)]

Texts may be as exported or in normal form. Rules only, each in time linear in the text. Where two kinds claim the same
characters the earlier in this order has them: e-mail, link, WeChat account, nickname, numbers (numbers.py says how
these are told apart), address, name, amount, date, duration; a mobile number or identity card is found inside a link
too.
"""

from qa_audit.texts.entities.detector import find_entities, mask, mask_entities
from qa_audit.texts.entities.entity import KINDS, PERSONAL, RUBRIC_KINDS, Entity
from qa_audit.texts.entities.nicknames import account_parts, fold, mask_nickname, nickname_core, nickname_spans

__all__ = [
    "KINDS",
    "PERSONAL",
    "RUBRIC_KINDS",
    "Entity",
    "account_parts",
    "find_entities",
    "fold",
    "mask",
    "mask_entities",
    "mask_nickname",
    "nickname_core",
    "nickname_spans",
]
