"""E4xx: phrases and lexicons. E5xx: packs, overrides, extensions and earlier versions."""

from qa_audit.codes.code import Code

PHRASES = {
    "E401": Code(
        "这个词里没有可见的字:{phrase}",
        "删掉它",
        "nothing visible is in this phrase: {phrase}",
        "delete it",
    ),
    "E402": Code(
        "正则写法有误:{phrase}({reason})",
        "只支持 RE2 语法,没有前后断言和反向引用",
        "the regex cannot be read: {phrase} ({reason})",
        "only RE2 syntax is supported: no lookaround, no backreferences",
    ),
    "E403": Code(
        "这条正则能匹配空文本:{phrase}",
        "去掉多余的 * 或 ?,让它至少匹配一个字",
        "the regex matches the empty text: {phrase}",
        "take out a * or ? so that it needs at least one character",
    ),
    "E404": Code(
        "不认识的小节 [{section}]",
        "可用:{known};若是词本身,请写成 \\[{section}]",
        "unknown section '{section}'",
        "known: {known}; if it is a phrase, write \\[{section}]",
    ),
    "E405": Code(
        "'{phrase}' 和自己的例外 '{other}' 相互矛盾:凡是有它的地方都在这条例外里",
        "要找它就删去例外,不找就删去这个词;自带词表里的词用 extend 的 drop 去掉",
        "'{phrase}' contradicts its own exception '{other}': wherever it stands, so does the exception",
        "delete the exception, or delete the phrase; drop a phrase of a shipped lexicon by extend",
    ),
    "E406": Code(
        "永远匹配不到 '{phrase}':有它的消息都有 '{other}',被 unless 排除了",
        "删去这个词,或把 unless 写得更窄",
        "'{phrase}' can never match: every message with it has '{other}', which unless rules out",
        "delete the phrase, or narrow unless",
    ),
    "E407": Code(
        "正则里的 {char} 永远匹配不到:{phrase}",
        "匹配前已去掉看不见的字,空白都成了一个空格;改写这一处",
        "{char} in the regex can never match: {phrase}",
        "texts are matched without invisible characters and with single spaces: rewrite that part",
    ),
    "E408": Code(
        "不认识的选项 '{option}'",
        "可用:{known};规避也找变着写的词,找到的只算疑似",
        "unknown option '{option}'",
        "known: {known}; evasions also finds words written otherwise, as suspected",
    ),
    "E409": Code(
        "词表超过了上限 {most:,} 个词",
        "拆成几个词表,去掉用不到的",
        "the lexicon has more than {most:,} phrases",
        "split it, or take out what is not needed",
    ),
    "E410": Code(
        "没有实体 '{kind}'",
        "{nearest}可用:{known}",
        "there is no entity '{kind}'",
        "{nearest_en}known: {known}",
    ),
    "E411": Code(
        "'{names}' 在不同的文件夹里是不同的词表,同一种匹配写了两次,分不清",
        "给其中一个词表换个文件名",
        "'{names}' means different lexicons in different folders, and the same matcher is written for both",
        "rename one of the lexicon files",
    ),
    "E412": Code(
        "到这里为止,各项要找的词合起来超过了上限 {most:,} 个",
        "让几项共用一个词表,去掉用不到的词",
        "up to here the checks look for more than {most:,} phrases together",
        "let checks share a lexicon, or take out what is not needed",
    ),
}

COMPOSITION = {
    "E501": Code(
        "包含绕回了自己:{chain}",
        "去掉其中一个 include",
        "files include each other in a circle: {chain}",
        "take out one include",
    ),
    "E502": Code(
        "包含得太深或太多:{chain}(上限 {deep} 层、{many} 个文件)",
        "少套几层,或把几个文件合成一个",
        "files are included too deep, or too many of them: {chain} (at most {deep} deep, {many} files)",
        "nest less, or join some of the files",
    ),
    "E503": Code(
        "没有检查项 '{id}' 可改",
        "{nearest}override 里写的是检查项的编号",
        "there is no check '{id}' to override",
        "{nearest_en}override names checks by their id",
    ),
    "E504": Code(
        "override 不能改编号",
        "删去 id;要换编号就停用这一项(off: true),另写一项",
        "override cannot change an id",
        "delete id; to rename a check, switch it off (off: true) and write another",
    ),
    "E505": Code(
        "extend 没有词表 '{name}'",
        "{nearest}写 words 里那样的文件名,或自带词表的名字",
        "there is no lexicon '{name}' to extend",
        "{nearest_en}write a file name as in words, or the name of a shipped lexicon",
    ),
    "E506": Code(
        "词表 '{name}' 里没有 '{phrase}',去不掉",
        "{nearest}照词表里的写法写,或删去这一条",
        "'{phrase}' is not in the lexicon '{name}' and cannot be dropped",
        "{nearest_en}write it as in the lexicon, or delete it",
    ),
    "E507": Code(
        "更早的版本没有更早:{newer} 从 {newer_date} 起用,{older} 从 {older_date} 起用",
        "earlier 从新到旧写,effective 一个比一个早,只有最早的可以不写",
        "an earlier version is not earlier: {newer} applies from {newer_date}, {older} from {older_date}",
        "list earlier versions from new to old with falling effective dates; only the oldest may have none",
    ),
    "E508": Code(
        "更早的版本绕回了自己,或者太多:{chain}",
        "去掉其中一个 earlier",
        "earlier versions lead back to themselves, or are too many: {chain}",
        "take out one earlier",
    ),
}
