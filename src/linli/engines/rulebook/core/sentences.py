"""The sentences that explain a deadline, in the languages that the clock speaks."""

from __future__ import annotations

_EN = {
    "rule": "{rule}: {amount} {unit}",
    "start": "starts {start}",
    "starts_at_once": "minutes and hours start at once",
    "outside_hours": "outside working hours; counting starts {start}",
    "opening_day": "the opening day {day} is not counted; day 1 is the next counted day",
    "hold": "the clock stood still from {start} to {end}",
    "held_days": "{count} day ends fell into a hold and were not counted",
    "last_day": "the last day is {day} ({weekday})",
    "rolled_holiday": "{day} is a public holiday; moved to the first day after it, {to}",
    "rolled_weekend": "{day} is a weekend; moved to the next working day, {to}",
    "both_dates": "read to the letter the law names public holidays only: then {day} is the last",
    "before": "to be done {amount} {unit} before {day}",
    "before_letter": "to the letter, on or before {day}",
    "before_clear": "one clear day more to be safe: on or before {day}",
    "midnight": "ends at 24:00 of the last day, {due} exclusive",
    "due": "due {due}",
    "provisional": "the holiday list of {years} is not loaded; the date may change",
    "minute": "minutes",
    "hour": "hours",
    "working_hour": "working hours",
    "natural_day": "days",
    "working_day": "working days",
    "month": "months",
    "weekdays": "Mon Tue Wed Thu Fri Sat Sun",
}

_ZH = {
    "rule": "{rule}：{amount}{unit}",
    "start": "起算时间 {start}",
    "starts_at_once": "按分钟、小时计算，自起算时刻开始",
    "outside_hours": "在工作时间之外，自 {start} 开始计算",
    "opening_day": "开始的当日 {day} 不计入，自下一日起算",
    "hold": "{start} 至 {end} 经批准暂停计时",
    "held_days": "有 {count} 日届满时处于暂停，不计入",
    "last_day": "最后一日为 {day}（{weekday}）",
    "rolled_holiday": "{day} 为法定休假日，顺延至休假日结束的次日 {to}",
    "rolled_weekend": "{day} 为休息日，顺延至 {to}",
    "both_dates": "严格按条文只有法定休假日顺延：最后一日即为 {day}",
    "before": "应在 {day} 的 {amount}{unit}以前完成",
    "before_letter": "按条文字面：不晚于 {day}",
    "before_clear": "稳妥起见多留一日：不晚于 {day}",
    "midnight": "至最后一日二十四时止，即 {due} 之前",
    "due": "截止 {due}",
    "provisional": "{years} 年放假安排尚未录入，日期可能变动",
    "minute": "分钟",
    "hour": "小时",
    "working_hour": "工作时",
    "natural_day": "日",
    "working_day": "个工作日",
    "month": "个月",
    "weekdays": "周一 周二 周三 周四 周五 周六 周日",
}

_LANGUAGES = {"en": _EN, "zh-hans": _ZH}


def say(language: str, key: str, **values: object) -> str:
    """One sentence; languages that the clock does not speak are answered in English."""
    return _LANGUAGES.get(language, _EN)[key].format(**values)


def weekday_name(language: str, isoweekday: int) -> str:
    """Short name of a weekday, Monday is 1."""
    return say(language, "weekdays").split()[isoweekday - 1]
