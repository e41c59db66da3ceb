"""Why a row is in quarantine and what a notice says, each listed once with what to do about it.

`docs/formats.md` and the pages print these tables; nothing else makes up a code.
"""

# code: (what is wrong, what to try)
REASONS: dict[str, tuple[str, str]] = {
    "bad_encoding": ("这一行有解不开的字节", "重新导出为 CSV UTF-8;整个文件都乱码时用 --encoding 写明编码"),
    "wrong_columns": (
        "这一行的列数与表头不同",
        "多半是正文里有未加引号的分隔符;请重新导出,或用映射文件写 quoting: none",
    ),
    "unbalanced_quote": ("一个落单的引号没有收尾,或把后面的行并进了这一行", "后面的行已救回;请补上或去掉这一行的引号"),
    "bad_json": ("这一行、这一条不是一个完整的 JSON 对象", "文件若被截断,断点之后的全在这一行里;请重新导出"),
    "repeated_header": ("表头又出现了一次", "多个文件拼接造成的,不影响其他行"),
    "missing_time": ("时间是空的", "同一文件里别的行有时间;请补上"),
    "bad_time": ("看不懂这个时间", "写成 2026-12-01 10:00:04;别的写法用映射文件的 time.format"),
    "time_out_of_range": ("时间不在 2000–2100 年之间", "多半是单位或格式错了;用映射文件的 time.format 写明"),
    "missing_role": ("不知道这条是谁发的", "补上角色,或让发送方账号等于客服账号或客户账号"),
    "unknown_role": ("不认识这个角色", "在映射文件的 roles 里写明它是 agent、customer、bot 还是 system"),
    "missing_session": ("没有会话编号,也没有可用来分会话的客户账号", "补上会话编号或客户账号"),
    "empty_text": ("正文是空的或只有看不见的字符,又没有说明是图片或卡片", "若是图片等,请让导出带上消息类型列"),
    "no_header": (
        "聊天文本里没有昵称和时间的几行:撤回提示、系统提示,或开头被截掉的半条",
        "撤回提示不写时间,只存在这里备查;若是开头缺了一截,请重新复制整段",
    ),
}

# code: what the notice means (its text names the file and the figures)
NOTICES: dict[str, str] = {
    "skipped_files": "文件夹里有不认识的文件、链接到别处的子文件夹,没有读",
    "skipped_rows": "表头上方的标题行、表尾的合计与说明没有当作消息",
    "skipped_sheet": "工作簿里有看不懂的或隐藏的表,没有读",
    "unsure_headers": "聊天文本里有几行看不准是“昵称 时间”还是正文",
    "mixed_customers": "聊天文本里有几位客户,有的客服消息看不出是对谁说的,已隔离",
    "missing_messages": "千牛工作簿的导出汇总与读到的对不上:有的客户没有导出,条数不同,或没法核对",
    "damaged_text": "有些字节或半个表情符号解不开,已用 � 代替或隔离",
    "duplicate_columns": "同一含义的列有几个,只用了一个;用错了请用映射文件的 columns 写明",
    "ambiguous_time": "当地时间因夏令时出现两次或不存在,按第一次算;请导出带时区的时间",
    "coarse_time": "时间只到分钟(或天),6 秒 / 30 秒无法判断",
    "no_time": "没有时间列,所有等待时间都为空",
    "damaged_ids": "编号被表格软件改成了小数或科学记数,末几位已经丢失",
    "conflicting_ids": "同一消息编号下有不同的内容,只留了第一条",
    "cut_sessions": "没有会话编号,按客户与静默间隔切分",
    "shared_session_ids": "不同店铺用了同一会话编号,已加店铺名区分",
    "unknown_stage": "不认识的阶段值,按未知处理",
    "unknown_automation": "不认识的“是否自动回复”的值,当作人工回复",
    "unknown_kind": "不认识的消息类型,按 other 处理",
    "unmatched_facts": "有评价或会话资料按会话编号对不上唯一的会话,没有用",
    "mended_rows": "隔离的行改好后收回了多少",
    "mended_ids": "改好的行里写的编号和导出里的一个只差开头的 0 或 ';若是同一个,请照导出写全",
    "mended_minutes": "改好的时间被表格软件去掉了秒;请另存为 .xlsx 再收",
    "several_ratings": "一段接待有几个不同的评价,评价列留空",
    "drift": "和 --history 里前几夜的导出不一样,或数字差得远;请核对导出全不全(见 docs/drift.md)",
    "skipped_history": "--history 里有的文件夹没有用来比较",
    "no_history": "--history 里还没有更早的结果,这一夜没有比较",
    "continued_sessions": "客户很快又来,按时钟的规定算同一会话,已合并",
    "inferred_bots": "没有标明、但像自动回复的客服消息,已按自动回复处理",
    "unknown_accounts": "花名册里查不到的客服账号",
    "before_effective": "有会话早于评分表最早一版的生效日期,按最早的一版评",
    "undated_sessions": "有会话没有日期,评分表又不止一版,按最早的一版评",
    "same_version": "评分表的两个版本评的完全一样,只有版本号和日期不同",
}
