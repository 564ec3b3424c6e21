"""The texts of the demo's documents, written for it. Plausible, lawful, nobody's real rules."""

from __future__ import annotations

from linli.engines.rulebook.types import ClauseText, SettingValue


def _clause(number: str, heading: str, text: str, **settles: SettingValue) -> ClauseText:
    return ClauseText(number, heading, text, dict(settles))


ASSEMBLY_RULES: tuple[ClauseText, ...] = (
    _clause("第一条", "适用范围", "本规则适用于明珠苑全体业主组成的业主大会和业主委员会。"),
    _clause(
        "第二条",
        "会议形式",
        "业主大会会议可以集体讨论，也可以书面征求意见；采用哪种形式在会议通知中写明。",
        assembly_form="either",
    ),
    _clause(
        "第三条",
        "定期会议",
        "定期会议每年召开一次，一般在第二季度。召开十五日前通知全体业主，同时告知居民委员会。",
        assembly_per_year=1,
    ),
    _clause(
        "第四条",
        "表决比例",
        "参与表决的面积和人数，以及各类事项所需的同意比例，依照《中华人民共和国民法典》第二百七十八条执行，本规则不另作规定。",
    ),
    _clause(
        "第五条",
        "委托代理",
        "业主可以书面委托代理人参加会议，委托书应当写明对所议事项的意见。一名代理人最多代理三名业主，业主委员会委员候选人和物业服务企业员工不得代理。",
        proxies_max=3,
    ),
    _clause(
        "第六条",
        "未反馈的表决票",
        "书面征求意见时，表决票经两名工作人员送达并由业主签收，或者以业主书面确认的方式送达的，"
        "视为该业主参与表决；未反馈意见的按弃权计算，不计入同意。\n"
        "表决票上应当以醒目文字写明议题全文、截止日期和不反馈的后果；没有写明的，本条不适用。",
        silence_rule="delivered_is_participating",
    ),
    _clause(
        "第七条",
        "车位面积",
        "构造独立、可以登记的地下车位，仅在表决车库事项时计入专有部分面积。",
        special_space_counts="garage_matters_only",
    ),
    _clause(
        "第八条",
        "业主委员会",
        "业主委员会由七名委员组成，每届任期五年，可以连选连任。",
        committee_size=7,
        committee_term_years=5,
    ),
    _clause(
        "第九条",
        "委员会会议",
        "业主委员会每两个月召开一次定期会议；过半数委员出席方可召开，决定经全体委员过半数签字同意，三日内公告。",
        committee_meeting_months=2,
    ),
    _clause(
        "第十条",
        "纪念品",
        "为鼓励参与，业主大会可以向交回表决票的业主赠送同一种纪念品，不论同意、反对或者弃权；在计票结束后发放，费用在业主大会工作经费中列支并公布。",
        prize_allowed=True,
    ),
)

_HOUSE = _clause(
    "第一条",
    "相互尊重",
    "业主、承租人和其他使用人应当爱护共用部位和共用设施，按规划用途使用房屋，不占用楼道、消防通道。",
)
_RENOVATION = _clause(
    "第二条",
    "装修",
    "装修前告知物业服务企业并在楼栋内张贴告示。有噪声的施工只在工作日 08:30-12:00、14:00-17:30 "
    "进行，法定休假日和双休日不进行。",
    renovation_hours="08:30-12:00, 14:00-17:30",
)
_PETS = _clause(
    "第三条",
    "养犬",
    "犬只出户应当束犬链、戴犬牌，即时清理粪便。儿童乐园和明珠草坪不让犬只进入，导盲犬、扶助犬除外。",
    pets_kept_out="儿童乐园、明珠草坪",
)
_INCOME = _clause(
    "第五条",
    "公共收益",
    "利用共有部分经营所得的收入，扣除合理成本后归全体业主所有，单独列账，每季度公布，主要用于补充专项维修资金。",
)
_BREACH = _clause(
    "第六条",
    "违约处理",
    "违反本规约的，业主委员会先行劝阻；劝阻无效的，可以依法请求停止侵害、恢复原状、赔偿损失。不得断水、断电，不得限制业主出入。",
)

COVENANT: tuple[ClauseText, ...] = (
    _HOUSE,
    _RENOVATION,
    _PETS,
    _clause(
        "第四条",
        "共有车位",
        "占用业主共有道路和场地的车位先到先停，每户一辆，不得私装地锁。",
        parking_allocation="first_come",
    ),
    _INCOME,
    _BREACH,
)

COVENANT_2: tuple[ClauseText, ...] = (
    _HOUSE,
    _RENOVATION,
    _PETS,
    _clause(
        "第四条",
        "共有车位",
        "占用业主共有道路和场地的车位每年公开摇号一次，每户限申请一个；残疾人车位和访客车位不参加摇号。摇号由居民委员会和三名业主代表见证，结果公布七日。",
        parking_allocation="lottery",
    ),
    _INCOME,
    _BREACH,
    _clause(
        "第七条",
        "安静时段",
        "每日 12:30-14:00 和 21:30-07:30 为安静时段，不进行产生噪声的活动；遇中考、高考另行通知。",
        quiet_hours="12:30-14:00, 21:30-07:30",
    ),
)

RESIDENTS_PACT: tuple[ClauseText, ...] = (
    _clause("一", "邻里和睦", "见面问声好，有事先商量；老人、孩子和生病的邻居多看一眼。"),
    _clause(
        "二",
        "安静",
        "每日 12:00-13:30 和 22:00-06:00 请放低声音，广场舞和健身活动不用扩音设备。",
        quiet_hours="12:00-13:30, 22:00-06:00",
    ),
    _clause("三", "楼道畅通", "楼道和消防通道不堆物、不停放电动自行车，不在室内给电瓶充电。"),
    _clause("四", "垃圾分类", "定时定点分类投放；错过时间的，可以投放到误时投放点。"),
    _clause(
        "五",
        "文明养犬",
        "遛狗牵绳，自带清理袋；中心花园的沙坑和儿童乐园不让犬只进入。",
        pets_kept_out="中心花园沙坑、儿童乐园",
    ),
    _clause("六", "遇事找谁", "自己说不开的，找楼组长；楼组长说不开的，找居委会和人民调解委员会。"),
)

BUILDING_PACT: tuple[ClauseText, ...] = (
    _clause("1", "照明", "楼道灯坏了谁先看见谁报修，不等别人。"),
    _clause("2", "公共窗台", "一楼窗台的花大家轮流浇水，每单元一周。"),
    _clause(
        "3",
        "夜间",
        "21:30-06:30 上下楼轻一点，关门用手扶着。",
        quiet_hours="21:30-06:30",
    ),
)

PARKING: tuple[ClauseText, ...] = (
    _clause("一", "让出通道", "南门到8号楼的消防车通道任何时候不停车。"),
    _clause(
        "二", "错时停车", "工作日 08:00-17:00 空出的车位可以让给来照护老人的家属，凭登记卡停放。"
    ),
    _clause("三", "试行", "本约定试行六个月，由议事会听取意见后再定。"),
)

BINHE_DRAFT: tuple[ClauseText, ...] = (
    _clause(
        "第一条",
        "会议形式",
        "业主大会会议采用书面征求意见的形式。",
        assembly_form="written",
    ),
    _clause(
        "第二条",
        "业主委员会",
        "业主委员会由五名委员组成，任期四年。",
        committee_size=5,
        committee_term_years=4,
    ),
)
