"""Common surnames, so that a name can be told from a word."""

_SINGLE = """
王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付傅
方邹熊白孟秦邱侯江尹薛闫阎段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严欧莫孔向常汤尚葛游聂章温施颜翟樊焦岑殷申倪庄左季安鲁裴祝柳阮包
霍辛凌梅路齐童费关牛洪俞岳喻房耿甘宁康庞盛邢艾解纪牟柯娄苗车屈卜蒲褚卓谷成涂符冉瞿时匡满鄢晏欧阳席阳粟舒单伍詹古文易靳丘仇柴全苟
佘卿桂姬谌旷滕简饶蓝辜敖骆盘申占隆荣郎闵边卞池连宫明迟仲冷商鞠祁萧闾裘乔兰闻翁隋敬晋佟荀奚亓赖麻荆巩冼麦尧甄农班桑柏幸屠候苑冀蔺仝雍窦胥巫戚宗计应楚习燕尤毕臧管虞项
储邸缪容花权穆练米皮原寇阙代乌伏茅刁支昝茹查盖曲芮栾厉蒙劳郁宣吉戎郗封竺揭帅郜丛尉沙浦邬奉湛狄贝谈危杭惠索师蔚晁禹巢滑
"""
_DOUBLE = "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 司徒 令狐 夏侯 端木 南宫 长孙 宇文 司空 呼延 轩辕"

SINGLE = frozenset(char for char in _SINGLE if not char.isspace())
HARDLY_WORDS = frozenset(
    "王李张刘陈杨赵吴周徐孙朱胡郭何罗郑梁谢宋唐许韩邓冯曹彭肖蔡蒋袁潘吕丁卢姚姜崔谭范廖贾韦薛闫阎侯龚邵邹孟秦尹贺"
    "傅柳乔萧戴黎聂裴阮鲍霍凌樊殷翟庞耿邢岳柯娄瞿匡晏粟仇佘卿谌滕敖郎卞戚祁赖荆巩冼甄屠冀蔺佟翁隋邬缪邸茹芮栾昝郜郗狄晁寇阙"
)
"""Surnames that hardly ever stand alone as a word."""
DOUBLE = frozenset(_DOUBLE.split())
LIKE_WORDS = frozenset(
    "于向应常时全连计成车路解安占单平高方万项付余明年关都党经代容花权练米原支查盖曲封师沙谈危惠索"
)
"""Surnames that begin a sentence's next word more often than a name."""


def surname_of(text: str, at: int) -> str:
    """The surname that begins at ``at``; empty where none does."""
    if text[at : at + 2] in DOUBLE:
        return text[at : at + 2]
    return text[at] if at < len(text) and text[at] in SINGLE else ""
