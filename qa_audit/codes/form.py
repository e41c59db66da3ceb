"""E1xx: files and YAML. E2xx: keys, types and the limits of values."""

from qa_audit.codes.code import Code

FORM = {
    "E101": Code(
        "打不开:{reason}",
        "检查路径和权限",
        "cannot be opened: {reason}",
        "check the path and the permissions",
    ),
    "E102": Code(
        "文件超过了上限 {most:,} 字节",
        "长词表请拆开,或放进 lexicons/*.txt",
        "the file is larger than {most:,} bytes",
        "split it, or move long lists of phrases into lexicons/*.txt",
    ),
    "E103": Code(
        "不是 UTF-8 编码",
        "用编辑器另存为 UTF-8",
        "not encoded in UTF-8",
        "save the file again as UTF-8",
    ),
    "E104": Code(
        "不是合法的 YAML:{problem}",
        "检查缩进、冒号后的空格和引号,去掉控制字符",
        "not valid YAML: {problem}",
        "check the indentation, the space after each colon, and the quotes; take out control characters",
    ),
    "E105": Code(
        "嵌套太深,上限 {most} 层",
        "拆开写,去掉绕回自己的引用",
        "nested more than {most} levels deep",
        "write it flatter, and take out aliases that lead back to themselves",
    ),
    "E106": Code(
        "内容太多,超过 {most:,} 个值;或者是 & 和 * 的引用展开得太大",
        "去掉引用,长词表请放进 lexicons/*.txt",
        "more than {most:,} values, or aliases (& and *) that expand too far",
        "take out the aliases, or move long lists of phrases into lexicons/*.txt",
    ),
    "E107": Code(
        "键 '{key}' 写了两次",
        "只会用到第一个,删去多余的",
        "the key '{key}' is written twice",
        "only the first would count: delete the other",
    ),
    "E108": Code(
        "键必须是一个词",
        "写成 键: 值 的形式",
        "a key must be a single word",
        "write it as key: value",
    ),
    "E109": Code(
        "不支持 YAML 标记 {tag}",
        "删去感叹号开头的标记",
        "the YAML tag {tag} is not supported",
        "delete the tag that starts with an exclamation mark",
    ),
    "E110": Code(
        "不是{what}:要有 {keys} 等键",
        "参考 {example}",
        "not {what_en}: it needs the keys {keys}",
        "compare with {example}",
    ),
    "E111": Code(
        "找不到文件 '{name}'",
        "路径相对于写它的文件所在的文件夹,找不到再找自带的{nearest}",
        "there is no file '{name}'",
        "paths start from the folder of the file that names them, then from the shipped rubrics{nearest_en}",
    ),
    "E112": Code(
        "'{name}' 在允许的文件夹以外",
        "写成评分表所在文件夹以内的相对路径,不用绝对路径、.. 和反斜杠,也不要用指到外面的链接",
        "'{name}' lies outside the folders that may be read",
        "write a relative path within the folder of the rubric: no leading or back slash, no .., no link out of it",
    ),
    "E201": Code(
        "不认识的键 '{key}'",
        "{nearest}",
        "unknown key '{key}'",
        "{nearest_en}",
    ),
    "E202": Code(
        "缺少 {key}",
        "加上 {key}: …",
        "{key} is missing",
        "add {key}: …",
    ),
    "E203": Code(
        "'{key}' 只能是 {choices}",
        "{nearest}改成其中之一",
        "'{key}' must be one of {choices_en}",
        "{nearest_en}choose one of them",
    ),
    "E204": Code(
        "'{key}' 要写{wanted}",
        "现在写的是 {given}",
        "'{key}' must be {wanted_en}",
        "what is written is {given}",
    ),
    "E205": Code(
        "'{key}' 的分值要在 0 到 {most} 之间,最多两位小数",
        "扣分也写正数,如 5 或 2.5",
        "'{key}' must be points between 0 and {most} with at most two decimals",
        "deductions are written as positive numbers too, such as 5 or 2.5",
    ),
    "E206": Code(
        "'{key}' {limit}",
        "换一个在范围里的数",
        "'{key}' {limit_en}",
        "give a number within the limit",
    ),
    "E207": Code(
        "'{key}' 写法不对:'{given}'",
        "{wanted}",
        "'{key}' is malformed: '{given}'",
        "{wanted_en}",
    ),
    "E208": Code(
        "'{key}' 不能为空",
        "写上内容,或整个删去这个键",
        "'{key}' must not be empty",
        "fill it in, or delete the key",
    ),
}
