"""The words that stand around a name and tell a private person from somebody named in an office."""

import re

from luoshi.masking.wording import any_of

_PRIVATE = any_of("""
    村民 居民 群众 市民 患者 病人 病患 老人 孤老 学生 学童 孩子 儿童 女童 男童 幼儿 婴儿 家长 业主 住户
    租户 用户 户主 房主 贫困户 低保户 五保户 特困户 脱贫户 监测户 低保对象 五保老人 残疾人 信访人 来访人
    来访群众 来信人 来电人 举报人 投诉人 反映人 申请人 当事人 受害人 被害人 伤者 死者 逝者 司机 驾驶员
    车主 商户 店主 摊主 摊贩 老板 农户 养殖户 种植户 大户 经营户 个体户 退役军人 退伍军人 退伍老兵 老兵
    烈属 军属 老党员 党员 职工 工人 民工 农民工 务工人员 农民 护林员 保洁员 妻子 丈夫 爱人 老伴 其妻
    其夫 其子 其女 其父 其母 其弟 其兄 儿子 女儿 父亲 母亲 爷爷 奶奶 孙子 孙女 外孙 外孙女 弟弟 哥哥
    姐姐 妹妹 儿媳 女婿 之子 之女 之妻 之夫 遗孀 邻居 邻里 亲属 家属 监护人 代理人 原告 被告 上访人
    上访户 困难户 困难职工 受助人 救助对象 服务对象 租客 房东 乘客 旅客 游客 网友 网民 孤儿 同学 小朋友
    考生 志愿者 好心人 热心人 户名 姓名 拆迁户 移民户 搬迁户 我叫 名叫 叫做 本人 乡亲 群众代表 村民代表
    外嫁女 肇事者 肇事司机 经营者 [菜果茶粮棉药烟蔗]农 [木石铁瓦篾砖锁漆]匠 (?:民办|代课|幼儿)教师 乡村医生
    养[蜂猪鸡鸭鱼牛羊]人 快递员 外卖员 骑手 保安 电工 焊工 被?申请人 申请执行人 被执行人 法定代表人 受?委托人
    收款人 [领取收]款人 领取人 申报人 产权人 使用权人 承包人 出租人 承租人 经手人 发放对象 受益户 签约户
    堂弟 堂哥 表弟 表哥 侄子 侄女 外甥 岳父 岳母 公公 婆婆 养子 养女 舅舅 姑姑 姑母 叔叔 伯伯
    居民代表 业主代表 家长代表 债权人 债务人 购房人 购房者 消费者 来访的有 村医 有位叫 一位叫 一个叫
""")
PRIVATE_BEFORE = re.compile(_PRIVATE + r"(?:（[^）\n]{0,10}）)?[\s:：是为即系“\"、，,]{0,3}(?:名叫|叫)?")
"""Whoever is called so is a private person; the name follows."""

PRIVATE_BEFORE_END = re.compile(PRIVATE_BEFORE.pattern + "$")

LABELLED = re.compile(
    any_of("""
    姓名 户名 户主 患者 病人 申请人 当事人 监护人 投诉人 反映人 来信人 来电人 信访人 收款人 [领取]款人 领取人
    委托人 受益户 签约户 签名 签字 名单 发放对象
    """)
    + r"(?:姓名)?[:：]\s{0,4}"
)
"""Strong enough for a name with an unusual surname."""

CONTACT = re.compile(r"(?:联系人|联络人)(?:姓名)?[:：\s]{0,4}")
"""Whoever deals with the matter for a unit; without a unit near it may be anybody."""
CONTACT_END = re.compile(CONTACT.pattern + "$")
PRIVATE_END = re.compile(any_of("群众代表 村民代表 居民代表 业主代表 家长代表") + r"[\s:：、]{0,2}$")

_OFFICE = any_of("""
    [县市区州省镇乡局部厅处科股所院校站队馆社会行]长 书记 主任 主席 支书 常委 秘书长 组长 经理 董事长
    总监 调研员 法官 检察官 院士 教授 医师 记者 烈士 民警 干警 交警 护士长 总工程师
""")
OFFICIAL_BEFORE = re.compile(
    "(?:"
    + _OFFICE
    + "|"
    + any_of("""
    领导 经办人 承办人 主办人 审核人 签发人 拟稿人 责任人 负责人 分管领导 牵头领导 包案领导 挂牌领导 督办领导
    委员 代表 科员 同志 附议人 联名人 领衔人 提出人 提案人 建议人 工程师 专员 驻村干部 联村干部 村干部
    队员 理事长 网格长 网格员 河长 林长 路长 田长 村主干
    """)
    + r")[\s:：、是]{0,2}$"
)
OFFICIAL_AFTER = re.compile(
    r"[等]?[\s、]?(?:同志)?"
    + any_of("副 县委 县政府 县人大 镇 乡 村 党组 党委 支部 总支 政协 原 常务")
    + "{0,4}"
    + any_of(f"{_OFFICE} 委员(?!会) 代表(?!户)")
)

_PERSON = any_of("""
    先生 女士 小姐 老人 老师傅 师傅 大爷 大妈 大娘 大伯 大叔 大婶 奶奶 爷爷 阿姨 婆婆 嫂子 老汉 同学
    小朋友 夫妇 夫妻 母子 父子 母女 父女 兄弟 姐妹
""")
TITLE = re.compile(_PERSON)
"""What a surname alone is called by: 李大爷 says no more than the replacement of a name does."""
_RELATIVE = any_of("儿子 女儿 妻子 丈夫 爱人 老伴 母亲 父亲 孙子 孙女 孩子 家人")
_BELONGING = any_of("""
    房屋 房子 住房 家 承包地 责任田 宅基地 果园 鱼塘 自留 病 遗体 学籍 低保 山林 身份证 电话 手机 申请
    诉求 遭遇
""")
PRIVATE_AFTER = re.compile(
    "(?:"
    + "|".join(
        (
            _PERSON,
            "(?:一家|一户|全家)",
            "家长|账户|卡号|名下|系夫妻",
            "家(?:" + any_of("的 里 中 门 旁 前 后 因 未 房 土 责任") + ")",
            "户(?:" + any_of("的 因 未 共 等 房 人 低保 主 地 现 住 位 属 系 是 已 补 获 领 应") + ")",
            "之[子女妻夫父母]",
            rf"的(?:{_RELATIVE}|{_BELONGING})",
            rf"[和与]?{_RELATIVE}(?!节)",
            r"等(?:[\d一二三四五六七八九十百余多几]{1,4})?"
            + any_of("户 名 人 位 村民 居民 群众 业主 农户 住户"),
            any_of("来电 来信 来访 反映 投诉 信访 上访 举报 确诊 患(?!难)"),
            r"[（：:]?[，,]?\s?(?:男|女)(?:[，,、）\s]|性)",
            r"[（，,]\d{1,3}岁|，?现年|今年\d|年仅",
            r"[，（(]?身份证|，?家住|，?住(?!房|建|院部)|（现?住",
            r"（(?:户主|业主|残疾|低保|五保|监护人)",
            any_of("出生 生于 因病 因车祸 去世 病故 身故 瘫痪 住院 就读 向我 给我"),
        )
    )
    + ")"
)
"""What follows a private person's name."""

GOES_ON = re.compile(
    r"$|[^\u3400-\u9fff]|"
    + any_of("""
    反映 反应 投诉 来信 来电 来访 举报 信访 上访 致电 申请 提出 表示 认为 希望 要求 告诉 介绍 称 说[，：道]
    说 家 户 的 等 在 于 因 和 与 及 或 跟 同[学志] 对 向 为 被 把 将 已 未 不 是 有 患 住 从 到 去
    来[镇县村我] 也 就 都 又 还 每 今 现年 多次 常年 长期 曾 经 一家 一起 共同 之[子女妻夫父母] 先生
    女士 老人 大爷 大妈 大娘 大伯 大叔 大婶 老汉 师傅 奶奶 爷爷 阿姨 婆婆 夫妇 兄弟 姐妹 小朋友 老伴
    电话 手机 身份证 出生 生于 确诊 男 女 两 二人 三人 以 给 由 自 随 参 意外 不幸 去世 病 死 受 遭 得
    没 无 办 领 享 符 属 所 上 下 骑 驾 开 种 养 承 租 买 拿 骨 身 突 右 左 双 全 近 年仅 年 经营 共 其
    名下 那 这 至今 仍 一直 需 通过 完 主动 自愿 离 请 借 欠 交 该 此 按
    """)
)
"""Words with which a sentence goes on after a name, so that a given name's end is seen."""

NOT_GIVEN = frozenset(
    "的了是及或等被把对到也就都又还很不已我你您她他它这那并而则因其者某们"
    "路街巷村镇乡县市区省组户社局委办府厅部处科股队厂店校院站所"
)
"""Characters that end a name: particles, and what makes the name of a place or unit."""

SUFFIXES = frozenset("人感性率图费字员权区业者化度力品机车网量式型点部项带线面板管灯法案表证书款金税")
"""Characters that make a word of three out of a word of two: 安全感, 施工图."""

PLACE_ENDINGS = frozenset("港坪河坳湾冲岭桥沟塘山江湖溪坡坝坑垅垄洞洲滩湖潭井寨屯庄庙堡关口门楼台塔园制化")
"""Characters in which the name of a place ends; with nothing else to go by it is no person's."""

STRICT_ENDINGS = PLACE_ENDINGS - frozenset("山江湖河潭洲溪关门台楼园")
"""Those of them that hardly end a person's name."""

OF_FAMILY = re.compile(rf"家[大小老新上下前后东西]?[屋院{''.join(sorted(PLACE_ENDINGS))}]")
"""陈家大屋, 张家坳: a place that is called by the family that lived there."""

PLACE_AFTER = re.compile(
    any_of("""
    村(?!民) 湾 坪 冲 桥 镇 乡 县 市 区 路(?!过|经) 街 巷 组(?![成织建长]) 屯 寨 岭 山 河 江 湖 水库 塘
    坝 沟 铺 社区 小区 广场 公园 大道 大厦 公司 集团 铁路 高速 公路 超市 商行 饭店 酒店 药店 诊所 医院
    学校 小学 中学 幼儿园 合作社 农庄 农场 厂 茶厂 工厂 井 渡口 码头 庙 祠 故居 纪念馆 陵园 墓 工作室
    工程 项目 牌 片区 灌区 渠 等(?:[\\d一二三四五六七八九十两]{0,3}个?)(?:乡|镇|村|社区|街|路|处|地)
    屋场 院子 家[湾村冲坪桥山]
    """)
)
PLACES = frozenset(
    [
        "王府井",
        "张家界",
        "李家湾",
        "石家庄",
        "高标准",
        "马鞍山",
        "金银花",
        "万寿宫",
        "白鹭洲",
        "支付宝",
        "林权证",
    ]
)
"""Words of three characters that begin with a surname and name no person."""
