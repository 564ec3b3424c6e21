"""What looks like danger and is not: other words, denials, suppositions, drills, long past.

Every entry was met in a calm report; it may only be as wide as that report needs, because
each one can also hide a real danger.
"""

from __future__ import annotations

import re

_LOOK_ALIKES = (
    # fire and smoke as parts of other words
    r"消防(?:通道|车道?|栓|设施|器材|设备|门|箱|水带|水池|泵|安全|知识|演[习练]|培训|讲座|"
    r"宣传|检查|工程|验收|管网|"
    r"逃生|站|登高面?|疏散|意识|员|队)",
    r"灭火|着火点|防火|禁止(?:明火|动火|燃放)|火灾(?:自动)?(?:报警|警报)(?:器|系统|主机|"
    r"控制器)|火警(?:电话|系统)",
    r"烟雾?(?:报警|警报|感应|探测)器|烟感|烟花爆竹|燃放|烟花|烟火气|烟头|抽烟|吸烟|烟味|"
    r"油烟机?|烟囱|香烟|烟灰|"
    r"二手烟|戒烟|烟酒|烟草|烟民",
    r"(?<!着)(?<!起)(?<!失)火(?:车|锅|腿|柴|热|辣|速|爆(?!炸)|气(?!很)|炬|箭|龙果|候|葬|化|"
    r"花塞|锅店|红|星(?:镇|村|街|路|北路))",
    r"(?:红|发|上|恼|窝|冒|惹|来)火(?!灾|光|花|星|苗|了一)|(?:打|点|开|关|生)?火(?:灶|机)|"
    r"打不着火|打不?火|火大(?!$|得|了)",
    r"\bfire (?:extinguishers?|drills?|doors?|lanes?|stations?|hydrants?|safety|exits?|escape|"
    r"hoses?|inspections?|"
    r"alarm (?:test|battery)|routes?|wardens?|truck access|brigade number)\b",
    r"\bfire ?works?\b|\bfireplace\b|\bcamp ?fire\b|\bsmoke (?:detectors?|alarms?|sensors?)\b|"
    r"\bno smoking\b|"
    r"\bsmoke-?free\b|\bcigarette smoke\b|\bspark joy\b",
    r"熄火|瞎火|消火栓|灯(?:泡|管)?烧|(?:红|热|高|低|焚)烧|怕(?:会)?[着起]火|"
    r"堵.{0,10}出不[来去]|车(?:子|辆)?出不[来去]",
    # gas and power as services
    r"(?:燃|煤|天然|液化)气(?:费|表|卡|公司|账单|发票|充值|改造|安装|开通|安检|通气|"
    r"灶具|缴费|价格|保险|热水器|报警器|户号)",
    r"漏电保护(?:器|开关)?|防漏电|触电保护|\bgas (?:bill|meter|card|company|fee)s?\b|"
    r"\bflood ?lights?\b",
    # the danger as a topic
    r"(?:火灾|安全|起火|自燃|坠落|触电|漏电|爆炸|火情|倒塌|坍塌|脱落|中毒|溺水)(?:的)?"
    r"(?:隐患|风险|危险性|事故应急|应急预案|保险|知识|案例|宣传|教育|新闻)",
    r"(?:防|反|禁止|杜绝|严禁|预防|防止|禁)(?:高空)?[抛坠](?:物|落)|高空抛物(?:的)?"
    r"(?:摄像头?|监控|探头|监测|宣传|提示|条例|罪|追溯|系统|治理|整治)",
    r"(?:反|防)(?:家暴|家庭暴力|诈骗?|拐|盗|恐|溺水)|(?:信息|知识|人口)爆炸",
    # 打, 死, 爆, 炸, 抢, 血, 刀 as parts of other words
    r"打(?:招呼|声招呼|[^,。]{0,4}电话|[^,。]{0,2}手机|扫|麻将|牌|扑克|[^,。]?球|太极|卡|"
    r"车|印|开水|针|疫苗|折|包|工|"
    r"听|理|不通|不开|游戏|鼓|孔|钻|磨|桩|官司|算|破沉默|破僵局|造|扰|乱|混凝土|地基|药|井|"
    r"架子鼓|下|算盘)",
    r"(?:气|热|吓|吵|笑|冷|累|烦|急|臭|渴|饿|堵|困|忙|贵|难看|香|美|晒|咸)死(?:了|人|我)?|"
    r"爆(?:满|粗口|米花|料|款|仓|表|红|胎)",
    r"炸(?:鸡|串|酱|臭豆腐|油条)|抢(?:车位|票|购|修|答|菜|红包|不到|充电桩|占)|急救(?:箱|"
    r"培训|知识|课|员证|讲座|包)",
    r"动手(?:机|术|工|能力|做|清理|整治)|坑爹|血(?:压|糖|站|型|液|管|汗|本|统|缘|亏|脂|检)|"
    r"(?:磨|剪|削面|餐|厨)刀",
    r"刀(?:削面|闸|具店|鱼|架)|(?:头|眼)晕眼花|晕车|农药残留|防中暑|救护车通道|困(?:难|扰|"
    r"惑|境)|贫困|发困|犯困",
    r"有蛇(?:皮|形)|蛇皮|反锁(?:功能|钮)|撬(?:动|装|边)|反(?:复|应|映)出不|做不出来|"
    r"拿不出(?:钱|方案|证|手续|来钱|依据|说法)|说不出来",
    # things, not people, that are lost; people who cannot be reached, but are not missing
    r"(?:寻|找)(?:猫|狗|宠物)(?:启事)?|走失的?(?:猫|狗|宠物|鹦鹉)|(?:猫|狗|宠物|钥匙|钱包|"
    r"手机|快递|包裹|车|电动车|"
    r"自行车|东西|卡|证|衣服).{0,3}(?:走丢|走失|丢了|不见了|找不到)",
    r"找不[到着](?:车位|停车|地方|位置|人管|负责|电话|入口|物业|垃圾桶|工作|管|厕所|人修|"
    r"人处理|路|人来|相关|部门|"
    r"任何|解决|开发商|原因|对象|理由|依据)|(?:物业|客服|管家|师傅|前台|维修|开发商|房东|"
    r"商家|中介|公司|老板|电话)"
    r".{0,8}(?:联系不上|打不通|没人接|找不[到着]|失联|不见了|没回来?|跑路)|联系不上(?:物业|"
    r"客服|管家|师傅|开发商|房东)",
    r"没回(?:来)?(?:复|应|电|音|信)|(?:老公|老婆|他|她|人).{0,2}没回来过年|钱.{0,6}没回来|"
    r"失联(?:企业|车)",
    r"(?:相|有|无|机)关人|(?:公交|地铁|汽|快|慢)车上",
)

#: "Not so": directly before the phrase, at most a small verb between.
_NEGATION = (
    r"(?:(?<!是)(?<!有)(?<!会)(?<!还)没有?|并未|未|并没有?|不是|不存在|无|从没有?|不会|"
    r"\b(?:no|not|isn't|aren't|wasn't|never|without|no sign of|there is no|there's no))"
    r"(?:再|发生|出现|发现|任何|什么|看到|闻到|听到|着|起|人|有|被|过|在|真的|真|\b(?:any|"
    r"a|the|on|been)\b|\s)*$"
)
#: "Is it not …?" asks, and "nobody thought that" tells: neither denies.
_QUESTION = (
    r"(?:是不是|有没有|会不会|不会是|不是说|没想到|没注意|没发现|没来得及|没有?人)[^,。;!?]{0,4}$"
)
#: "If", "lest", "might lead to": what could be, in the same clause before the phrase.
_HYPOTHETICAL = (
    r"(?:如果|要是|万一|一旦|假如|倘若|若是?|以防|防止|避免|预防|谨防|杜绝|严防|"
    r"容易|极易|易|生怕|存在|"
    r"(?:会|能|可能|造成|担心)(?:会)?(?:引[发起]|导致|造成|发生)|\bin case of|"
    r"\bif there (?:is|were) an?|"
    r"\bprevent|\bavoid|\brisk of|\bcould cause|\bmay cause)[^,。;!?\n]{0,10}$"
)
#: These make a "what could be" real again.
_REAL_AFTER_ALL = r"再不|快来|已经|正在|现在|真的|刚才|刚刚|马上|赶紧|赶快|救命|right now|already"
#: Long past; "happened last year" needs no fire engine. Only for what cannot last.
_LONG_PAST = (
    r"(?:去年|前年|大前年|曾经?|以前|当年|历史上|[\d一二两三几]+年前|上个?月|(?:19|20)\d\d年|"
    r"last year|years ago|used to)[^。;!?\n]{0,14}$"
)
_PASSING_KINDS = frozenset(
    {"fire", "gas", "explosion", "electric_shock", "falling_object", "flood", "trapped", "fall"}
)
#: A drill or a talk: the dangers of its sentence are practised, not real.
_DRILL = (
    r"演[习练]|培训|讲座|宣传|海报|标语|课程|知识竞赛|预案|推演|模拟|\bdrill\b|\btraining\b|"
    r"\bposter\b|\bleaflet\b"
)
_REAL_DESPITE_DRILL = r"真的|真着|不是演[习练]|not a drill|for real"

LOOK_ALIKES = re.compile("|".join(_LOOK_ALIKES))
_IS_DENIED = re.compile(_NEGATION)
_IS_ASKED = re.compile(_QUESTION)
_IS_IMAGINED = re.compile(_HYPOTHETICAL)
_IS_REAL = re.compile(_REAL_AFTER_ALL)
_IS_LONG_PAST = re.compile(_LONG_PAST)
_IS_DRILL = re.compile(_DRILL)
_IS_NO_DRILL = re.compile(_REAL_DESPITE_DRILL)
_SENTENCE = re.compile(r"[。!?;\n]+|(?<=[a-z])\.\s")
# A blank keeps positions and breaks words, so that no phrase is joined across a look-alike.
_BLANK = "＿"


def sentences(text: str) -> list[str]:
    """The sentences of a lower-case text that tell something, not practise it."""
    return [
        s
        for s in _SENTENCE.split(text)
        if s.strip() and not (_IS_DRILL.search(s) and not _IS_NO_DRILL.search(s))
    ]


def blank_look_alikes(sentence: str) -> str:
    """The sentence with look-alikes blanked out, every other character in its place."""
    return LOOK_ALIKES.sub(lambda m: _BLANK * len(m[0]), sentence)


def first_real(pattern: re.Pattern[str], blanked: str, sentence: str, kind: str) -> str:
    """The first match in a blanked sentence that is told as real and now, "" if none."""
    for match in pattern.finditer(blanked):
        before = sentence[: match.start()]
        denied = _IS_DENIED.search(before) and not _IS_ASKED.search(before)
        if not denied and not _is_imagined(before, sentence, kind):
            return match[0].strip(_BLANK + " ,")
    return ""


def _is_imagined(before: str, sentence: str, kind: str) -> bool:
    """What could be, or was long ago; unless the sentence also says that it is now."""
    if _IS_REAL.search(sentence):
        return False
    if _IS_IMAGINED.search(before):
        return True
    return kind in _PASSING_KINDS and bool(_IS_LONG_PAST.search(before))
