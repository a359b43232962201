"""What the other parts say in English, in Chinese, by its code: errors, and the notes of a build.

A code that is not here is shown as it was said. In English everything is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from archive.model import Note

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
    "too_many_filters": (
        "地址里有 {filters:,} 项筛选，最多 {most} 项。",
        "请改选上一层目录，或者分几次检索。",
    ),
    "answer_too_large": (
        "结果超过 {most:g} 兆字节，网页上放不下。",
        "请一次少取一些（limit、part），或者在终端检索，那里没有这个限制：juanzong search",
    ),
    "file_too_large": (
        "文件会超过 {most:,} 兆字节。",
        "请加一项筛选、少取前后文，或者在终端导出，那里没有限制：juanzong export",
    ),
    "no_room": ("服务器无法写出文件：{reason}。", "请过一会儿再试，或者在终端导出：juanzong export"),
    "out_of_files": (
        "同时打开的文件太多，服务器暂时打不开档案；档案本身没有问题。",
        "请过一会儿再试；管理员可提高上限，例如：ulimit -n 1024",
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
    "bad_host": (
        "请求没有写明是哪一个主机，或者写了不止一个。",
        "请求里要有一行 Host，例如：Host: 127.0.0.1:8000",
    ),
    "host_not_allowed": (
        "这里不以 {host} 这个名字提供档案。",
        "如果这个名字是您自己的，启动时请写明：juanzong serve --allow-host {host}",
    ),
    "not_found": ("这个地址没有对应的内容。", "地址可能抄错了，或者这篇文献已经不在档案里。"),
    "method_not_allowed": ("这个地址只供阅读。", ""),
    "archive_missing": ("这里还没有建好的档案。", "请先在终端运行：juanzong rebuild 文件夹"),
    "archive_broken": (
        "档案不完整，或者是由另一个版本建立的，无法打开。",
        "服务器的日志里有详情。请在终端重新建库：juanzong rebuild",
    ),
    "store_error": (
        "档案里的文字有损坏，读出来的与存入时不同，因此没有显示。",
        "请在终端重新建库：juanzong rebuild",
    ),
    "engine_error": ("档案的索引有损坏，无法检索。", "请在终端重新建库：juanzong rebuild"),
    "engine_missing": ("这里没有安装建库时所用的检索引擎 {engine}。", "请安装之后再试。"),
    "internal_error": ("问题在这一边，已记入服务器的日志。", "请稍后再试。"),
}

# Code: the reason, what to do about it.
NOTES: Mapping[str, tuple[str, str]] = {
    "bad_characters": ("有些转义不是字符", "以 \ufffd 代替。"),
    "bad_date": ("日期不合历法，没有采用", ""),
    "bad_field": ("字段的值不合规定，没有读", ""),
    "bad_line": ("这一行不能读作一篇文献", "每行应是一个完整的 JSON 对象。"),
    "context_cut": ("标题、小标题或作者太长，不能随每一段检索", "全文照收，可照常检索和阅读。"),
    "broken_bytes": ("有些字节不合编码", "以 \ufffd 代替，其余照读。"),
    "changed": ("读取时正在改动", "可能没有读全，请再建一次库。"),
    "dictionary_line": ("用户词典有不能读的行", ""),
    "empty": ("没有文字", ""),
    "encoding_doubtful": ("编码不能确定", "请看看文字是否正常；如不正常，建库时用 --encoding 指明编码。"),
    "archive": ("是另一个档案的数据文件夹，没有读", ""),
    "hidden": ("隐藏的，或由系统、编辑器留下的，没有读", "如果是文献，请改名。"),
    "id_clash": ("编号与另一篇文献相同，已另给编号", ""),
    "kept": ("现在无法读取或已没有文字，保留了以前收录的内容", "多半是没有权限，或文件已被清空。"),
    "left_out": ("太大，没有收录，或没有收完", "请分成几个文件。"),
    "link": ("是一个链接", "指向文件夹之外的内容请复制进来。"),
    "no_id": ("记录没有编号，以行号代替", "前面添了行，编号就会改变。"),
    "not_text": ("不是文本", "如果是文本，建库时用 --encoding 指明编码。"),
    "odd_name": ("文件名里有不能显示的字符", ""),
    "repeated_field": ("同一字段出现几次，只取最后一次", "请改名，或者合并。"),
    "special_file": ("不是普通文件", ""),
    "text_doubtful": ("文字像是受过损坏", "请看看；如有更好的底本，请换上再建库。"),
    "unknown_encoding": ("没有所指明的编码", ""),
    "unknown_field": ("有不认识的字段，没有读", ""),
    "unknown_format": (
        "不是能读的格式",
        "能读的是 .txt、.text、.jsonl、.ndjson。文档请另存为 .txt，压缩包请先解开，图片要先识别文字。",
    ),
    "unreadable": ("无法读取", "多半是没有权限。"),
    "vanished": ("读取时已经不在了", "如要收录，请再建一次库。"),
}

# Code, what is said in English, and the same in Chinese: what differs from note to note.
_DETAILS = (
    ("text_doubtful", r"as Western letters \((.*)\)", "汉字成了西文字母（{0}）"),
    ("text_doubtful", r"has (锟斤拷)", "有“{0}”，原来的字已经丢失"),
    ("text_doubtful", r"taken for GBK \((.*)\)", "UTF-8 当作 GBK 读过（{0}）"),
    ("text_doubtful", r"has (U\+FFFD|\?) .*in ([\d,]+) places", "有 {1} 处 {0}，原来的字已经丢失"),
    ("left_out", r"what follows the passage ([\d,]+)", "第 {0} 段以后没有收录"),
    (
        "broken_bytes",
        r"bytes that are not (\S+) in lines? ([\d, ]+)( and \d+ more)?",
        "编码 {0}，见第 {1} 行{2}",
    ),
    (
        "encoding_doubtful",
        r"reads as (\S+), and nearly as well as ([^\s.]+)",
        "读作 {0}，读作 {1} 也差不多通",
    ),
    ("encoding_doubtful", r"reads best as ([^\s,]+), but poorly", "读作 {0} 最通，但仍不大通"),
    ("unknown_format", r"files that end in (\S+) are", "{0}"),
    ("unknown_field", r"the field '(.*)' is not read", "{0}"),
    ("bad_field", r"^date (.*) is no date", "date 是 {0}"),
    ("bad_field", r"^(\S+) is (?:no|neither)", "{0}"),
    ("bad_line", r"not JSON: .* at character (\d+)", "第 {0} 个字符处不合 JSON"),
    ("bad_line", r"its id '(.*)' is that of", "编号“{0}”与前面一行相同"),
    ("repeated_field", r"the field '(.*)' occurs", "{0}"),
    ("context_cut", r"too long: ([\d,]+) passages", "{0} 段"),
    *(
        (code, r"([\d,]+) further", "还有 {0} 处")
        for code in ("bad_field", "unknown_field", "bad_characters")
    ),
    ("bad_line", r"([\d,]+) further lines", "还有 {0} 行"),
)


def in_chinese(note: Note) -> str:
    """What a note says beside its reason, or nothing where it says no more that is known in Chinese."""
    for code, pattern, chinese in _DETAILS:
        if note.code == code and (found := re.search(pattern, note.message)):
            values = [(value or "").replace(", ", "、") for value in found.groups()]
            return chinese.format(*(" 等" if value.startswith(" and") else value for value in values))
    return ""
