"""The short names by which everybody calls the units of a county."""

_NAMES = """
交通运输局 交通局
住房和城乡建设局 住建局 建设局
农业农村局 农业局
卫生健康局 卫健局 卫生局
卫生健康委员会 卫健委
生态环境局 环保局 环境局
自然资源局 国土局 资规局
自然资源和规划局 国土局 资规局
人力资源和社会保障局 人社局
市场监督管理局 市监局 市场监管局
文化旅游广电体育局 文旅局 文旅广体局
文化和旅游局 文旅局
城市管理和综合执法局 城管局 城管执法局
发展和改革局 发改局
发展和改革委员会 发改委
科技和工业信息化局 工信局 科工局
工业和信息化局 工信局
退役军人事务局 退役军人局
医疗保障局 医保局
应急管理局 应急局
行政审批服务局 审批局
乡村振兴局 振兴局
市场监督管理所 市监所
残疾人联合会 残联
妇女联合会 妇联
工商业联合会 工商联
供销合作总社 供销社
供销合作社联合社 供销社
消防救援大队 消防大队
公安局交通警察大队 交警大队
人民政府 政府
人民法院 法院
人民检察院 检察院
"""
SHORT: dict[str, tuple[str, ...]] = {
    full: tuple(short) for full, *short in (line.split() for line in _NAMES.split("\n") if line)
}
"""Short names by the full one, the usual one first."""
