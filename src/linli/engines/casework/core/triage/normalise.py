"""Bring a report into one written form, so that rules and models see one spelling.

The report itself is never changed: what is returned here is only for reading by machine.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

VERSION = "normalise-1"
MAX_CHARS = 4000
#: NFKC can make one character into eighteen, so the raw text is cut before it.
_RAW_FACTOR = 4

# Only characters that neighbours' reports really use; one traditional, one simplified.
_TRADITIONAL = (
    "樓號單層電車門棟燈壞滅煙氣災傷鄰聲響擾髒處報請沒開關無時間現對邊後裡裏從來這個們說讓還進過運連遠衛廁廚廳"
    "鎖鑰鐵鋼錢鐘線網綠紅紙級給絕維緊縫總繩纜貓財費貨貼買賣資質賠賭軟輪輛轉農遲遺針鈴銀銹陽陰雜難雞離霧靜頂"
    "項順預頭頻題額風飛飯飲館騎騷驗驚髮鬧魚鳥鳴麗黃點齊齡龍業產區會議員務師幾兩萬與東書園國圖團圍場塊塵"
    "牆墻壓墜墮婦媽嬰學寧實寶將專導屆屬岡島帶幫應廢廣廟彈復徹惡惱愛慣態憂戶戲執掃掛採換揮損搖搶擋據擁擊擔擠擴"
    "斷舊晝暈曬條極構槍樁樣樹橋機欄檢歲歸殘殺決況淚淨湧溝滲滾滿漁漲漸潔潑澆濕濟濫灑灣為烏熱燒燙爐爛爭爺牽犢狀獨獲"
    "環畫異當瘋療癢盜盞監盤眾睜確礙礦禮種稱積穩窩窮竄競筆節範築籃籠紀約純細終組結絡統經綁緩練縣縮織繞"
    "續纏罰罵罷羅習聞聯聽職腦腫膚臨興舉舖艙艱藝莊莖華葉著蓋蒼蓮薑藥蘇蘭蟲蠅補裝褲製複見規視親覺觀觸計訊討訓記訪設許訴診"
    "註證評詞詢試話該詳誤課調談論謝講識譯護讀變貝負責貴賀賬賴贈趕趙跡踐蹤躍軍較載輕輸轄辦辭邁適選鄉醫釋銷鋪"
    "鋸錄錯鍋鍵鎮鏈鏟鑽長閃閉閒閘閱闆闖陣陸險隊階際隨隱雲靈韓頓頗領頸顆顧顯飄飼餓養餘駕駛駐馬騰鬆鬥鮮鴨鴿鹼麥麵黨齒"
    "體兒傳嗎嚴寵臺擺亂佔倉傘價優儲劃劇劉動勞勢匯協參雙發噴夠夾奪孫廠張強彎徑憑懷懸撥撲撿敗數歡毀沖涼減測準竊簡簽糾絲腳衝誰鄭錶飽"
)
_SIMPLIFIED = (
    "楼号单层电车门栋灯坏灭烟气灾伤邻声响扰脏处报请没开关无时间现对边后里里从来这个们说让还进过运连远卫厕厨厅"
    "锁钥铁钢钱钟线网绿红纸级给绝维紧缝总绳缆猫财费货贴买卖资质赔赌软轮辆转农迟遗针铃银锈阳阴杂难鸡离雾静顶"
    "项顺预头频题额风飞饭饮馆骑骚验惊发闹鱼鸟鸣丽黄点齐龄龙业产区会议员务师几两万与东书园国图团围场块尘"
    "墙墙压坠堕妇妈婴学宁实宝将专导届属冈岛带帮应废广庙弹复彻恶恼爱惯态忧户戏执扫挂采换挥损摇抢挡据拥击担挤扩"
    "断旧昼晕晒条极构枪桩样树桥机栏检岁归残杀决况泪净涌沟渗滚满渔涨渐洁泼浇湿济滥洒湾为乌热烧烫炉烂争爷牵犊状独获"
    "环画异当疯疗痒盗盏监盘众睁确碍矿礼种称积稳窝穷窜竞笔节范筑篮笼纪约纯细终组结络统经绑缓练县缩织绕"
    "续缠罚骂罢罗习闻联听职脑肿肤临兴举铺舱艰艺庄茎华叶着盖苍莲姜药苏兰虫蝇补装裤制复见规视亲觉观触计讯讨训记访设许诉诊"
    "注证评词询试话该详误课调谈论谢讲识译护读变贝负责贵贺账赖赠赶赵迹践踪跃军较载轻输辖办辞迈适选乡医释销铺"
    "锯录错锅键镇链铲钻长闪闭闲闸阅板闯阵陆险队阶际随隐云灵韩顿颇领颈颗顾显飘饲饿养余驾驶驻马腾松斗鲜鸭鸽碱麦面党齿"
    "体儿传吗严宠台摆乱占仓伞价优储划剧刘动劳势汇协参双发喷够夹夺孙厂张强弯径凭怀悬拨扑捡败数欢毁冲凉减测准窃简签纠丝脚冲谁郑表饱"
)
_TO_SIMPLIFIED = {ord(t): s for t, s in zip(_TRADITIONAL, _SIMPLIFIED, strict=True)}

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "幺": 1, "○": 0}
_NUMERAL = "零〇○一二三四五六七八九十百幺"
_DIGIT_ONLY = "零〇○一二三四五六七八九幺"
# "这三栋楼" counts buildings, "三栋" names one. 两 is left out: it only ever counts.
_COUNTED = re.compile(r"[这那有共几前后整某每半另]$")
_BEFORE_LABEL = re.compile(
    rf"([{_NUMERAL}]{{1,6}})(\s*)(号楼|栋|幢|单元|弄|室|楼|层|号(?=\s*[{_DIGIT_ONLY}\d]{{3,4}}))"
)
_AFTER_LABEL = re.compile(
    rf"(单元|号楼|栋|幢|座|号|楼|层)(\s*)([{_DIGIT_ONLY}]{{3,4}})(?![{_NUMERAL}])"
)
# "一楼" and "一层" may begin a longer word, "三栋楼" counts; "三栋楼下" does not.
_BUILDING_COUNT = re.compile(r"楼(?![下上道顶梯门里内前后房旁外边东西南北])")
_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\s*\n\s*")


@dataclass(frozen=True, slots=True)
class NormalisedText:
    """The text to read, and whether the end was cut off."""

    text: str
    truncated: bool


def normalise(text: str, max_chars: int = MAX_CHARS) -> NormalisedText:
    """Bring any string into the machine's written form. Never raises for a ``str``.

    The result has at most ``max_chars`` characters, no NUL, control or lone surrogate.
    """
    truncated = len(text) > max_chars * _RAW_FACTOR
    clean = _drop_unprintable(text[: max_chars * _RAW_FACTOR])
    clean = unicodedata.normalize("NFKC", clean).translate(_TO_SIMPLIFIED)
    # NFKC may bring back spaces of odd width: collapse after it, not before.
    clean = _BLANK_LINES.sub("\n", _SPACES.sub(" ", clean)).strip()
    clean = convert_numerals(clean)
    if len(clean) > max_chars:
        return NormalisedText(clean[:max_chars].rstrip(), True)
    return NormalisedText(clean, truncated)


def normalise_word(word: str) -> str:
    """The same form for a keyword or a place name, in lower case, without numerals read.

    Lower case only here: a report is shown to people, a keyword is not.
    """
    clean = unicodedata.normalize("NFKC", _drop_unprintable(word)).translate(_TO_SIMPLIFIED)
    return _SPACES.sub(" ", convert_numerals(clean)).strip().lower()


def convert_numerals(text: str) -> str:
    """Write Chinese numerals that number a place as digits: 七号楼二单元三零一 → 7号楼2单元301."""
    text = _BEFORE_LABEL.sub(_before_label, text)
    return _AFTER_LABEL.sub(lambda m: m[1] + m[2] + _spelled(m[3]), text)


def numeral_value(numeral: str) -> int | None:
    """The value of a Chinese numeral below 1000, spelled ("三零一") or counted ("二十三").

    None when the characters do not make a number.
    """
    if not numeral:
        return None
    if not any(c in "十百" for c in numeral):
        return int(_spelled(numeral)) if all(c in _DIGITS for c in numeral) else None
    total, digit, last_unit = 0, -1, 1000
    for char in numeral:
        if char in _DIGITS:
            digit = _DIGITS[char]
            continue
        unit = {"十": 10, "百": 100}.get(char, 0)
        if unit == 0 or unit >= last_unit:
            return None
        total += (1 if digit < 0 else digit) * unit
        digit, last_unit = -1, unit
    return total + max(digit, 0)


def _spelled(numeral: str) -> str:
    return "".join(str(_DIGITS[c]) for c in numeral)


def _before_label(match: re.Match[str]) -> str:
    numeral, space, label = match[1], match[2], match[3]
    counted = label in {"栋", "幢", "楼", "层", "单元"} and (
        _COUNTED.search(match.string[: match.start()][-1:])
    )
    if counted or (label in {"栋", "幢"} and _BUILDING_COUNT.match(match.string, match.end())):
        return match[0]
    # A spelled number keeps its zeros ("零八室" is door 08).
    if all(c in _DIGITS for c in numeral):
        return _spelled(numeral) + space + label
    value = numeral_value(numeral)
    return match[0] if value is None else f"{value}{space}{label}"


def _drop_unprintable(text: str) -> str:
    """Remove control, format, private and surrogate characters; keep line ends and spaces."""
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() else ("\n" if c in "\n\r\u2028\u2029" else _blank_or_nothing(c))
        for c in text
    )


def _blank_or_nothing(char: str) -> str:
    # Zero-width joiners inside words would hide a keyword; a tab stands between words.
    return " " if char.isspace() else ""
