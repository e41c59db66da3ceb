"""Cutting a shard at once is cutting its texts; gated texts are jieba's."""

from hypothesis import given
from hypothesis import strategies as st

from qa_audit.texts.rewriting import SEPARATOR
from qa_audit.texts.tokens import cut, cut_joined, tokens


@given(
    st.lists(
        st.text(st.sampled_from("快递什么时候到货呀a1 .-!！😀\r\n\t,，") | st.characters(codec="utf-8"), max_size=12)
    )
)
def test_a_shard_is_cut_as_its_texts_are(texts: list[str]) -> None:
    assert cut(texts) == [word for text in texts for word in cut([text])]
    assert ["".join(words) for words in cut(texts)] == [text.replace(SEPARATOR, "") for text in texts]
    assert cut_joined(texts).count(SEPARATOR) == len(texts)


def test_texts_are_cut_as_jieba_does() -> None:
    import jieba

    jieba.setLogLevel(60)
    texts = ["快递什么时候到货", "VAR-PB怎么样", "等等等等一下", "1.5米", "好好好", "", "我_你...", "质量不错,很喜欢"]
    assert tokens(texts) == [jieba.lcut(text) for text in texts]
    assert cut(["VAR-PB怎么样"]) != [jieba.lcut("VAR-PB怎么样")]  # why there is a gate
