"""W6xx: what works and is probably not meant."""

from qa_audit.codes.code import Code

ADVICE = {
    "W601": Code(
        "检查项 '{id}' 没有例子",
        "写上 examples:hit / miss 的句子,或 pass / fail 的对话",
        "the check '{id}' has no examples",
        "add examples: lines under hit / miss, or transcripts under pass / fail",
    ),
    "W602": Code(
        "检查项 '{id}' 没有写依据的规则",
        "写上 seeds,如 RT-01;自家的规则先写进顶层的 seeds",
        "the check '{id}' names no rule it rests on",
        "add seeds, such as RT-01; declare rules of your own under seeds at the top",
    ),
    "W603": Code(
        "'{phrase}' 是多余的:有它就有 '{other}'",
        "删去长的;要是只想找长的,就删去短的",
        "'{phrase}' is redundant: wherever it stands, '{other}' stands too",
        "delete the longer one; if only the longer one is meant, delete the shorter",
    ),
    "W604": Code(
        "例外 '{phrase}' 不起作用:它里面没有更短的、要找的词",
        "例外要写成包含那个词的、更长的说法,或删去它",
        "the exception '{phrase}' does nothing: no shorter phrase that is looked for stands in it",
        "an exception must be longer and contain the phrase, or be deleted",
    ),
    "W605": Code(
        "词表 '{name}' 没有人用",
        "写进某一项的 words,或删去这个文件",
        "nothing uses the lexicon '{name}'",
        "name it in the words of a check, or delete the file",
    ),
    "W606": Code(
        "'{phrase}' 写了两次,另一处在 {other}",
        "删去一处",
        "'{phrase}' is there twice, also at {other}",
        "delete one of them",
    ),
    "W607": Code(
        "extend 改的词表 '{name}' 没有人用",
        "在某一项里用它,或删去这一条",
        "extend changes the lexicon '{name}', which nothing uses",
        "use it in a check, or delete the extension",
    ),
    "W608": Code(
        "seeds 里的 '{seed}' 没有人用",
        "写进某一项的 seeds,或删去它",
        "no check rests on the rule '{seed}' declared under seeds",
        "name it in the seeds of a check, or delete it",
    ),
}
