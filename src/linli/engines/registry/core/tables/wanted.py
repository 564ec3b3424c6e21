"""Columns of the lists that neighbourhoods keep, with the headers people give them.

Names were gathered from forms in use, not from a standard; an import may pass its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from linli.engines.registry.core.tables.columns import Wanted


def _words(text: str) -> tuple[str, ...]:
    """Words written with bars between them: "手机|mobile number"."""
    return tuple(word.strip() for word in text.split("|"))


#: somebody else's name or phone
_OTHERS = _words("紧急|家属|亲属|监护|emergency|next of kin|guardian")
_NO_PERSON = _OTHERS + _words(
    "单位|小区|公司|组织|机构|楼|栋|estate|building|organisation|organization|company|user name"
)
_NAMES = _words("姓名|名字|name|full name")
_PHONES = _words(
    "手机|手机号|手机号码|电话|联系电话|电话号码|联系方式|移动电话|phone|mobile|telephone"
    "|phone number|mobile number|cell|tel|contact number"
)

_PHONE = Wanted("phone", _PHONES, never=_OTHERS)
_ID_NUMBER = Wanted(
    "id_number",
    _words("身份证|身份证号|身份证号码|证件号|证件号码|公民身份号码|id number|id card|id no"),
    never=_OTHERS,
)
_NOTE = Wanted("note", _words("备注|说明|note|notes|remark|remarks|comment"))
_DWELLING = Wanted(
    "dwelling",
    _words(
        "房屋|房屋地址|房屋坐落|坐落|住址|地址|详细地址|家庭住址|现住址|房产|dwelling|address"
        "|home address|flat|apartment"
    ),
    never=_words("电子|邮箱|email|e-mail|户籍|registered"),
)
_BUILDING = Wanted(
    "building",
    _words("楼栋|栋|楼号|栋号|幢|幢号|楼|楼幢|楼栋号|building|block|building no|tower"),
    never=_words("层|单元|楼长|组长"),
)
_UNIT = Wanted(
    "unit",
    _words("单元|单元号|门洞|unit|entrance|staircase|unit no"),
    never=_words("工作|不动产|unit price"),
)
_ROOM = Wanted(
    "room",
    _words("房号|房间|房间号|室|室号|户号|门牌|门牌号|房屋号|room|room no|flat no|door"),
    never=_words("类型"),
)
_PLACE = (_DWELLING, _BUILDING, _UNIT, _ROOM)
_AREA = Wanted(
    "area",
    _words(
        "建筑面积|面积|产权面积|房屋面积|专有部分面积|area|floor area|built area|area sqm|area m2"
    ),
    never=_words("套内|公摊|使用|area code|area served|service area"),
)
_USE = Wanted("use", _words("用途|房屋用途|规划用途|房屋性质|use|usage"))

RESIDENTS = (
    Wanted("name", _words("居民姓名|住户姓名|住户") + _NAMES, required=True, never=_NO_PERSON),
    _PHONE,
    *_PLACE,
    Wanted(
        "relation",
        _words("关系|与户主关系|与业主关系|居住类型|身份|人员类型|relation|relationship"),
        never=("证", *_OTHERS),
    ),
    _ID_NUMBER,
    Wanted("born_on", _words("出生日期|生日|出生年月|date of birth|birthday|birth date|dob")),
    Wanted("language", _words("语言|language")),
    _NOTE,
)
OWNERS = (
    Wanted(
        "name",
        _words("业主|业主姓名|产权人|产权人姓名|所有权人|权利人|owner|owner name") + _NAMES,
        required=True,
        never=_NO_PERSON + _words("电话|手机|身份|证|类型|关系|phone"),
    ),
    _PHONE,
    *_PLACE,
    _AREA,
    Wanted("share", _words("份额|产权份额|共有份额|所占份额|share|ownership share")),
    Wanted(
        "title_number",
        _words("产权证号|房产证号|不动产权证号|不动产权证书号|title number|deed number"),
    ),
    _USE,
    _ID_NUMBER,
    _NOTE,
)
DWELLINGS = (
    Wanted("estate", _words("小区|小区名称|小区名|楼盘|项目名称|estate|estate name|compound")),
    _BUILDING,
    _UNIT,
    Wanted("floor", _words("楼层|层|所在层|层数|floor|storey|level"), never=_words("总|area")),
    Wanted("room", _ROOM.names, required=True, never=_ROOM.never),
    _DWELLING,
    _AREA,
    Wanted(
        "unit_code",
        _words("不动产单元号|房屋编码|地址编码|标准地址编码|real estate unit number|address code"),
    ),
    _USE,
    _NOTE,
)
ORGANISATIONS = (
    Wanted(
        "name",
        _words(
            "单位|单位名称|机构名称|组织名称|公司名称|企业名称|名称|name|organisation"
            "|organization|company|organisation name"
        ),
        required=True,
        never=_words("联系人|负责人|地址|电话|类型|代码|contact"),
    ),
    Wanted(
        "credit_code",
        _words(
            "统一社会信用代码|社会信用代码|信用代码|组织机构代码|credit code|registration number"
        ),
    ),
    Wanted("body", _words("类型|单位类型|机构类型|类别|性质|type|kind|category")),
    Wanted(
        "contact",
        _words("联系人|负责人|经办人|法定代表人|contact|contact person|manager"),
        never=_words("电话|手机|number|phone"),
    ),
    Wanted("phone", _PHONES + _words("值班电话|服务电话|热线|单位电话|hotline"), never=_OTHERS),
    Wanted("address", _words("地址|单位地址|办公地址|注册地址|address|office address")),
    Wanted("area_served", _words("服务范围|服务区域|负责区域|area served|service area")),
    _NOTE,
)
DUTY_ROSTER = (
    Wanted(
        "person",
        _words("值班人|值班人员|值班员|当班人员|人员|on duty|person|staff") + _NAMES,
        required=True,
        never=_OTHERS + _words("电话|类型|phone"),
    ),
    Wanted("phone", _PHONES + _words("值班电话"), never=_OTHERS),
    Wanted(
        "day",
        _words("日期|值班日期|date|day|duty date"),
        required=True,
        never=_words("结束|截止|end"),
    ),
    Wanted(
        "starts_at",
        _words("开始|开始时间|上班时间|起始时间|start|starts at|start time|from"),
        never=_words("结束"),
    ),
    Wanted(
        "ends_at",
        _words("结束|结束时间|下班时间|截止时间|end|ends at|end time|to|until"),
        never=_words("开始"),
    ),
    Wanted("shift", _words("班次|班别|值班时间|时段|shift")),
    Wanted("family", _words("工种|岗位|专业|职责|trade|post|duty|role")),
    Wanted("organisation", _words("单位|部门|公司|班组|organisation|organization|team")),
    _NOTE,
)

#: every list by the name that an import form uses
LISTS: Mapping[str, tuple[Wanted, ...]] = MappingProxyType(
    {
        "residents": RESIDENTS,
        "owners": OWNERS,
        "dwellings": DWELLINGS,
        "organisations": ORGANISATIONS,
        "duty_roster": DUTY_ROSTER,
    }
)
