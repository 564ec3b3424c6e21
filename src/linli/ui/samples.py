"""Made-up content of the style guide, in Chinese and English. Nothing here is a real person."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.utils.translation import get_language


def say(chinese: str, english: str) -> str:
    """The sample text in the language of the page; samples are not translated strings."""
    return chinese if (get_language() or "").startswith("zh") else english


class SampleForm(forms.Form):
    """A form with every kind of field; shown empty and with errors."""

    title = forms.CharField(max_length=80)
    kind = forms.ChoiceField(widget=forms.RadioSelect)
    days = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, required=False)
    building = forms.ChoiceField()
    text = forms.CharField(widget=forms.Textarea, required=False)
    when = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), required=False)
    agree = forms.BooleanField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Set words in the page's language."""
        super().__init__(*args, **kwargs)
        words = {
            "title": (say("出了什么事？", "What happened?"), say("一句话就够", "One sentence")),
            "kind": (say("急不急？", "How urgent is it?"), ""),
            "days": (say("哪几天方便？", "Which days suit you?"), ""),
            "building": (say("在哪栋楼？", "Which building?"), ""),
            "text": (say("还想说的", "Anything else"), ""),
            "when": (say("哪一天？", "Which day?"), ""),
            "agree": (say("我同意楼组长看到我的姓名", "The building leader may see my name"), ""),
        }
        for name, (label, help_text) in words.items():
            self.fields[name].label = label
            self.fields[name].help_text = help_text
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            ("now", say("现在就要来人", "Somebody must come now")),
            ("day", say("今天内处理就行", "Some time today will do")),
        ]
        self.fields["days"].choices = [  # type: ignore[attr-defined]
            ("sat", say("星期六", "Saturday")),
            ("sun", say("星期日", "Sunday")),
        ]
        self.fields["building"].choices = [  # type: ignore[attr-defined]
            (str(n), say(f"{n}号楼", f"Building {n}")) for n in range(1, 6)
        ]


def nav(page: str, elder: bool) -> list[dict[str, Any]]:
    """Navigation of the face that the page belongs to."""
    if page.startswith("desk"):
        rows = [
            ("bell", say("待分派", "To dispatch"), 6, page == "desk"),
            ("clipboard", say("工单", "Cases"), 39, page == "desk-wide"),
            ("map", say("地图", "Map"), 0, False),
            ("vote", say("投票", "Votes"), 0, False),
            ("scale", say("调解", "Mediation"), 3, False),
            ("wallet", say("公共账目", "Public accounts"), 0, False),
            ("flame", say("消防演练", "Fire drill"), 0, False),
            ("smile", say("微笑指数", "Smile index"), 0, False),
        ]
    else:
        rows = [
            ("home", say("首页", "Home"), 0, page != "report"),
            ("users", say("邻里", "People"), 0, False),
            ("clipboard", say("办事", "Services"), 2, page == "report"),
            ("user", say("我的", "Mine"), 0, False),
        ]
        if elder:
            rows.pop(2)
    return [
        {"icon": icon, "label": label, "count": count, "active": active, "url": "?"}
        for icon, label, count, active in rows
    ]


def plan_shapes(badges: bool = True) -> list[dict[str, Any]]:
    """A made-up plan: 25 buildings, a green, a river, roads and a bicycle shed."""
    shapes: list[dict[str, Any]] = [
        {"kind": "road", "x": 0, "y": 60 + 73 * row, "w": 500, "h": 5} for row in range(7)
    ]
    shapes += [
        {"kind": "road", "x": 0, "y": 60, "w": 9, "h": 445},
        {"kind": "road", "x": 495, "y": 40, "w": 12, "h": 475},
        {"kind": "green", "x": 0, "y": 515, "w": 600, "h": 26},
        {"kind": "water", "x": 0, "y": 543, "w": 600, "h": 26},
        {"kind": "green", "points": "330,295 400,295 400,335 330,335"},
    ]
    counts = {7: 3, 9: 2, 10: 1, 17: 3, 18: 4, 22: 7, 24: 12, 3: 1} if badges else {}
    number = 1
    for row in range(6):
        y = 465 - 73 * row
        spots = (40, 155, 270, 385) if row != 2 else (40, 385)
        for x in spots:
            shapes.append(_building(number, x, y, 91, 22, counts))
            number += 1
    for y in (410, 290, 170):
        shapes.append(_building(number, 530, y, 38, 38, counts))
        number += 1
    centre = say("社区服务中心", "Centre")
    shapes.append(
        {"kind": "building", "x": 155, "y": 308, "w": 70, "h": 32, "label": centre, "href": "?"}
    )
    shed = say("旧车棚", "Old shed")
    shapes.append(
        {"kind": "shed", "x": 262, "y": 312, "w": 46, "h": 22, "label": shed, "href": "?"}
    )
    return shapes


def _building(
    number: int, x: float, y: float, w: float, h: float, counts: dict[int, int]
) -> dict[str, Any]:
    return {
        "kind": "building",
        "label": str(number),
        "name": say(f"{number}号楼", f"Building {number}"),
        "href": "?",
        "x": x,
        "y": y,
        "w": w,
        "h": h,
        "count": counts.get(number, 0),
        "current": number == 7,
    }


def parts() -> dict[str, Any]:
    """Sample data for every part."""
    bad = SampleForm({"title": "", "building": "9"})
    bad.is_valid()
    return {
        "form": SampleForm(),
        "bad_form": bad,
        "page_obj": _page(),
        "options": [
            {
                "value": "water",
                "label": say("漏水", "Water leak"),
                "icon": "droplet",
                "help": say("管道、天花板、水表", "Pipe, ceiling, meter"),
            },
            {
                "value": "power",
                "label": say("停电、路灯", "Power, lamps"),
                "icon": "bolt",
                "help": say("家里或楼道", "At home or in the stair"),
            },
            {
                "value": "rubbish",
                "label": say("垃圾、杂物", "Rubbish"),
                "icon": "trash",
                "help": say("堆在通道上", "In the passage"),
            },
            {"value": "lift", "label": say("电梯", "Lift"), "icon": "elevator", "disabled": True},
        ],
        "steps": [
            {"label": say("已收到", "Received"), "state": "done"},
            {"label": say("已派单", "Sent out"), "state": "done"},
            {"label": say("维修中", "At work"), "state": "current"},
            {"label": say("您确认", "You confirm"), "state": "todo"},
        ],
        "steps_stopped": [
            {"label": say("已收到", "Received"), "state": "done", "time": "09:12"},
            {"label": say("等您补充", "Waits for you"), "state": "stopped", "time": "10:40"},
            {"label": say("处理", "Work"), "state": "todo"},
        ],
        "events": [
            {
                "time": "21:34:05",
                "text": say("拍照上报，定位误差 8 米", "reported with a photo, place within 8 m"),
                "who": say("居民 张**", "Resident Z**"),
            },
            {
                "time": "21:34:06",
                "text": say("判定类别“漏水”", "classified as “water leak”"),
                "note": say("依据：文字“水管爆裂”；规则 W-03", "Words “burst pipe”; rule W-03"),
            },
            {
                "time": "21:34:40",
                "text": say("另 2 人同报，已合并", "two more reports joined"),
                "icon": "link",
            },
            {
                "time": "21:35:10",
                "text": say("水压下降 41%，自动提为“急”", "pressure fell 41 %, raised to “urgent”"),
                "kind": "urgent",
            },
        ],
        "queue": _queue(),
        "tabs": [
            {"label": say("办理中", "Open"), "url": "?", "active": True, "count": 3},
            {"label": say("等我确认", "For me"), "url": "?", "count": 1},
            {"label": say("已办结", "Closed"), "url": "?"},
        ],
        "columns": [
            {"label": say("事项", "Matter")},
            {"label": say("状态", "State")},
            {"label": say("户数", "Homes"), "kind": "number"},
            {"label": say("金额", "Amount"), "kind": "number"},
        ],
        "rows": [
            [
                {"text": say("更换水泵", "New pump"), "href": "?"},
                {"text": say("已付款", "Paid"), "pill": "ok"},
                36,
                "¥12,600.00",
            ],
            [
                {"text": say("外墙修补", "Wall repair"), "href": "?"},
                {"text": say("公示中", "On notice"), "pill": "due"},
                144,
                "¥46,900.00",
            ],
        ],
        "kinds": [
            {"label": say("垃圾", "Rubbish"), "value": 31},
            {"label": say("楼道杂物", "Passage"), "value": 22},
            {"label": say("违停", "Parking"), "value": 17},
            {"label": say("路灯", "Lamps"), "value": 13},
            {"label": say("噪音", "Noise"), "value": 11},
            {"label": say("漏水", "Water"), "value": 8},
        ],
        "scores": [
            {"label": say("服务", "Service"), "value": 93, "kind": "ok"},
            {"label": say("安全", "Safety"), "value": 91, "kind": "ok"},
            {"label": say("环境", "Place"), "value": 86, "kind": "ok"},
            {"label": say("照明", "Light"), "value": 79, "kind": "due"},
            {"label": say("停车", "Parking"), "value": 71, "kind": "due"},
        ],
        "days": [say(f"{n}日", str(n)) for n in range(9, 23)],
        "series": [
            {
                "label": say("上报", "In"),
                "values": [22, 18, 25, 21, 17, 28, 25, 20, 17, 21, 23, 19, 22, 18],
            },
            {
                "label": say("办结", "Done"),
                "values": [20, 19, 23, 20, 18, 25, 25, 22, 16, 20, 22, 19, 21, 19],
                "kind": "ok",
            },
        ],
        "feed": _feed(),
        "shapes": plan_shapes(),
        "icon_names": _icons(),
    }


def _page() -> Page[int]:
    return Paginator(range(90), 10).page(2)


def _icons() -> list[str]:
    from linli.ui.checks import icon_names

    return sorted(icon_names())


def _feed() -> list[tuple[str, str, str, str, int]]:
    urgent, due, normal = say("急", "Urgent"), say("限时", "Due"), say("一般", "Normal")
    return [
        ("urgent", urgent, say("漏水", "Leak"), say("7号楼 2单元 · 水务", "B7 · water"), 6),
        ("due", due, say("垃圾堆放", "Rubbish"), say("旧车棚 · 保洁", "Shed · cleaners"), 3),
        ("due", due, say("楼道杂物", "Passage"), say("12号楼 · 楼组长", "B12 · leader"), 18),
        ("normal", normal, say("路灯不亮", "Lamp out"), say("中心绿地 · 物业", "Green"), 41),
        ("normal", normal, say("电梯异响", "Lift noise"), say("24号楼 · 维保", "B24"), 52),
    ]


def _queue() -> list[dict[str, Any]]:
    urgent, due, normal = say("急", "Urgent"), say("限时", "Due"), say("一般", "Normal")

    def row(
        kind: str, word: str, title: str, meta: list[str], minutes: int, current: bool = False
    ) -> dict[str, Any]:
        return {
            "pill_kind": kind,
            "pill": word,
            "title": title,
            "meta": meta,
            "time": say(f"{minutes} 分钟前", f"{minutes} min ago"),
            "current": current,
        }

    return [
        row(
            "urgent",
            urgent,
            say("水管爆裂", "Burst pipe"),
            [
                say("7号楼 2单元", "Building 7, Unit 2"),
                say("居民拍照", "photo"),
                say("3 人同报", "3 reports"),
            ],
            2,
            True,
        ),
        row(
            "due",
            due,
            say("垃圾堆放", "Rubbish heap"),
            [
                say("旧车棚北侧", "North of the shed"),
                say("摄像头识别 0.91", "camera 0.91"),
                say("待人工确认", "to confirm"),
            ],
            4,
        ),
        row(
            "normal",
            normal,
            say("路灯不亮", "Lamp out"),
            [say("中心绿地", "Central green"), say("扫码报修", "code scanned")],
            11,
        ),
        row(
            "due",
            due,
            say("楼道杂物", "Things in the stair"),
            [say("12号楼 3层", "Building 12, floor 3"), say("楼组长上报", "building leader")],
            18,
        ),
        row("normal", normal, say("噪音", "Noise"), [say("24号楼", "Building 24"), "12345"], 25),
        row(
            "normal",
            normal,
            say("宠物粪便", "Pet mess"),
            [say("河滨绿带", "River bank"), say("黄码", "yellow code")],
            31,
        ),
    ]
