"""What the other parts say in English, in Chinese, by its code: errors, and the notes of a build.

A code that is not here is shown as it was said. In English everything is.
"""

from __future__ import annotations

from collections.abc import Mapping

# Code: what happened, what to do next. The values are attributes of the error.
ERRORS: Mapping[str, tuple[str, str]] = {
    "bad_parameter": ("参数 {parameter}={value} 不合规定。", "可以是：{allowed}。"),
    "bad_query": ("检索词太复杂，无法照办。", "请减少括号和字段，或者把检索词改短。"),
    "query_too_long": (
        "检索词有 {length:,} 个字，最多 {most:,} 个字。",
        "请取其中最特别的一句：逐字引用的句子单独就能找到。",
    ),
    "address_too_long": (
        "检索词太长：地址里有 {length:,} 个字节，最多读取 {most:,} 个。",
        "请取其中最特别的一句：逐字引用的句子单独就能找到。",
    ),
    "takes_too_long": (
        "这次检索要算 {most:g} 秒以上。",
        "请加一项筛选，或者换一个少见的词；也可以在终端检索，那里没有时限：juanzong search",
    ),
    "too_much_to_download": (
        "结果有 {passages:,} 个段落，一个文件最多 {most:,} 个。",
        "请加一项筛选，或者换一个少见的词；也可以在终端导出，那里没有限制：juanzong export",
    ),
    "crowded": ("这次检索要算很久，而同时已有别人的长检索在进行。", "请过一会儿再试。"),
    "not_found": ("这个地址没有对应的内容。", "地址可能抄错了，或者这篇文献已经不在档案里。"),
    "method_not_allowed": ("这个地址只供阅读。", ""),
    "archive_missing": ("这里还没有建好的档案。", "请先在终端运行：juanzong rebuild 文件夹"),
    "archive_broken": (
        "档案不完整，或者是由另一个版本建立的，无法打开。",
        "请在终端重新建库：juanzong rebuild",
    ),
    "engine_missing": ("这里没有安装建库时所用的检索引擎 {engine}。", "请安装之后再试。"),
    "internal_error": ("问题在这一边，已记入服务器的日志。", "请稍后再试。"),
}

NOTES: Mapping[str, str] = {
    "bad_characters": "有些转义不是字符",
    "bad_date": "日期不合历法，没有采用",
    "bad_field": "字段的值不合规定",
    "bad_line": "这一行不能读作一篇文献",
    "broken_bytes": "有些字节不合编码",
    "dictionary_line": "用户词典有不能读的行",
    "empty": "没有文字",
    "encoding_doubtful": "编码不能确定",
    "hidden": "隐藏的或由系统、编辑器留下的，没有读",
    "id_clash": "编号与另一篇文献相同，已另给编号",
    "left_out": "太大，没有收录",
    "link": "是一个链接",
    "no_id": "记录没有编号，以行号代替",
    "not_text": "不是文本",
    "odd_name": "文件名里有不能显示的字符",
    "special_file": "不是普通文件",
    "unknown_field": "有不认识的字段，没有读",
    "unknown_format": "不是能读的格式",
    "unreadable": "无法读取",
    "vanished": "读取时已经不在了",
}
