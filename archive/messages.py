"""What is said to people, by its code, in every language of the pages: notes, problems of queries, errors.

A note and a problem carry a code and values, and a face formats them in its language. JSON has the English.
"""

from __future__ import annotations

from collections.abc import Mapping

from archive.model import Note, said

LANGUAGES = ("en", "zh")
"""The order of the texts below."""

# Code: what a note is about, as a heading in English; the same in Chinese, and what to do about it.
REASONS: Mapping[str, tuple[str, str, str]] = {
    "archive": ("another archive", "是另一个档案的数据目录，未读取", ""),
    "bad_characters": ("characters that cannot be kept", "部分转义无法解码", "以 \ufffd 代替。"),
    "bad_date": ("date that no calendar has", "日期不合历法，已忽略", ""),
    "bad_field": ("field that is not read", "字段值无效，已忽略", ""),
    "bad_line": ("line that is not a record", "该行无法读作一篇文献", "每行应是一个完整的 JSON 对象。"),
    "broken_bytes": (
        "bytes that are not of the encoding",
        "部分字节无法解码",
        "以 \ufffd 代替，其余照常读取。",
    ),
    "changed": ("changed while it was read", "读取时正在改动", "可能没有读全，请重新建库。"),
    "context_cut": (
        "title, headings or authors too long to be searched with each passage",
        "标题、小标题或作者过长，无法随每一段检索",
        "全文已收录，可照常检索和阅读。",
    ),
    "dictionary_line": ("line of the dictionary that is not read", "用户词典中有无法读取的行", ""),
    "empty": ("no text in it", "没有文字", ""),
    "encoding_doubtful": (
        "encoding not certain",
        "编码无法确定",
        "请检查文字是否正常；如不正常，建库时用 --encoding 指定编码。",
    ),
    "hidden": (
        "hidden, or left behind by a system or an editor",
        "隐藏文件，或由系统、编辑器留下，已忽略",
        "如果是文献，请改名后重新建库。",
    ),
    "id_clash": ("id that another document has", "编号与另一篇文献重复，已另行编号", ""),
    "kept": (
        "cannot be read, or has no text any more, kept as it was archived",
        "目前无法读取或已没有文字，保留以前收录的内容",
        "可能没有权限，或文件已被清空。",
    ),
    "left_out": ("too large", "过大，未收录或只收录一部分", "请分成几个文件。"),
    "link": ("link", "是链接", "指向文件夹之外的内容，请复制到文件夹里。"),
    "metadata": ("what is said of texts and is not used", "关于文献的说明有误，未采用", ""),
    "menus": (
        "menus and links around the text of a page, not read",
        "网页的菜单和链接，未收录",
        "如果其中有正文，请另存为 .txt。",
    ),
    "no_id": ("records without an id", "记录没有编号，以行号代替", "前面增加一行，编号就会改变。"),
    "not_body": ("text that is not of the body", "正文以外的内容，未收录", "如需收录，请在副本里移入正文。"),
    "not_text": ("not text", "不是文本", "如果是文本，建库时用 --encoding 指定编码。"),
    "no_text_layer": (
        "pages that are pictures only",
        "部分页面只有图像，没有文字",
        "请先识别文字（OCR），另存后重新建库。",
    ),
    "odd_name": ("name that is not shown as it is", "文件名未按原样显示", ""),
    "part_unread": (
        "part of a file that cannot be read",
        "文件的一部分无法读取",
        "其余部分照常收录。",
    ),
    "page_unreadable": ("pages that could not be read", "部分页面无法读取", "文件可能已损坏。"),
    "read_failed": (
        "format that could not be read",
        "无法按其格式读取",
        "文件可能已损坏，请用原来的软件打开并另存。",
    ),
    "repeated_field": (
        "field that its object has more than once",
        "同一字段重复出现，只取最后一次",
        "请改名，或者合并。",
    ),
    "special_file": ("not a plain file", "不是普通文件", ""),
    "structure_lost": (
        "structure that could not be read",
        "结构无法读取，只收录文字",
        "",
    ),
    "text_doubtful": (
        "text that looks damaged",
        "文字疑似乱码",
        "请检查；如有更好的底本，请替换后重新建库。",
    ),
    "unknown_encoding": ("unknown encoding", "没有所指定的编码", ""),
    "unknown_field": ("field that is not known", "有未知字段，已忽略", ""),
    "unknown_format": (
        "format that is not read",
        "不支持的格式",
        "请另存为 .txt 等支持的格式；图片要先识别文字。",
    ),
    "unreadable": ("cannot be opened", "无法读取", "可能没有权限。"),
    "vanished": ("gone when it was to be read", "读取时已不存在", "如需收录，请重新建库。"),
}

# Key: what a note says in English; what a Chinese page says beside its reason, if there is more to say.
NOTES: Mapping[str, tuple[str, str]] = {
    "archive": ("holds an archive of this program, not texts: not read.", ""),
    "bad_characters": ("has NUL or half of a surrogate pair: U+FFFD (\ufffd) stands for it.", ""),
    "bad_date": ("{0}: the date {1} is not a date of the calendar and is not used.", "{1}"),
    "bad_field.string": ("{0} is not a string and is not read.", "{0}"),
    "bad_field.authors": ("author is neither a string nor a list of strings and is not read.", "author"),
    "metadata.date": ("{0} is not a known date and is not used.", "{0} 不是可识别的日期"),
    "metadata.member": (
        "metadata.csv names {0}, and no document in this file is called that.",
        "metadata.csv 提到 {0}，但文件中没有这一篇",
    ),
    "metadata.lines": (
        "what its sidecar says of lines and sections is not used: it holds several documents.",
        "文件含有多篇文献，关于行和小标题的更正未采用",
    ),
    "metadata.no_path": (
        "it has no column path, and none of its rows is used.",
        "没有 path（路径）一列",
    ),
    "metadata.row_date": ("{0}: {1} is not a known date and is not used.", "{0}：{1} 不是可识别的日期"),
    "metadata.sidecar": ("the text {0} is not beside it.", "旁边没有 {0}"),
    "metadata.syntax": ("it cannot be read: {0}", "无法读取：{0}"),
    "metadata.unknown": ("{0} is not known; the nearest that is: {1}.", "不认识 {0}，最接近的是 {1}"),
    "metadata.unused": ("no file is meant by {0}.", "{0} 没有对应的文件"),
    "metadata.value": ("{0} is not used: {1}.", "{0} 未采用：{1}"),
    "bad_field.date": (
        "date {0} is not a known date (YYYY, YYYY-MM, YYYY-MM-DD, 民国十年, 1949年10月1日) and is not read.",
        "date 是 {0}",
    ),
    "bad_line.brackets": ("its brackets are nested too deep.", ""),
    "bad_line.control": ("its id has control characters.", ""),
    "bad_line.empty": ("it has neither title nor text nor sections.", ""),
    "bad_line.id": ("its id is neither a string nor a whole number.", ""),
    "bad_line.id_again": ("its id '{0}' is that of an earlier line.", "编号“{0}”与前面一行相同"),
    "bad_line.json": ("not JSON: {0} at character {1}.", "第 {1} 个字符处不是有效的 JSON"),
    "bad_line.list": ("{0} is not a list.", "{0}"),
    "bad_line.long": ("longer than {0} MiB. Divide the document.", ""),
    "bad_line.long_id": ("its id has more than {0} characters.", ""),
    "bad_line.not_text": ("{0}", ""),
    "bad_line.number": ("not JSON that can be read: {0}.", ""),
    "bad_line.object": ("not an object but {0}.", ""),
    "bad_line.section": ("{0} is neither an object nor a string.", "{0}"),
    "bad_line.sections": ("its sections are nested more than {0} deep.", ""),
    "bad_line.string": ("{0} is not a string.", "{0}"),
    "broken_bytes.line": (
        "has bytes that are not {0} in line {1}: U+FFFD (\ufffd) stands for them, and for NUL.",
        "编码 {0}，见第 {1} 行",
    ),
    "broken_bytes.lines": (
        "has bytes that are not {0} in lines {1}: U+FFFD (\ufffd) stands for them, and for NUL.",
        "编码 {0}，见第 {1} 行",
    ),
    "broken_bytes.more": (
        "has bytes that are not {0} in lines {1} and {2} more: U+FFFD (\ufffd) stands for them, and for NUL.",
        "编码 {0}，见第 {1} 行 等",
    ),
    "changed": ("changed while it was read, so that some of it may be missing. Build again.", ""),
    "context_cut": (
        "{0}: title, headings or authors are too long: {1:,} passages and {2:,} sections "
        "carry only the beginning of them.",
        "{1:,} 段",
    ),
    "dictionary_line": ("{0}", ""),
    "empty.text": ("holds no text.", ""),
    "empty.records": ("holds no records.", ""),
    "encoding_doubtful.foreign": (
        "reads as {0}, which is Japanese or Korean. Look at it, and give --encoding if it is wrong.",
        "读作日文或韩文（{0}）",
    ),
    "encoding_doubtful.mixed": (
        "has lines that read as {0}, unlike the others: {1}. They were read so: look at them.",
        "第 {1} 行读作 {0}，与其余各行不同",
    ),
    "encoding_doubtful.nearly": (
        "reads as {0}, and nearly as well as {1}. Look at it, and give --encoding if it is wrong.",
        "按 {0} 读取，但按 {1} 也基本通顺",
    ),
    "encoding_doubtful.poorly": (
        "reads best as {0}, but poorly: it may be in an encoding that is not tried. Look "
        "at it, and give --encoding if it is wrong.",
        "按 {0} 读取最通顺，但仍有疑问",
    ),
    "further_fields": ("{0:,} further fields like this.", "还有 {0:,} 处"),
    "further_lines": ("{0:,} further lines like this.", "还有 {0:,} 行"),
    "hidden.folder": ("is a hidden folder, or one that a system made: not read.", ""),
    "hidden.file": (
        "is hidden, or a copy that an editor or a system made: not read. Rename it if it is a text.",
        "",
    ),
    "id_clash": ("the id {0} is that of another document: this one has {1}.", ""),
    "kept": (
        "cannot be read now, or has no text any more: it is kept as it was archived."
        " Give yourself the right to read it, or remove it.",
        "",
    ),
    "left_out.rest": (
        "{0}: what follows the passage {1:,} is left out: it is too large, or the file "
        "grew while it was read. Divide it.",
        "第 {1:,} 段以后未收录",
    ),
    "left_out.whole": ("{0}: left out, too large, or the file grew while it was read ({1}).", ""),
    "link.broken": ("is a link to something that is not there.", ""),
    "link.hidden": (
        "is a link to something hidden, which is not read. Copy it to a name without a point.",
        "",
    ),
    "left_out.members": (
        "has {0:,} files: only the first {1:,} are read. Divide it.",
        "有 {0:,} 个文件，只读取前 {1:,} 个，请分开",
    ),
    "link.inside": ("is a link to something in this folder, which is read at its own place.", ""),
    "link.loop": ("is a link that leads back to itself.", ""),
    "link.outside": (
        "is a link out of the folder, which is not followed. Copy what it leads to into the folder.",
        "",
    ),
    "menus": (
        "{0:,} characters of menus and links around the text are not read: {1} …",
        "{0:,} 字：{1} …",
    ),
    "no_id.one": (
        "1 record has no id: the path and the line are taken, and change when lines are put in.",
        "",
    ),
    "no_id.many": (
        "{0:,} records have no id: the path and the line are taken, and change when lines are put in.",
        "",
    ),
    "not_body.deletions": ("deletions that were tracked are left out: {0:,}.", "修订时删除的文字 {0:,} 处"),
    "not_body.embedded": ("embedded documents are left out: {0:,}.", "嵌入的文件 {0:,} 个"),
    "not_body.header": ("the headers and footers are left out: {0}", "页眉页脚：{0}"),
    "not_body.hidden": ("hidden texts are left out: {0:,}.", "隐藏文字 {0:,} 处"),
    "not_text": ("{0}", ""),
    "odd_name.clash": ("its name, as it is written here, is another file's. Rename it.", ""),
    "no_text_layer": (
        "has no text on {0} of its {1} pages ({2}): recognise them (OCR) if they are pictures of text.",
        "{1} 页中有 {0} 页没有文字（第 {2} 页）",
    ),
    "odd_name.outside": (
        "has the name {0}, which leads out of its archive: it is named as if it did not.",
        "文件名 {0} 指向压缩包之外，已改名",
    ),
    "odd_name.read": (
        "has a name that is not UTF-8 and was read as {0}. Rename it if that is wrong.",
        "文件名不是 UTF-8，读作 {0}",
    ),
    "odd_name.shown": ("has characters in its name that are written here as \\x.. or \\u....", ""),
    "part_unread": ("its part {0} is missing or damaged; the rest is read.", "{0}"),
    "page_unreadable": ("has {0} of {1} pages that could not be read: {2}.", "共 {1} 页，第 {2} 页无法读取"),
    "read_failed.broken": ("is damaged, or not what its ending says: {0}.", "{0}"),
    "read_failed.crash": (
        "could not be read: its reader ended without an answer ({0}). The file may be damaged.",
        "读取程序意外中止，文件可能已损坏",
    ),
    "read_failed.library": (
        "is of a format whose reader is not installed (it needs {0}): pip install 'juanzong[formats]'",
        "没有安装读取这种格式的程序：pip install 'juanzong[formats]'",
    ),
    "read_failed.memory": ("takes too much memory to be read. Divide it.", "读取时占用内存过多，请分开"),
    "read_failed.replaced": ("was replaced while it was read. Build again.", "读取时已被替换，请重新建库"),
    "read_failed.text": ("gives more than {0:,} MB of text. Divide it.", "文字超过 {0:,} MB，请分开"),
    "read_failed.time": (
        "takes too long to be read and was left. Divide it, or save it in another format.",
        "读取时间过长，已放弃，请分开或另存为其他格式",
    ),
    "read_failed.converted": (
        "could not be opened by LibreOffice: it may be damaged, or protected by a password.",
        "LibreOffice 无法打开，可能已损坏或有密码",
    ),
    "read_failed.converter": (
        "is read through LibreOffice, which is not installed. Install it, or save the file as .docx or .odt.",
        "需要 LibreOffice 才能读取：请安装，或另存为 .docx、.odt",
    ),
    "read_failed.large": ("unpacks to more than {0:,} MB. Divide it.", "解开后超过 {0:,} MB，请分开"),
    "read_failed.no_text_layer": (
        "has no text, only pictures of it. Recognise it first (OCR), and save it with its text.",
        "只有图像，没有文字，请先识别文字（OCR）",
    ),
    "read_failed.no_unicode": (
        "has text in fonts that do not say which characters they draw. Recognise it (OCR).",
        "字体没有注明字符，读出的是乱码，请识别文字（OCR）或另找文本",
    ),
    "read_failed.other_format": (
        "is of another format than its ending says. Rename it.",
        "与扩展名不符，请改名",
    ),
    "read_failed.not_tei": ("is XML, but not TEI.", "是 XML，但不是 TEI"),
    "read_failed.protected": (
        "is protected by a password or by rights management. Save a copy without it.",
        "有密码或版权保护，请另存一份不加密的",
    ),
    "repeated_field": ("the field {0} occurs more than once in its object: the last one is read.", "{0}"),
    "special_file": ("is not a file but a pipe, socket or device: not read.", ""),
    "special_file.now": ("is not a file any more but a pipe, socket or device: not read.", ""),
    "structure_lost": ("is nested too deep: only its text is read, as plain lines.", ""),
    "text_doubtful.as_western": (
        "has Chinese characters as Western letters ({0}). Look at it, and take in a "
        "better copy if there is one.",
        "汉字变成了西文字母（{0}）",
    ),
    "text_doubtful.kunjinkao": (
        "has 锟斤拷, which stands for characters that were lost. Look at it, and take in a "
        "better copy if there is one.",
        "有“锟斤拷”，原文已丢失",
    ),
    "text_doubtful.lost": (
        "has {0} in {1:,} places for characters that were lost. Look at it, and take in "
        "a better copy if there is one.",
        "有 {1:,} 处 {0}，原文已丢失",
    ),
    "text_doubtful.no_unicode": (
        "has {0:,} of {1:,} characters in fonts that do not say what they draw. Look at it.",
        "{1:,} 字中有 {0:,} 字，字体没有注明是什么字",
    ),
    "text_doubtful.taken_for_gbk": (
        "has UTF-8 that was taken for GBK ({0}). Look at it, and take in a better copy if there is one.",
        "UTF-8 曾被误读为 GBK（{0}）",
    ),
    "unknown_encoding": ("{0}", ""),
    "unknown_field": ("the field {0} is not read.", "{0}"),
    "unknown_format.ending": ("files that end in {0} are not read.{1}", "{0}"),
    "unknown_format.nested": (
        "is an archive in an archive that is itself in one. Unpack it.",
        "压缩包嵌套过深，请先解开",
    ),
    "unknown_format.none": ("files without an ending are not read.{0}", ""),
    "unreadable.look": ("cannot be read ({0}). Look at it.", ""),
    "unreadable.right": ("cannot be read ({0}). Give yourself the right to read it.", ""),
    "vanished": ("was there and is gone. Build again if it should be read.", ""),
}

# Code: what is said of a part of a query.
PROBLEMS: Mapping[str, tuple[str, str]] = {
    "quote_unclosed": (
        "The quote {0} is not closed; it was read as text.",
        "引号 {0} 没有配对，按普通文字处理。",
    ),
    "quote_empty": ("There is nothing between these quotes.", "引号里没有内容。"),
    "parenthesis_unbalanced": (
        "The parenthesis {0} has no partner; it was read as text.",
        "括号 {0} 没有配对，按普通文字处理。",
    ),
    "parenthesis_empty": ("There is nothing between these parentheses.", "括号里没有内容。"),
    "operator_alone": (
        "{0} has nothing to connect here; it was left out.",
        "{0} 前后缺少检索词，已忽略。",
    ),
    "operator_text": (
        "There is nothing for {0} to connect; it was read as text.",
        "{0} 前后缺少检索词，按普通文字处理。",
    ),
    "field_empty": (
        "Nothing to look for follows {0}; it was read as text.",
        "{0} 后面没有检索词，按普通文字处理。",
    ),
    "field_nested": (
        "A field inside a field: only {0} counts here.",
        "字段不能嵌套，此处只按 {0} 检索。",
    ),
    "near_one_word": (
        "Nearness needs two words with a space between them; this was read as a phrase.",
        "邻近检索的引号里需要用空格隔开的两个词，此处按短语处理。",
    ),
    "near_not_text": (
        "NEAR is for words of the text; both sides are wanted, at any distance.",
        "NEAR 只用于正文中的词，此处两边都要有，距离不限。",
    ),
    "near_too_many": (
        "Too many words are joined by nearness; these are wanted at any distance.",
        "邻近检索的词太多，此处都要有，距离不限。",
    ),
    "wildcard_first": (
        "* at the start of a word finds nothing more; it was left out.",
        "词首的 * 不起作用，已忽略。",
    ),
    "set_inside": (
        "[^…] counts at the start or the end of a word only; here any character matches.",
        "[^…] 只能放在词首或词尾，此处不限定是什么字。",
    ),
    "date_unknown": (
        "{0} was not understood as a date; it was left out. Write 1949, 1949-10, 1949..1956, "
        "光绪二十四年, 光绪戊戌 or 光绪.",
        "日期 {0} 无法识别，已忽略。可写作 1949、1949-10、1949..1956、光绪二十四年、光绪戊戌或光绪。",
    ),
    "date_reversed": (
        "This range ends before it begins; its ends were exchanged.",
        "日期范围前后颠倒，已对调。",
    ),
    "era_year_missing": (
        "{0} had {1} years; it was left out.",
        "{0} 只有 {1} 年，已忽略。",
    ),
    "era_cycle_missing": (
        "{0} had no year {1}; it was left out.",
        "{0} 没有 {1} 年，已忽略。",
    ),
    "date_cycle": (
        "{0} comes every sixty years; it was left out. Write its reign too (光绪戊戌), or the year.",
        "{0} 每六十年一次，已忽略。请在前面写上年号，如 光绪戊戌，或写公元年份。",
    ),
    "era_ambiguous": (
        "{0} names several eras; all of them are searched. They are: {1}.",
        "年号“{0}”不止一个，都会检索：{1}。",
    ),
    "no_dates": (
        "No document of this archive has a date, so that none is found by one.",
        "本库文献都没有日期，按日期检索不会有结果。",
    ),
    "none_dated": (
        "The documents that match the rest of the query have no date.",
        "符合其余条件的段落，所在的文献都没有日期。",
    ),
    "no_such_document": (
        "No document has the id {0}, which the filter asks for.",
        "没有编号是“{0}”的文献，请检查筛选条件。",
    ),
    "no_such_author": (
        "No text is by the author {0}, whom the filter asks for.",
        "没有署名“{0}”的文献，请检查筛选条件。",
    ),
    "no_such_collection": (
        "There is no folder {0}, which the filter asks for.",
        "没有“{0}”这个目录，请检查筛选条件。",
    ),
    "no_such_detail": (
        "No document has the {0} {1}, which the filter asks for.",
        "没有哪篇文献的 {0} 是“{1}”，请检查筛选条件。",
    ),
    "no_such_year": (
        "No document is dated {0}, which the filter asks for.",
        "没有 {0} 年的文献，请检查筛选条件。",
    ),
    "about_passages": (
        "About {0} passages are found, as a sample says: {1} of {2} possible ones were read, and only these "
        "are listed. To read all takes about {3} s (complete=1, --complete).",
        "约有 {0} 段符合：抽查了 {2} 段中的 {1} 段，下面只列出其中符合的。"
        "全部查看约需 {3} 秒（complete=1、--complete）。",
    ),
    "about_occurrences": (
        "There are about {0} occurrences: counted in {1} of {2} passages. To count all takes about {3} s "
        "(complete=1, --complete).",
        "约出现 {0} 次：抽查了 {2} 段中的 {1} 段。全部统计约需 {3} 秒（complete=1、--complete）。",
    ),
    "only_marks": (
        "Punctuation by itself is not searched for; type a character or a word with it.",
        "单独的标点符号不能检索，请加上文字。",
    ),
    "word_nowhere": ("{0} does not occur.", "“{0}”没有出现。"),
    "never_together": (
        "All words occur, but never together.",
        "各词都有，但没有一起出现。",
    ),
    "together_in_document": (
        "Passages with one of the words, in documents that have all: {0} (within=document).",
        "各词出现在同一篇文献里的，有 {0} 段（within=document，同篇）。",
    ),
    "dated_otherwise": (
        "Nothing dated in this range matches; the dated documents are of {0}.",
        "这个时期没有符合的文献；有日期的文献都是 {0} 年的。",
    ),
    "exact_nowhere": (
        "This exact phrase does not occur. Passages with all its words: {0} (match=all).",
        "没有完全匹配的段落；含有其中各词的有 {0} 段（match=all）。",
    ),
    "filtered_out": (
        "Without the filters {0} are found.",
        "去掉筛选条件有 {0} 条结果。",
    ),
    "connective": (
        "{0} between words was read as {1}; in quotes it is searched for.",
        "词间的“{0}”已理解为 {1}；如要检索这个字，请加引号。",
    ),
    "several_values": (
        "Nothing has this as one value: it was read as {0}.",
        "没有这样的整个值，已按 {0} 检索。",
    ),
    "function_word": (
        "{0} is a function word and is not required; in quotes it is searched for.",
        "“{0}”是虚词，不作要求；如要检索这个词，请加引号。",
    ),
    "excluded": (
        "The dash excludes what has {0}. For the text itself, use quotes: “{1}”.",
        "减号表示排除含有“{0}”的段落。要找这段文字本身，请加引号：“{1}”。",
    ),
    "not_as_written": (
        "{0} does not occur as it is written; its other forms are found without “as written”.",
        "“{0}”没有以这一字形出现，取消按原字形检索可查其他字形。",
    ),
    "pasted": (
        "Passages with exactly this text come first, then what it finds as a query with operators: {0}. "
        "Put it in quotes to find the text only.",
        "原样含有这些文字的排在最前，其后是按运算符理解的结果：{0}。只找原文请加引号。",
    ),
    "word_cut_again": (
        "{0} does not occur; searched for {1} instead.",
        "“{0}”在本库中没有出现，改按“{1}”检索。",
    ),
}

# Code: what happened and what to do next, in Chinese; an error says it in English and has the values.
ERRORS: Mapping[str, tuple[str, str]] = {
    "bad_parameter": ("参数无效：{parameter}={value}。", "可用的值：{allowed}。"),
    "bad_query": ("检索词过于复杂，无法处理。", "请减少括号和字段，或者把检索词改短。"),
    "query_too_long": (
        "检索词有 {length:,} 个字，最多 {most:,} 个字。",
        "请取其中最特别的一句：逐字引用的句子单独就能找到。",
    ),
    "address_too_long": (
        "检索词过长：地址中有 {length:,} 个字节，最多读取 {most:,} 个。",
        "请取其中最特别的一句：逐字引用的句子单独就能找到。",
    ),
    "too_many_filters": (
        "地址中有 {filters:,} 项筛选，最多 {most} 项。",
        "请改选上一层目录，或者分几次检索。",
    ),
    "answer_too_large": (
        "结果超过 {most:g} MB，网页无法显示。",
        "请减少每次取用的数量（limit、part），或者在终端检索，没有这个限制：juanzong search",
    ),
    "file_too_large": (
        "文件将超过 {most:,} MB。",
        "请增加筛选、缩短上下文，或者在终端导出，没有限制：juanzong export",
    ),
    "no_room": ("服务器无法写出文件：{reason}。", "请稍后再试，或者在终端导出：juanzong export"),
    "out_of_files": (
        "同时打开的文件太多，服务器暂时无法打开档案；档案没有损坏。",
        "请稍后再试；管理员可提高上限，例如：ulimit -n 1024",
    ),
    "takes_too_long": (
        "这次检索超过 {most:g} 秒，已中止。",
        "请增加筛选，或者改用更少见的词；也可以在终端检索，没有时限：juanzong search",
    ),
    "too_much_to_download": (
        "结果有 {passages:,} 个段落，一个文件最多 {most:,} 个。",
        "请增加筛选，或者改用更少见的词；也可以在终端导出，没有限制：juanzong export",
    ),
    "crowded": ("这次检索耗时较长，而服务器正在处理其他长检索。", "请稍后再试。"),
    "bad_host": (
        "请求没有写明主机，或者写了不止一个。",
        "请求中应有一行 Host，例如：Host: 127.0.0.1:8000",
    ),
    "host_not_allowed": (
        "本站不以 {host} 这个名称提供服务。",
        "如果这是您自己的名称，启动时请指定：juanzong serve --allow-host {host}",
    ),
    "edit_refused": ("这份表单不是从本站打开的。", "请从文献页面重新打开，再保存。"),
    "not_found": ("该地址没有对应的内容。", "地址可能有误，或者文献已不在本库中。"),
    "original_missing": ("原始文件已不存在，或者无法读取。", "文字仍完整保存在本库中。"),
    "original_changed": ("原始文件在建库以后有改动。", "请在终端更新：juanzong update"),
    "method_not_allowed": ("这个地址只供阅读。", ""),
    "archive_missing": ("尚未建库。", "请先在终端运行：juanzong rebuild 文件夹"),
    "archive_broken": (
        "档案不完整，或者由另一个版本建立，无法打开。",
        "详情见服务器日志。请在终端重新建库：juanzong rebuild",
    ),
    "store_error": (
        "文字已损坏，与存入时不同，因此没有显示。",
        "请在终端重新建库：juanzong rebuild",
    ),
    "engine_error": ("索引已损坏，无法检索。", "请在终端重新建库：juanzong rebuild"),
    "engine_missing": ("没有安装建库时所用的检索引擎 {engine}。", "请安装后再试。"),
    "internal_error": ("服务器出错，已记入日志。", "请稍后再试。"),
}


def note(
    path: str, key: str, *values: str | int, line: int | None = None, left_out: bool = False, count: int = 1
) -> Note:
    """The note that ``key`` of ``NOTES`` makes with these values; its code is the key up to the point."""
    code, _, _ = key.partition(".")
    return Note(path, code, said(key, *values, english=NOTES[key][0]), line, left_out, count)


def reason_in(language: str, code: str) -> str:
    """What notes of this code are about, as a heading."""
    return REASONS[code][LANGUAGES.index(language)]


def note_in(language: str, note: Note) -> str:
    """What a note says in a language beside the heading of its reason; empty where that says it all."""
    if not note.said or language == "en":
        return note.message
    key, *values = note.said
    shown = (value.replace(", ", "、") if isinstance(value, str) else value for value in values)
    return NOTES[str(key)][LANGUAGES.index(language)].format(*shown)
