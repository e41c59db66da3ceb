"""Words of column names that speak for a canonical column, and such as speak against it.

An ASCII word is a whole word of the name, or two or three of them run together (is_from_customer: isfromcustomer);
any other stands anywhere in it.
"""

# canonical: words that the name of such a column has
# fmt: off
FOR: dict[str, str] = {
    "session_id": (
        "会话 对话 咨询 服务单 工单 流水 接待单 "
        "session conversation conv dialog dialogue chat thread ticket"
    ),
    "message_id": (
        "消息id 消息编号 消息号 消息流水 "
        "messageid msgid msgsvrid"
    ),
    "sequence": (
        "序号 序列 顺序号 轮次 "
        "sequence seq seqno turn turnindex turnno turnid"
    ),
    "sent_at": (
        "时间 时刻 "
        "time datetime timestamp at"
    ),
    "role": (
        "角色 身份 收发 方向 发送方 发送者 发送人 发言人 发言者 发言方 说话人 说话方 "
        "role speaker direction inbound outbound issender isself issend waitersend fromtype sendertype "
        "senderrole authortype speakertype isfromcustomer isagent iscustomer"
    ),
    "sender": (
        "发送方 发送者 发送人 发送账号 发言人 发言者 说话人 说话的 讲话的 发件人 "
        "sender author from fromuser"
    ),
    "agent_id": (
        "客服 坐席 座席 员工 接待人 接待员 专员 "
        "agent waiter staff operator csr"
    ),
    "customer_id": (
        "客户 买家 顾客 用户 访客 会员 旺旺 "
        "customer buyer visitor client member user"
    ),
    "text": (
        "正文 内容 消息 原文 原话 文本 话术 留言 发言 "
        "text content message msg body utterance sentence"
    ),
    "kind": (
        "消息类型 内容类型 消息类别 消息种类 "
        "msgtype messagetype contenttype"
    ),
    "automation": (
        "自动回复 自动消息 是否自动 "
        "autoreply isauto isautoreply"
    ),
    "shop": (
        "店铺 店名 "
        "shop store"
    ),
    "stage": "咨询阶段 服务阶段 售前售后",
    "withdrawn": (
        "是否撤回 撤回 "
        "revoked withdrawn recalled isrevoked isrecalled"
    ),
    "seen": (
        "是否已读 已读状态 已读 "
        "isread readstatus"
    ),
    "sku_id": (
        "商品id 商品编号 商品编码 "
        "sku skuid goodsid itemid productid"
    ),
    "order_id": (
        "订单号 订单编号 订单id 交易号 "
        "orderid orderno ordersn"
    ),
    "date": "",
}
# fmt: on

# canonical: words that the name of such a column has not, though it has one of the others
# fmt: off
AGAINST: dict[str, str] = {
    "session_id": (
        "时间 时长 日期 类型 内容 标签 等级 状态 来源 评价 数 轮 次 人 对象 记录 消息 昵称 名称 标题 手机 电话 订单 "
        "target phone mobile qq time date type content text status start end count duration message msg by "
        "user name title url"
    ),
    "message_id": (
        "类型 内容 时间 会话 "
        "time type reply response parent quote"
    ),
    "sequence": (
        "会话 时间 "
        "session time"
    ),
    "sent_at": (
        "开始 结束 首次 首响 响应 接入 接起 进线 排队 分配 关闭 评价 下单 付款 支付 发货 更新 修改 时长 耗时 "
        "用时 注册 登录 入会 已读 阅读 撤回 邀请 等待 间隔 "
        "start end first close closed queue reply response duration order pay paid update updated modify "
        "modified read login register wait invite revoke delivered format zone chat"
    ),
    "role": (
        "编号 昵称 账号 名称 姓名 时间 评分 评价 满意 等级 标签 情感 状态 渠道 来源 "
        "id name time receiver rating score level grade tag intent status channel source priority"
    ),
    "sender": (
        "角色 类型 身份 时间 内容 类别 "
        "type role time content is"
    ),
    "agent_id": (
        "内容 回复 消息 类型 数 时长 时间 组 部门 评分 评价 满意 状态 是否 率 首响 角色 "
        "send type count time reply group content status text message is score rating department response "
        "role"
    ),
    "customer_id": (
        "内容 提问 消息 类型 等级 手机 电话 地址 标签 评价 时间 是否 来源 数 备注 客服 坐席 等候 性别 城市 "
        "角色 发送 "
        "phone mobile address level type tag time content text message is count agent note remark source role "
        "score"
    ),
    "text": (
        "类型 类别 编号 号 数 长度 序 时间 状态 来源 分类 标签 评价 自动 撤回 方向 角色 标题 备注 商品 订单 "
        "id type count length len time status source title kind direction role seq index key flag url tag "
        "label"
    ),
    "kind": "",
    "automation": (
        "内容 时间 "
        "content time"
    ),
    "shop": (
        "类型 评分 等级 链接 "
        "type level url"
    ),
    "stage": "",
    "withdrawn": (
        "时间 人 "
        "time by"
    ),
    "seen": (
        "时间 数 "
        "time count"
    ),
    "sku_id": (
        "名称 标题 "
        "name title"
    ),
    "order_id": (
        "状态 时间 金额 "
        "status time"
    ),
    "date": "",
}
# fmt: on
