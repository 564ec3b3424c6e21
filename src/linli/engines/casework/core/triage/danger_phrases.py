"""Words of danger, by kind, in Chinese and English. Recall comes first.

Curated by hand: each pattern is what people write when it happens. They run on the
normalised text in lower case, after the look-alikes of ``danger_lookalikes`` are blanked.
"""

from __future__ import annotations

import re

#: kind -> what to call at once, as keys of the pack's emergency numbers, most urgent first.
CALLS: dict[str, tuple[str, ...]] = {
    "fire": ("fire",),
    "explosion": ("fire", "medical"),
    "gas": ("fire",),
    "trapped": ("fire",),
    "electric_shock": ("medical", "fire"),
    "falling_object": ("police",),
    "fall": ("medical", "fire"),
    "collapse": ("fire", "medical"),
    "violence": ("police",),
    "child_harm": ("police",),
    "self_harm": ("police", "medical"),
    "missing_person": ("police",),
    "medical": ("medical",),
    "poisoning": ("medical",),
    "animal_attack": ("police", "medical"),
    "flood": ("fire",),
    "crime": ("police",),
    "hazard": ("police",),
}

#: Dangers that nobody but the few who must act may learn of (ground.md 3).
SEALED_KINDS = frozenset({"violence", "child_harm", "self_harm"})

_CHILD = r"(?:孩子?|娃|小孩|儿童|小?女孩|小?男孩|小姑娘|学生|幼儿|婴儿|宝宝|闺女|女儿|儿子|孙子)"
_KIN = (
    r"(?:老公|丈夫|老婆|媳妇|妻子|老伴|爱人|妈|爸|爷|奶|公公|婆婆|外婆|外公|姥|老人|老太|"
    r"老头|大爷|大妈|"
    r"阿姨|叔|邻居|小伙|姑娘|女人|男人|女的|男的|师傅|工人|住户|他|她|我|\d岁|岁的?)"
)
_SOMEBODY = rf"(?:{_CHILD}|{_KIN}|(?<![没别])人)"
_WIRED = (
    r"(?:电线|电缆|线缆|高压线|线路|配电(?:柜|箱|房|室)|变压器|电表箱?|电箱|电闸|插座|插排|"
    r"灯杆|路灯杆|"
    r"充电(?:桩|器)|热水器|洗衣机|开关)"
)
_OVERHEAD = (
    r"(?:瓷砖|墙皮|墙砖|外墙|墙面|保温层|水泥|玻璃|窗户?|窗扇|空调|外机|花盆|广告牌|招牌|"
    r"灯箱|树枝|树干|大树|树|"
    r"石块|石头|雨棚|遮阳棚|晾衣架|灯罩|瓦片?|砖头?|天花板|吊顶|脚手架|架子|吊篮|塔吊|铁皮|"
    r"围挡|电线杆)"
)
_EDGE = r"(?:天台|楼顶|屋顶|护栏|栏杆|窗台|阳台|窗户|窗子|围墙|高压塔|吊塔)"
_SOON = (
    r"(?:眼看(?:着)?|快要?|马上要?|随时(?:会|要|可能|都会|都可能)?|就要|(?:好)?像要|要(?!求)|"
    r"差点|险些)"
)
_WEAPON = r"(?:刀|匕首|斧|棍|枪|凶器|钢管|铁锤|砖头|酒瓶)"
_GAS = r"(?:燃气|煤气|天然气|液化气|沼气|瓦斯|管道气|气罐|煤气罐)"

_PHRASES: dict[str, tuple[str, ...]] = {
    "fire": (
        r"(?<![发高红焚])烧(?![烤水饭菜开香纸坏钱饼炭煤鸡鹅腊卖录])|(?:窗帘|床|衣服|被子|纸箱|"
        r"垃圾|家具|油锅|灶台|车|房子|屋里)[^睡]{0,3}着了",
        r"电池.{0,6}(?:鼓|冒|烫|响|炸)|[叫拨打]了?119",
        # After the look-alikes are gone, a bare 火 is nearly always a fire.
        r"火",
        r"燃(?:起来|烧|了)|自燃|引燃|点着了|着起来|烧(?:起来|着|穿|焦|糊|没了|毁)|走水了",
        r"[浓黑白]烟|[冒窜蹿喷](?:着|出|了|起|来)*.{0,4}烟|烟.{0,4}(?:冒|直冒|弥漫|滚滚|很大|呛)",
        r"烟都飘|[大好]的烟(?!味)|(?:全|都|满|很多|好多)是?烟(?![头蒂花灰盒味草酒])|呛人的烟",
        r"焦糊?味|糊味|烧.{0,3}的?(?:味道|气味)|红彤彤|火光|窗.{0,4}红光",
        r"\bfire\b|\bflames?\b|\bburning\b|\bsmoke\b|\bsparks?\b|\bsparking\b|\bablaze\b|"
        r"\bsmou?ldering\b",
    ),
    "explosion": (
        r"爆炸|炸(?:了|开|伤|飞|裂)|爆燃|(?:嘭|砰|轰|嗙)的?一[声下]|一声巨响",
        r"\bexplo(?:sion|ded|ding)\b|\bblew up\b|\bloud bang\b",
    ),
    "gas": (
        r"气罐.{0,6}(?:倒|拧不|关不)",
        rf"{_GAS}.{{0,10}}(?:泄|漏|跑|味|臭|嘶|滋|响|断|破|裂|炸|打开|没关|忘关|忘记关|刺鼻|头晕)",
        rf"(?:闻|泄|漏|跑|一股|满屋|挖断|打开|开着|开).{{0,6}}{_GAS}|漏(?:了)?气|跑气|臭鸡蛋",
        r"\bgas (?:leak|is leaking|smell|pipe is broken)|\bleaking gas\b|"
        r"\bsmell(?:s|ing)? (?:of |like )?gas\b",
        r"\brotten eggs?\b",
    ),
    "trapped": (
        r"(?:人|老人|孩子|娃|大姐|老太太)(?:还|都)?在(?:里|屋|家)(?:面|头|边).{0,8}(?:小时|"
        r"钟头|出|不应|哭|喊|叫|没动静)|"
        r"夹(?:死|伤|住|到|着|断)",
        r"困(?:在|住|人|了|着)|被困|(?:关|锁|夹|反锁|(?<!g)卡)在(?!一起|栏杆|墙|树)|反锁|"
        r"出不[来去]|拿不出|拔不出|下不来了",
        r"(?:电梯|轿厢|货梯|升降机).{0,16}(?:有人(?![抽吸吐小撒扔贴放刻踢按涂乱遛带])|里(?:头|"
        r"面|边)?(?:还)?有(?:个|一)?[人老孩大小]|"
        r"在里[头面边]|半空|关人|门打不开|门不开|[喊敲]|孕|出不)",
        r"(?:头|手|脚|腿|胳膊|身子).{0,4}(?:卡|夹)(?:住|在|进)",
        r"电梯.{0,8}(?:下坠|坠落|急坠|冲顶|蹲底|往下掉|往下滑|掉层|掉了)",
        r"\btrapped\b|\bstuck (?:in|inside|between)\b|\blocked in(?:side)?\b|"
        r"\b(?:can't|cannot) get out\b",
    ),
    "electric_shock": (
        r"发麻|(?:外壳|铁门|栏杆|水管|龙头|机身).{0,4}[有带]电",
        r"触电|漏电|带电|被电(?![话梯动瓶信])|电(?:死|伤|击|晕|到了?人)|麻手|打手|手.{0,5}麻|"
        r"电弧|放电",
        rf"{_WIRED}.{{0,10}}(?:破|裸|露|断了|断开|掉|垂|落|拖|泡|冒|蓝光|闪光|噼|火花|湿|进水|"
        rf"淋|烫手|敞|摸|打火|短路|麻)",
        r"(?:断|掉|垂|裸露|耷拉)(?:了|下来|着|下)?的?(?:一[根截条段])?(?:电线|电缆|高压线|线)",
        r"\belectric(?:al)? shock\b|\belectrocut|\blive wires?\b|\bgot a shock\b|"
        r"\bcables? (?:is|are) (?:bare|exposed)",
        r"\b(?:bare|exposed|fallen|broken|downed) (?:electric(?:al)? |power )?(?:wire|cable|"
        r"line)s?",
        r"\b(?:wire|cable|power line)s? (?:is |are |has |have )?(?:down|hanging|fallen|exposed)",
    ),
    "falling_object": (
        r"掀(?:起|翻|掉|飞|开)|[刮吹](?:下|掉|落|倒|飞|断)|(?:窗口|楼上|阳台|窗户|"
        r"车顶).{0,6}飞[出下]|掉到(?:楼下|路上|地上)|整[个块扇面]掉",
        r"\bcame? (?:off|down)\b|\bgave way\b|\bhanging off\b",
        r"高空[抛坠]物|摇摇欲坠|晃得(?:厉害|吓人)|散架|悬在|悬空|往(?:楼下|下)[扔抛丢砸]|"
        r"从(?:楼上|天上|高处).{0,6}[扔抛丢掉砸]",
        rf"{_OVERHEAD}.{{0,10}}(?:往下掉|掉下|掉落|坠落|脱落|掉渣|砸|松动|松了|松脱|飞下|倒下|"
        rf"倒了|要倒|快倒|塌|翘起)",
        r"(?:扔|抛|丢|掉|砸|落)(?:下来|下去|下)(?:一|了|个|来|块|只|很多|好)|砸(?:到|中|伤|着|"
        r"在|坏|烂|死)",
        rf"{_SOON}.{{0,3}}(?:掉(?!漆)|倒(?!闭|霉|计)|塌|落下|砸|垮|坠|散)",
        r"\bfall(?:ing|en|s)? (?:off|from|onto)\b|"
        r"\bfalling (?:tiles?|objects?|bricks?|glass|debris)\b",
        r"\babout to (?:fall|collapse|come down)\b|\bcom(?:e|ing) loose\b|"
        r"\bthrown? (?:from|out of)\b",
    ),
    "fall": (
        r"(?:箅子|井盖|盖板|池盖|盖子).{0,6}(?:没了|裂|碎|翘|松动|断)",
        r"窟窿|(?:栽|摔|滚|滑)(?:进|下)|掉进|"
        r"[站骑爬坐跨](?!电梯|车).{0,4}(?:窗台|栏杆|护栏|天台|楼顶)(?!.{0,4}(?:抽烟|吸烟|聊天|晒))|吊在|"
        r"悬在|挂在(?:外|窗|栏)",
        r"\bdangling\b|\bslipped\b|\bhurt\b|\binjured\b|\bhit (?:his|her|their) head\b",
        r"坠楼|跌落|坠落|踩空|(?:掉|摔|跌|栽)(?:进|到|下|落)(?:去|来|了)?.{0,4}(?:井|坑|沟|池|"
        r"河|水|洞|楼)|掉(?:进|下)去",
        r"从.{0,8}(?:摔|掉|坠|跌|滚)(?:了)?(?:下|落)|[爬站]不起来|起不来|摔.{0,8}(?:血|断|肿|"
        r"不动|骨折|昏|晕|伤得)",
        r"(?:井盖|窨井|下水道|地井|井口|盖板|盖子).{0,10}(?:没盖|没有盖|无盖|不见|丢了|缺|没了|"
        r"被偷|敞|开着|掉|塌|陷|坏了|破)",
        r"(?:没有?|无|缺|丢)(?:了)?(?:井)?盖(?:子)?.{0,6}[井坑洞]|(?:没有?|缺|"
        r"少)(?:了)?(?:个)?井盖|井盖.{0,2}(?:偷|丢)",
        rf"{_EDGE}.{{0,4}}(?:外面|外边|外头|外|边上|边沿|边缘).{{0,8}}(?:爬|站|坐|掉|翻|人|孩)",
        rf"(?:爬|翻|跨|挂|吊|骑|坐|站)(?:到|在|上|出|过)*了?.{{0,6}}{_EDGE}.{{0,4}}(?:外|边|"
        rf"上面|去)",
        rf"{_EDGE}.{{0,4}}(?:断|缺|悬|没了|掉了半|脱焊)|溺水|落水|掉水里|沉下去",
        r"\bfell (?:from|off|into|down|and)\b|\bopen manhole\b|\bdrown|\bcan(?:'t|not) get up\b",
        r"\bmanhole (?:cover )?(?:is )?(?:missing|gone|open|stolen)|\bmissing manhole\b|"
        r"\bout on the ledge\b",
    ),
    "collapse": (
        r"楼板.{0,6}(?:沉|裂|塌|响|断|晃)|(?:墙|土|坡|地基).{0,6}(?:鼓出|鼓起|外鼓|在滑|滑坡|"
        r"下沉|下陷)|滑坡|泥石流|咯吱",
        r"[坍垮倒]塌|塌(?:了|下|陷|方|落|进)|要塌|快塌|陷(?:下去|落|进)|沉陷|地陷|大坑|垮了|散架",
        r"(?:房|楼|墙|屋).{0,4}(?:歪|倾斜|倒了|要倒|快倒|开裂得)|裂缝.{0,8}(?:越来越|变大|扩大|"
        r"贯穿|很大|能伸|一天比)",
        r"\b(?:wall|roof|building|ceiling|house|ground|floor|scaffold\w*|bridge) (?:has |is |"
        r"just )?(?:collaps|cav|sink|lean)",
        r"\bcollapsing\b|\bsinkhole\b|\bcaved? in\b",
    ),
    "violence": (
        r"抡|砸(?:车|玻璃|店)|见人就[打骂砍咬追]|动手动脚|打.{0,8}(?:耳光|巴掌|嘴巴)|"
        r"[堵拦关锁].{0,10}不让[我她他](?:出|走|回)",
        r"家暴|家庭暴力|殴打|斗殴|群殴|围殴|打骂|[又还老总天经常]?打[我她](?!家|们|电|手机|交|"
        r"的)|暴打|毒打|挨打|拳打脚踢|拳头|厮打|扭打|撕打|打砸|打斗|"
        r"围着打|群.{0,3}打",
        r"打(?:人|伤|破|死|得头|起架|架|了起来|起来了?|成重伤|出血)|打(?:了)?.{0,3}(?:老婆|"
        r"媳妇|妻子|女人|女的|爹|妈|爸|老人)",
        r"被.{0,8}(?:打|揍|踹|捅|砍|掐|踢|推倒)|动(?:起)?(?:了)?(?:手|粗)|揍|掐(?:着|"
        r"住)?.{0,3}脖|扇.{0,4}(?:耳光|巴掌|脸)",
        rf"(?:手里|手上|身上|拿|握|掏|抽|带|举|挥|亮|持|提|抄).{{0,6}}{_WEAPON}|"
        rf"[砍捅](?:人|伤|死|我|他|她|了(?!.{{0,4}}[树枝竹]))|动刀",
        r"弄死|杀(?:人|了|死|我|全家)|恐吓|威胁(?=(?:要|说要|说)?(?:我|他|她|杀|打|弄|烧|砍))|"
        r"人身威胁|扬言",
        r"[砸踹]门|追(?:着)?.{0,3}[砍打]|行凶|绑架|强奸|猥亵|性侵|跟踪(?:我|她|他)|尾随|惨叫|"
        r"哭喊|呼救|求救|喊救",
        r"(?:女人|女的|男的|她|他).{0,6}尖叫|躲在(?:厕所|卫生间|房间|床底|柜)|不敢回家",
        r"\b(?:hit(?:ting|s)?|beat(?:ing|s|en)?|punch(?:ed|ing)|kick(?:ed|ing)|"
        r"chok(?:ed|ing)) (?:me|her|him|his|my|up|each)\b",
        r"\bfight(?:ing)?\b|\bknife\b|\bgun\b|\bstab|\battack(?:ed|ing)\b|\bthreaten|\bassault|"
        r"\bdomestic violence\b",
        r"\bscream(?:ing|s)? for help\b|\bkill (?:me|her|him|you|us)\b|\bmachete\b|"
        r"\bharassing me\b",
    ),
    "child_harm": (
        rf"虐待|虐童|摸{_CHILD}|"
        rf"{_CHILD}.{{0,12}}(?:被.{{0,8}}(?:打|抽|踢|骂|掐|烫|锁|关|摸|拐|抱走)|全是伤|都是伤|"
        rf"伤痕|淤青|青一块|挨打)",
        rf"(?:打|抽|掐|摸|烫|拐|骗|抱|拽|拖|拉|骚扰|拐骗)(?:着|走|了|自己|自家|一个|"
        rf"个)*{_CHILD}(?:.{{0,4}}(?:车|走|跑|身|屁|脸|腿)|$|[,，])",
        rf"{_CHILD}.{{0,10}}(?:锁|关|独自|单独|一个人|绑).{{0,6}}(?:在家|在车|家里|车里|车内|"
        rf"屋里|椅|床)",
        rf"(?:锁|关|绑).{{0,6}}(?:家里|车里|车内|屋里).{{0,4}}{_CHILD}|[听喊].{{0,6}}别打了|"
        rf"烟头烫|被罚站",
        rf"{_CHILD}.{{0,12}}(?:没大人(?!管)|没人看|无人看|锁在|独自在|一个人在|被扔|被丢|被弃)|"
        rf"拐卖|人贩子|弃婴",
        r"\bchild abuse\b|"
        r"\babus(?:e|ing|ed) (?:a |the |his |her |their )?(?:child|kid|boy|girl|son|daughter)",
        r"\b(?:child|kid|baby|toddler|boy|girl).{0,20}(?:beaten|hit by|locked in|abandoned|"
        r"bruise|left alone)",
    ),
    "self_harm": (
        r"跳下去|割了|抑郁.{0,6}(?:药|发作|跳|死)|药.{0,3}(?:全|都)吞",
        r"(?:胳膊|手腕|手臂).{0,6}(?:划|割)|谁劝都|遗言|诀别",
        r"自杀|自残|轻生|寻短见|寻死|跳楼|跳河|割腕|割自己|不想.{0,2}活|活不下去|活够|"
        r"活着.{0,3}没(?:意思|意义|劲)|想不开",
        r"想死(?!你)|要跳|往下跳|上吊|遗书|留了.{0,4}(?:纸条|字条|信)|做傻事|一起死|同归于尽|"
        r"一了百了|对不起大家|结束.{0,4}生命",
        r"(?:吞|喝|吃|服)(?:了|下)?.{0,6}(?:安眠药|农药|百草枯|毒药)",
        r"\bsuicid|\bkill (?:myself|himself|herself|themsel)|\bwants? to die\b|\bgoing to jump\b|"
        r"\boverdos|\bself.?harm",
        r"\bend (?:it all|my life|his life|her life)\b",
    ),
    "missing_person": (
        r"人影(?:都)?(?:没|不见)|走散|找遍",
        rf"{_SOMEBODY}.{{0,14}}(?:走失|走丢|走散|丢了|失踪|失联|不见了|找不到|找不着|联系不上|"
        rf"不知去向|没到家|没影)",
        r"走失|走丢|(?:老人|小孩|孩子|人)不见了|人不见|失踪|不知去向|没回(?:来|家)|没到家|未归|"
        r"迷(?:了)?路|老年痴呆",
        rf"(?:出去|出门|离家|放学|下楼|买菜|散步).{{0,16}}(?:没(?:有)?(?:回|到家|见|消息)|未归|"
        rf"还没|找不|(?<!看)(?<!听)不见)|找{_CHILD}找",
        r"\bmissing (?:child|person|boy|girl|since|from home)\b|"
        r"\b(?:is|has gone|went|gone) missing\b|\bwandered off\b",
        r"\b(?:lost|missing) (?:my |our |a |the )?(?:child|boy|girl|kid|son|daughter|grand\w+)\b|"
        r"\blast seen\b",
        r"\b(?:not|n't|never) (?:come|came|returned?|been) (?:back |home)",
    ),
    "medical": (
        r"动不了|呻吟|心脏骤停|骤停|嘴.{0,2}歪|半边身子|撞倒|绑在床",
        r"头一歪|(?:人|他|她|喊|叫|邻居|老伴|推|躺).{0,10}没(?:了)?反应|[疼痛]得|冷汗|抽筋|"
        r"抽过去|说胡话|吃错药|叫不(?:起|答)|高烧|"
        r"[叫拨打]了?120(?!.{0,4}(?:没|不))",
        r"昏(?:迷|倒|过去|厥|睡不醒)|晕(?:倒|过去|厥|在|了|死)|倒地|"
        r"倒(?:在|下)(?:了)?(?!.{0,2}(?:绿化|草坪里|垃圾)).{0,6}(?:地|路|门|楼|厕|床|家)",
        r"叫不[醒应]|喊不[醒应]|没(?:有)?(?:呼吸|心跳|意识|知觉)|休克|抽搐|抽风|癫痫|羊癫疯|"
        r"猝死|心脏病|心梗|中风|脑溢血|脑梗",
        r"胸(?:口|部)?.{0,4}(?:疼|痛|闷)|喘不(?:上|过)|呼吸困难|窒息|噎|卡.{0,3}(?:喉|嗓|气管)|"
        r"(?:喉咙|嗓子|气管).{0,4}卡|呛住",
        r"[流出吐咳满是有多滩]血|血[流泊淋]|鲜血|骨折|[摔撞压]断|口吐白沫|中暑|低血糖|"
        r"嘴唇?.{0,3}[紫乌白]|脸.{0,3}(?:紫|煞白|发青|乌)",
        rf"{_SOMEBODY}.{{0,4}}(?:快)?不行了|羊水|要生了|临产|急救|救护车|奄奄一息|不省人事|"
        rf"动弹不得|瘫(?:在|倒)",
        r"(?:躺|趴)(?:着|在)(?:了)?(?:一?个)?(?:人|地|路|楼道)|(?:敲门|敲了).{0,6}(?:没人?应|"
        r"没反应|不开|不答应|没动静)",
        r"(?:[一二两三四五几\d])天(?:都)?没(?:出门|见人?|下楼|动静|消息|开门)",
        r"\bunconscious\b|\bnot breathing\b|\bheart attack\b|\bstroke\b|\bcollapsed\b|"
        r"\bbleeding\b|\bchest pain\b|\bchoking\b",
        r"\bseizure\b|\bgoing into labou?r\b|\bambulance\b|\bpassed out\b|\bfainted\b|"
        r"\bhaven't seen (?:him|her) for\b",
    ),
    "poisoning": (
        r"中毒|一氧化碳|误(?:食|喝|服|吞)|老鼠药|农药|(?:都|全|一家).{0,6}(?:晕|吐|恶心|难受)",
        r"(?:炭盆|烧炭|炭火|煤炉|木炭|洗澡).{0,16}(?:头晕|恶心|晕|难受|呕)",
        r"\bpoison|\bcarbon monoxide\b|\bswallowed\b",
    ),
    "animal_attack": (
        r"被.{0,4}咬|[猫狗].{0,12}(?:抓伤|撞倒|扑)",
        r"[狗犬].{0,16}(?<!不)(?<!会)咬(?!坏|烂|绳|骨|人怎)|挣断.{0,4}[绳链]",
        r"[狗犬猫蛇].{0,16}(?:咬(?:了|伤|到|人|出|死|住|我|他|她|小)|见人就咬|咬.{0,4}血|"
        r"扑(?:倒|上来|人|向|过来))",
        r"被.{0,10}[狗犬蛇].{0,6}[咬扑抓追]|(?:疯|恶|狂犬?)狗|马蜂窝?|毒蛇|[有条]蛇|蛇进",
        r"\b(?:dog|snake).{0,16}(?:bit|bitten|biting|attack)|\bbitten by\b|\bsnake\b",
    ),
    # A burst pipe alone is urgent (P1), not a danger to life: what makes it one is deep water,
    # water in lifts, cellars and electric boxes, or a flood.
    "flood": (
        r"没过(?:膝|腰|小腿|脚|车|人)|[齐到](?:了)?(?:小腿|膝盖?|大腿|腰|胸)(?:深|了|这|$)|"
        r"淹(?:死|到|没)|被淹|(?:楼|家|屋|全|都|门|车).{0,2}淹了|(?:河|江|湖|雨|洪)水.{0,3}漫|内涝|洪水|山洪",
        r"水.{0,8}(?:往|向|灌|涌|流|漫).{0,8}(?:电梯|配电|电井|电表|电箱|地下室|地库|车库)|"
        r"(?:倒灌|涌(?:上|进|入))|灌(?:水|进来)|像?瀑布",
        r"(?:电表|电箱|配电|电梯|插座|电线).{0,8}(?:(?<!潮)湿|进水|泡|浸)|进水.{0,6}(?:没过|深|电)",
        r"\bflood(?:ing|ed|s)?\b",
    ),
    "crime": (
        r"翻(?:阳台|墙|窗|栏)|(?:拽|夺|扯)走|乱七八糟.{0,6}(?:少|丢|不见)|"
        r"\bforc(?:e|ing) (?:the |open )?(?:the )?(?:door|window|lock)",
        r"撬|入室|小偷|有贼|贼(?:从|进|人|在)|蒙面|[爬翻](?:进|窗|墙进)|(?:正在|在|有人|"
        r"当场)偷(?![懒偷拍倒排])|踩点|闯(?:进|入)",
        r"抢(?:了|劫|走|包|钱|我|夺)|抢.{0,4}(?:包|手机|项链)|(?:拧|掰|捅|试).{0,6}(?:门锁|"
        r"门把|把手|家门)|"
        r"挨家.{0,4}[拧拉撬试].{0,3}门",
        r"\bburglar|\bbreaking in|\bbroke into\b|\brobb(?:ed|ery|ing)\b|\bintruder\b|\bprowler\b|"
        r"\btrying (?:the )?door",
    ),
    "hazard": (
        r"救命|救人|快来人|来人啊|救救(?:我|他|她|孩子|老人|人)|出人命|人命关天|生命危险|"
        r"危在旦夕|要出事了?|十万火急",
        r"有毒|泄漏|化学品|不明(?:液体|气味|粉末)|sos|\bhelp me\b|\bemergency\b|"
        r"\blife.threatening\b",
    ),
}

COMPILED = {kind: re.compile("|".join(phrases)) for kind, phrases in _PHRASES.items()}
