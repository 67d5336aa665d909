"""The columns of each kind of workbook, with the synonyms counties use."""

from dataclasses import dataclass
from enum import StrEnum


class SheetKind(StrEnum):
    """What a workbook holds."""

    SUGGESTIONS = "suggestions"
    UNITS = "units"
    DEPUTIES = "deputies"
    ACCOUNTS = "accounts"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``weak`` synonyms count only where no other header names the column (序号 beside 编号)."""

    key: str
    header: str
    synonyms: tuple[str, ...] = ()
    required: bool = False
    help: str = ""
    example: str = ""
    choices: tuple[str, ...] = ()
    width: int = 14
    weak: tuple[str, ...] = ()


_YES_NO = ("是", "否")
_GRADES = ("满意", "基本满意", "不满意")

SUGGESTION_COLUMNS: tuple[Column, ...] = (
    Column(
        "number",
        "编号",
        ("建议编号", "建议号", "第号", "议案建议编号", "案号", "建议序号"),
        required=True,
        help="本次会议内的编号，一个编号只占一行",
        example="1",
        width=8,
        weak=("序号",),
    ),
    Column(
        "title",
        "标题",
        ("案由", "建议标题", "建议名称", "题目", "建议题目", "建议案由", "名称"),
        required=True,
        help="不超过 200 个字",
        example="关于改善村级饮水设施的建议",
        width=44,
    ),
    Column(
        "content",
        "内容",
        ("建议内容", "正文", "建议正文", "主要内容", "具体内容"),
        help="建议全文；分条的要求写成“一、…二、…”",
        example="村里水管老化。\n一、更换主管道。\n二、明确管护人员。",
        width=60,
    ),
    Column(
        "category", "类别", ("建议类别", "分类", "所属类别", "内容类别", "类目"), example="水利", width=12
    ),
    Column(
        "proposer_kind",
        "提案类型",
        ("提出类型", "提出方式", "建议类型", "提出形式", "提案方式"),
        help="个人、联名或代表团；不填时，有附议代表的算联名，没有的算个人",
        example="联名",
        choices=("个人", "联名", "代表团"),
        width=10,
    ),
    Column(
        "raised_when",
        "提出时段",
        ("提出时间段", "提出时间类型", "会议期间", "大会或闭会", "大会闭会", "大会/闭会", "提出时期"),
        help="大会或闭会，不填算大会",
        example="大会",
        choices=("大会", "闭会"),
        width=10,
    ),
    Column(
        "lead",
        "领衔代表",
        (
            "提出人",
            "第一提案人",
            "提案人",
            "建议人",
            "提出代表",
            "领衔人",
            "第一提出人",
            "代表姓名",
            "主提代表",
        ),
        required=True,
        help="一位代表；同名的写成“姓名（代表团）”。代表团提出的可以不填",
        example="甲代表（某镇）",
        width=16,
    ),
    Column(
        "co_signers",
        "附议代表",
        ("联名代表", "附议人", "联名人", "联名提出人", "附议", "联名", "其他提出人"),
        help="用顿号“、”分开；同名的写成“姓名（代表团）”",
        example="乙代表、丙代表（某乡）",
        width=30,
    ),
    Column(
        "delegation",
        "代表团",
        ("所属代表团", "所在代表团", "代表团名称", "团别"),
        help="领衔代表所在的代表团",
        example="某镇",
        width=14,
    ),
    Column(
        "lead_units",
        "主办单位",
        ("承办单位", "主办", "主办部门", "牵头单位", "主要承办单位", "主承办单位"),
        help="一个单位；几个单位分别答复的，填在“分办单位”",
        example="县水利局",
        width=20,
    ),
    Column(
        "separate_units",
        "分办单位",
        ("分别办理单位", "分办", "分别承办单位", "分办部门"),
        help="各自就本单位职责答复代表的单位，用顿号“、”分开",
        width=24,
    ),
    Column(
        "co_units",
        "会办单位",
        ("协办单位", "会办", "协办", "协办部门", "会办部门", "配合单位", "配合部门"),
        help="向主办单位提出会办意见的单位，用顿号“、”分开",
        example="县财政局",
        width=24,
    ),
    Column(
        "handed_over_on",
        "交办日期",
        ("交办时间", "交办日", "转办日期", "交办年月日"),
        example="2019-05-23",
        width=13,
    ),
    Column(
        "replied_on",
        "答复日期",
        ("答复时间", "复函日期", "办复日期", "回复日期", "复函时间", "办复时间"),
        example="2019-08-01",
        width=13,
    ),
    Column(
        "result_code",
        "办理结果",
        ("结果类别", "答复类别", "办理结果类别", "结果分类", "办理类别", "答复分类", "办理结果分类"),
        help="按本县的结果分类填代号或名称，如 A、B、C",
        example="A",
        width=10,
    ),
    Column(
        "grade_process",
        "办理态度评价",
        (
            "态度评价",
            "对办理态度的评价",
            "办理态度",
            "对答复的评价",
            "答复评价",
            "答复满意度",
            "办理过程评价",
        ),
        help="只评价一项的县不填这一列",
        choices=_GRADES,
        width=13,
    ),
    Column(
        "grade_result",
        "办理结果评价",
        (
            "结果评价",
            "对办理结果的评价",
            "代表评价",
            "满意度",
            "代表满意度",
            "评价",
            "代表意见",
            "反馈意见",
            "对落实的评价",
            "落实评价",
            "落实满意度",
        ),
        help="没有评价的不填",
        example="满意",
        choices=_GRADES,
        width=13,
    ),
    Column(
        "contact_records",
        "沟通次数",
        ("联系次数", "面商次数", "走访次数"),
        help="与代表沟通了几次",
        example="2",
        width=10,
    ),
    Column(
        "contact_person_times",
        "沟通人次",
        ("联系人次", "面商人次", "走访人次"),
        help="不少于沟通次数",
        example="3",
        width=10,
    ),
    Column(
        "is_key",
        "重点",
        ("重点建议", "是否重点", "重点督办", "是否重点建议", "重点处理建议", "重点督办建议"),
        choices=_YES_NO,
        width=8,
    ),
    Column(
        "handling_leader",
        "领办领导",
        ("领办县领导", "领衔办理领导", "领办人", "主管领导", "政府领办领导"),
        example="副县长（分管农业农村）",
        width=24,
    ),
    Column(
        "supervising_leader",
        "督办领导",
        ("督办县领导", "牵头督办领导", "督办人", "人大督办领导", "领衔督办领导"),
        example="县人大常委会副主任",
        width=24,
    ),
    Column(
        "publish", "是否公开", ("公开", "同意公开", "是否同意公开", "公开情况"), choices=_YES_NO, width=10
    ),
    Column("note", "备注", ("说明", "附注", "其他"), width=20),
)

UNIT_COLUMNS: tuple[Column, ...] = (
    Column(
        "name",
        "名称",
        ("单位名称", "单位", "承办单位", "全称", "单位全称"),
        required=True,
        example="县水利局",
        width=28,
    ),
    Column("short_name", "简称", ("单位简称",), example="水利局", width=14),
    Column(
        "system",
        "类型",
        ("单位类型", "类别", "单位性质", "系统"),
        help="不填算政府部门",
        choices=(
            "政府部门",
            "乡镇(街道)",
            "垂直管理单位",
            "事业单位",
            "国有企业",
            "法院",
            "检察院",
            "监委",
            "党群部门",
            "其他",
        ),
        example="政府部门",
        width=14,
    ),
    Column(
        "county_leader",
        "主管领导",
        ("分管县领导", "联系领导", "分管领导", "政府分管领导"),
        example="副县长（分管农业农村）",
        width=26,
    ),
    Column(
        "duties",
        "职责",
        ("主要职责", "职责范围", "职能"),
        help="用来推荐承办单位；每项不超过 100 个字，用顿号“、”分开",
        example="农村饮水、水库、河道",
        width=50,
    ),
    Column(
        "principal", "主要负责人", ("单位负责人", "主要领导", "一把手"), help="三级责任制的第一级", width=14
    ),
    Column(
        "in_charge",
        "分管负责人",
        ("单位分管领导", "分管人", "单位分管负责人"),
        help="三级责任制的第二级",
        width=14,
    ),
    Column(
        "handler",
        "经办人",
        ("承办人", "承办人员", "具体经办人", "联络员"),
        help="三级责任制的第三级",
        width=14,
    ),
    Column("valid_from", "启用日期", ("成立日期", "生效日期", "启用时间"), example="2019-03-01", width=13),
)

DEPUTY_COLUMNS: tuple[Column, ...] = (
    Column("name", "姓名", ("代表姓名", "代表"), required=True, example="甲代表", width=12),
    Column(
        "delegation",
        "代表团",
        ("所属代表团", "所在代表团", "团别", "选举单位", "选区"),
        required=True,
        example="某镇",
        width=16,
    ),
    Column("gender", "性别", (), choices=("男", "女"), width=8),
    Column("position", "职务", ("工作单位及职务", "单位及职务", "单位职务", "身份"), width=30),
    Column(
        "certificate", "代表证号", ("证号", "代表证编号", "代表证号码"), help="一证一人，不能重复", width=16
    ),
    Column("term", "届次", ("届", "第几届", "届别"), help="如 17 或 第十七届", example="17", width=8),
    Column("elected_on", "当选日期", ("当选时间", "选举日期", "当选年月日"), example="2016-12-20", width=13),
)

ACCOUNT_COLUMNS: tuple[Column, ...] = (
    Column(
        "username",
        "登录名",
        ("用户名", "账号", "帐号", "登录账号"),
        required=True,
        help="小写字母开头，小写字母、数字、点、横线，3 到 30 位",
        example="daibiao1",
        width=18,
    ),
    Column("name", "姓名", ("显示名", "使用人"), required=True, example="甲代表", width=14),
    Column(
        "roles",
        "角色",
        ("岗位", "权限", "身份"),
        required=True,
        help="用顿号“、”分开",
        example="代表",
        width=26,
    ),
    Column("units", "单位", ("所在单位", "承办单位", "单位名称"), help="承办单位的人填所在单位", width=28),
    Column(
        "deputy",
        "代表",
        ("对应代表", "代表姓名"),
        help="角色有“代表”的，写“姓名（代表团）”",
        example="甲代表（某镇）",
        width=20,
    ),
)

COLUMNS: dict[SheetKind, tuple[Column, ...]] = {
    SheetKind.SUGGESTIONS: SUGGESTION_COLUMNS,
    SheetKind.UNITS: UNIT_COLUMNS,
    SheetKind.DEPUTIES: DEPUTY_COLUMNS,
    SheetKind.ACCOUNTS: ACCOUNT_COLUMNS,
}
