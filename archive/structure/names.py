"""Names of persons and the offices before or after them.

Surnames: the Hundred Family Surnames (百家姓, Song dynasty), without those that are common words and rare
surnames
(和, 都, 能 …), and frequent surnames of today that it lacks; simplified and traditional forms.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

from archive.structure.shapes import HAN

_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章云苏潘葛奚范彭郎鲁韦昌马苗凤方俞任袁柳"
    "酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于傅皮卞齐康伍余元卜顾孟平黄穆萧尹姚邵湛汪祁毛禹狄米贝臧计伏成戴谈宋茅庞熊"
    "纪舒屈项祝董梁杜阮蓝闵席季麻贾路娄江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫房裘缪解应宗丁宣邓郁单杭洪"
    "包诸左石崔吉钮龚程嵇邢裴陆荣翁荀羊惠甄曲封芮储靳汲邴糜井段富巫乌焦巴牧隗谷车侯宓全郗班仲伊宫宁仇栾甘厉戎祖武符刘景詹"
    "束龙叶幸司韶郜黎蓟薄印宿白蒲邰鄂索赖卓蔺屠蒙池乔阴胥闻莘党翟谭贡劳逄姬申冉郦雍郤璩桑桂濮牛寿边扈燕冀郏浦尚农温庄晏柴"
    "瞿阎慕连茹习艾鱼容向古易戈廖庾暨衡耿匡寇禄阙欧沃蔚隆师巩聂晁敖冷訾辛阚简饶曾沙鞠丰关蒯查荆游竺权盖桓"
    "肖闫覃佟苟仝岳涂兰付代邸牟晋楚隋亓鹿冼佘麦赫丘邝粟危占门尉文国强"
    "趙錢孫吳鄭馮陳衛蔣韓楊許呂張嚴華謝鄒竇雲蘇範魯韋馬鳳費賀湯羅畢鄔樂於齊顧黃蕭貝計談龐紀項閔賈婁顏鐘鍾駱萬盧應宣鄧單諸"
    "龔榮陸儲烏車寧欒厲劉龍葉黎薊賴藺喬陰聞黨譚貢勞姬酈壽邊農溫莊閻連習魚祿闕歐師鞏聶簡饒豐關蘭葛鄺門"
)
_DOUBLE = (
    "欧阳|歐陽|司马|司馬|上官|诸葛|諸葛|东方|東方|皇甫|尉迟|尉遲|公孙|公孫|令狐|慕容|宇文|长孙|長孫|司徒"
    "|司空|夏侯|"
    "轩辕|軒轅|端木|南宫|南宮|独孤|獨孤|申屠|澹台|澹臺|淳于|单于|呼延|闻人|聞人|完颜|完顏|拓跋|赫连|赫連"
)

NAME: Final = (
    f"(?:(?:{_DOUBLE})[{HAN}]{{1,2}}|[{_SURNAMES}][{HAN}]{{1,2}}|[{_SURNAMES}][ \u3000]{{1,3}}[{HAN}]"
    f"|[{HAN}]{{2,8}}[·•‧・][{HAN}·]{{2,12}})"
)
"""A person's name with a known surname (the two characters of a short one may be spaced), or one with a
middle dot."""

PERSON_OFFICE: Final = (
    "(?:[所局厅廳部处處科股院校市县縣区區乡鄉镇鎮村省州盟旗站队隊团團师師军軍连連排班组組会會社台臺馆館行店厂廠矿礦船司园園]"
    "[长長]|[事察官务務书書员員][长長]|书记|書記|主任|主席|委员|委員|经理|經理|总裁|總裁|总监|總監|教授"
    "|讲师|講師|研究员|研究員"
    "|工程师|工程師|律师|律師|医师|醫師|医生|醫生|法官|检察官|檢察官|记者|記者|通讯员|通訊員|编辑|編輯"
    "|主编|主編|编审|作家"
    "|诗人|詩人|学者|學者|博士|硕士|碩士|教师|教師|老师|老師|学生|學生|院士|代表|司令员|司令員|司令|政委"
    "|参谋|干事|民警|警察"
    "|警员|战士|戰士|村民|职工|工人|农民|农户|顾问|顧問|助理|专员|大使|发言人|负责人|創辦人|创始人|评论员"
    "|評論員|馆员|館員"
    "|总编|總編|总编辑|总工程师|指导员|教导员|队员|党员|总理|部委员)"
)
_INSTITUTION = (
    "(?:大学|大學|学院|學院|研究院|研究所|研究会|研究室|研究中心|公司|集团|集團|[公分税商安教]局|厅|廳"
    "|委员会|委員會|办公室"
    "|派出所|医院|醫院|法院|检察院|檢察院|中学|中學|小学|小學|学校|學校|政府|协会|協會|学会|學會|出版社"
    "|杂志社|报社|報社"
    "|日报|日報|晚报|晚報|支队|大队|中队|分局|党校|黨校|银行|銀行|文联|作协|街道办事处|办事处|民政所|司法所)"
)

_TRAILING_NAME = re.compile(
    f"^(?P<office>.*?\\S)[ \u3000\t]+(?P<name>{NAME})(?:[、 \u3000]+(?P<more>{NAME}))?$"
)
_LEADING_NAME = re.compile(f"^(?P<name>{NAME})(?:[ \u3000\t]+|[，,])(?P<office>\\S.*)$")
_BRACKETED = re.compile(rf"^(?P<name>{NAME})\s?[（(](?P<office>[^（()）]{{3,50}})[)）]$")
_GLUED = re.compile(f"^(?P<office>.*?{PERSON_OFFICE})(?P<name>[{_SURNAMES}][{HAN}]{{1,2}})$")
_COLON = re.compile(f"[：:](?={NAME}$)")
_ABOUT: Final = frozenset("记記访訪写寫致忆憶悼追")
"""What begins the deck of a text about somebody: 记西华县公安局局长 王延军."""
_PERSON_END = re.compile(f"{PERSON_OFFICE}$")
_INSTITUTION_END = re.compile(f"{_INSTITUTION}$")
_INSTITUTION_IN = re.compile(_INSTITUTION)
_INSTITUTION_ONLY = re.compile(
    f"^[{HAN}（）()·]+(?:{_INSTITUTION}|[局厅廳]|组织部|宣传部|统战部|政法委|纪委|[县縣市区區乡鄉镇鎮]委|总队|中心|工会|商会|管理站|服务站|领导小组|指挥部)$"
)
NAME_ONLY: Final = re.compile(f"^{NAME}$")
_NO_NAMES = (
    "任务 任何 任意 计划 计算 关系 关于 关心 关注 关键 关爱 管理 文化 文明 文章 文艺 文件 文学 文物 安全 "
    "安心 安居 安置 安排 安徽 安阳 方法 方式 "
    "方向 方面 高度 高效 高峰 高考 高级 高中 高速 水平 国家 国际 国内 国庆 强化 强调 强国 强大 严格 严肃 "
    "严重 严打 应该 应对 应急 应用 连续 全部 "
    "于是 万一 万人 万元 程序 程度 常规 常委 常州 常德 平安 平静 平凡 平台 金融 金华 金色 贺词 贺州 祝福 "
    "祝贺 祝愿 温暖 温馨 温度 温室 温州 路上 "
    "路线 白天 白色 张开 张贴 古代 古老 季节 毛病 项目 钟情 华丽 华北 华东 华南 华中 孔雀 江山 江南 江湖 "
    "江西 江苏 黄河 黄金 黄山 黄冈 石头 石油 "
    "石家 马上 马路 马鞍 牛奶 龙头 车辆 车站 车间 房屋 房子 桂花 党员 党委 党建 党和 劳动 劳模 简单 简介 "
    "简讯 农村 农民 农业 边境 边防 景色 景区 "
    "武装 武警 武汉 符合 甘愿 甘肃 单位 单独 洪水 包括 包装 左右 钱财 乐观 乐于 顾问 顾客 顾虑 元旦 元素 "
    "麦田 麦子 麦收 麦浪 麦苗 谈话 谈心 纪念 纪律 纪委 纪实 舒适 屈服 "
    "董事 童年 童话 梅花 梅州 林业 夏天 夏季 胡同 支持 支部 支队 解决 解放 解读 宗旨 宣传 宣布 荣誉 荣获 "
    "惠民 惠州 封面 储备 富强 富裕 富民 焦点 "
    "班级 班子 宁静 宁波 宁夏 束缚 幸福 司法 司机 印象 印发 贡献 申请 申报 寿命 习惯 容易 向前 向上 巩固 "
    "冷静 辛苦 辛勤 曾经 沙漠 丰收 丰富 查处 "
    "查看 游客 游戏 游记 权利 权力 周口 周年 周末 周边 郑州 许昌 徐州 荆州 吉林 贵州 邢台 云南 云端 万州 "
    "万里 万家 许多 何时 何处 何以 何为 施工 "
    "施行 金牌 柏林 潘多 鲁迅文 史记 史料 史话 雷雨 汤水 时间 时代 时候 穆斯 孟子 孔子 庄子 毛主 宋代 "
    "宋史 唐代 唐诗 明代 魏晋 秦汉 楚辞 晋升 "
    "易经 尚书 诸葛 诸侯 诸位 诸多 门前 门外 危险 危机 占领 苗圃 花园 柳树 杨树 李子 桑树 池塘 白云 白雪 "
    "申诉 倪云 强者 代表 代替 代价 付出 "
    "任務 計劃 關係 關於 關心 管理 嚴格 嚴重 應該 應對 連續 萬人 張開 馬上 馬路 龍頭 車輛 車站 黨員 黨委 "
    "勞動 簡單 簡介 農村 農民 邊境 談話 紀念 "
    "紀律 項目 蘇州 謝謝 謝意 陳列 陳述 陈列 陈述 谢谢 谢意 苏州 吴江 杭州 温泉 顏色 颜色 賈人 單位"
)
_WORDS: Final = frozenset(_NO_NAMES.split())
"""Words and places that begin with a surname and are no names."""

_STOPS = re.compile(r"[。！？；：，,!?;:“”\"…]|——")


def tidy(name: str) -> str:
    """A name without the space that typesetters put into one of two characters."""
    return re.sub(r"\s+", "", name)


def is_name(line: str) -> bool:
    """Whether a line is nothing but a person's name with a known surname."""
    return len(line) <= 21 and bool(NAME_ONLY.match(line)) and not _is_word(tidy(line))


def _is_word(name: str) -> bool:
    """Whether what has the shape of a name is a word or a place."""
    return (
        name[:2] in _WORDS
        or name[:3] in _WORDS
        or (len(name) <= 3 and name in _dictionary())
        or (len(name) == 3 and name[-1] in "市县縣区區镇鎮乡鄉省村街长長")
    )


@cache
def _dictionary() -> frozenset[str]:
    """The words of a dictionary that have the shape of a name (``benchmarks/make_words.py`` made them)."""
    return frozenset(Path(__file__).with_name("words.txt").read_text("utf-8").split())


def has_institution(line: str) -> bool:
    """Whether the name of an institution stands in a line."""
    return bool(_INSTITUTION_IN.search(line))


def is_institution(line: str) -> bool:
    """Whether a line is nothing but the name of an institution: 西华县公安局, 治丧委员会."""
    return (
        4 <= len(line) <= 25 and line[0] not in "走进到在为让把向对" and bool(_INSTITUTION_ONLY.match(line))
    )


def office_and_name(line: str, *, institutions: bool, glued: bool) -> tuple[str, str] | None:
    """``(name, office)`` of a line such as ``西华县公安局西华营派出所所长 王延军``, or None.

    Args:
        line: a line of at most 60 characters; punctuation of sentences in it makes it no author line.
        institutions: whether the name of an institution will do in the place of an office.
        glued: whether the name may follow its office without a space.
    """
    if len(line) > 60:
        return None
    if line[:1] in _ABOUT:
        return None
    bracketed = _BRACKETED.match(line)
    line = _COLON.sub(" ", line)
    if _STOPS.search(line if not bracketed else bracketed["name"]) and not _LEADING_NAME.match(line):
        return None
    for pattern in (_TRAILING_NAME, _LEADING_NAME, _BRACKETED, _GLUED) if glued else _SPACED:
        found = pattern.match(line)
        if not found or _STOPS.search(found["office"]) or _is_word(tidy(found["name"])):
            continue
        office = found["office"].strip()
        if _PERSON_END.search(office) or (institutions and _INSTITUTION_END.search(office)):
            names = [tidy(found["name"])]
            if pattern is _TRAILING_NAME and found["more"]:
                names.append(tidy(found["more"]))
            return "、".join(names), office
    return None


_SPACED = (_TRAILING_NAME, _LEADING_NAME, _BRACKETED)
