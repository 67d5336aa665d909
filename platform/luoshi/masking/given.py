"""Characters of given names, so that what follows a surname can be weighed.

A list of our own, from what counties' people are called; none of it names anybody.
"""

_OFTEN = """
伟芳娜敏秀英丽磊勇艳杰娟涛兰霞刚桂玉梅志建军国华文明德福贵荣昌春秋冬雪云月凤龙虎鹏燕莲荷菊菲莉萍
婷婆娥娣姣姑妹姐弟娇婉妍媛姗妮媚嫦珍珠玲琳琼瑶瑾瑜璐琴宝珊珏琪琦瑛璇晓晨晖昊旭晴晶辉煌耀光阳朝
斌彬博思诗书学浩然轩宇辰泽润涵淑贞贤惠慧聪颖洁雅静芬芹蓉芝芸薇莹菁蕾蓓苗茜茹荔莎莺
强超平飞鸿鹤翔健康宁泰祥瑞庆喜欢欣怡悦爱银铁锋钢铭鑫锦钟鑫锐钊仁义礼智信忠孝廉良善诚
振兴旺盛发达富财裕有余顺利民生根柱栋梁森林松柏桃李杏竹木水泉海江波洋涛河川湘
家传宗祖继承先世守业勤俭满细毛伢狗牛来保全长永远久恒远新成功立正直清廉政
峰岚岩岗坤培基城堂文武威雄豪俊彦帆航启明亮灿焕煜炳炎烨东南西北中和平安定邦
小大老幺三四五七九百千万初晚阿友朋群善启运凡鸣霄凌云飘逸然尔奇巧灵仪仙香甜美好丹彤红紫青翠蓝白
冰霜雨霖露霏雯雷电风
珠璧玺琨瓒渊源浚淳溪沐沛涓淇滢漪澜潇湛
学道光前裕后绍述克绪嘉令懿钦敬恭让谦和
芷若楚桐梓楠榕樱枫枝叶花蕊葵芙蔷苑芊萱蕙芮
庚申甲寅辰午卯戌亥丑酉丁
娅妤嫣婕嫚姝妙娴娟娉婧嬛
厚朴谅岱峻峥嵘巍坚毅韧宏弘毓璞琢璋珂琰钰锡铨钧镛炜烁烽焰熙煦禾穗麦仓囤秉稳笑笛纯绮缨罡羽翰翼耕耘聚臣
舟茂萌蕴虹誉谊贝赞逊遂遥郁闯闻雁霆霁颂馨驰骁骏麟默黎淮夏
权胜战斗进步跃爱党向卫红农工商兵
"""
_SELDOM = frozenset(
    "大小老三四五七九百千万有来中前后向和工商斗步电好令政直定保全长先新成发东南西北水木生先学达利平风花叶进"
)
OFTEN = frozenset(char for char in _OFTEN if not char.isspace()) - _SELDOM
"""Characters that are given names more often than they stand behind a surname by chance."""
SELDOM = _SELDOM | frozenset(
    "景开元玄本士太上天子之如望自为方日化会心行时意得高同金才人丰恩念连可容山石土田地重原"
)
"""Characters of given names that run of any text is full of, too."""

# Names of Tibetans as they are written in Chinese: two of these make a name.
_PAIRS = """
才让 多杰 扎西 卓玛 次仁 仁青 尼玛 旺堆 索朗 格桑 德吉 平措 顿珠 拉姆 达娃 边巴 普布 央金 白玛 洛桑
丹增 次旦 嘉措 索南 贡布 桑吉 尕藏 华青 加措 班玛 仁增 旦增 曲珍 卓嘎 旺姆 措姆 本巴 阿旺 强巴 土登
"""
PAIRS = frozenset(_PAIRS.split())
