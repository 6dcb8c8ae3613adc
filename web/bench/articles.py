"""web/bench/articles.py: a knowledge base of any size, made up: the same for the same seed.

Words are drawn as people use them: few very often, most hardly ever. Each article is about a product of a made-up
name and number and one thing that one does with it; every tenth is written in all three languages.
"""

from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from opencc import OpenCC

LANGUAGES = ("en", "zh", "zh-Hant")


def _listed(words: str) -> list[str]:
    return words.split()


_ENGLISH = _listed(
    "order parcel delivery return refund invoice payment card account password address voucher guarantee repair "
    "battery charger cable screen filter handle wheel lamp sensor router network signal setting menu button update "
    "version app message number code receipt store shop counter driver courier warehouse customs label box tape "
    "size colour fabric wool cotton leather wood steel glass paint oil water heat cold noise light smell leak crack "
    "scratch dent rust fuse switch plug socket motor pump valve hose pipe seal screw bolt hinge shelf drawer door "
    "window curtain carpet sofa chair table bed mattress pillow blanket towel mirror clock camera printer scanner "
    "keyboard mouse speaker microphone headphone tablet phone watch tracker scale thermometer kettle toaster oven "
    "cooker fridge freezer washer dryer vacuum iron fan heater cooler humidifier grill blender mixer grinder knife "
    "pan pot plate cup bottle bag suitcase tent bicycle helmet glove shoe boot jacket trousers shirt dress skirt "
    "coat scarf belt wallet ring earring necklace toy puzzle book pen paper ink brush ladder hammer drill saw "
    "wrench pliers garden hose mower seed plant soil fence"
)
_ACTIONS = _listed(
    "connect clean replace reset register cancel change install remove charge measure adjust pair calibrate store "
    "fold wash dry open close unlock start stop update check order return exchange repair track collect pay print "
    "download upload share delete restore protect mount assemble"
)
_CHINESE = _listed(
    "订单 包裹 配送 退货 退款 发票 付款 银行卡 账户 密码 地址 优惠券 保修 维修 电池 充电器 数据线 屏幕 滤芯 把手 "
    "轮子 台灯 传感器 路由器 网络 信号 设置 菜单 按钮 更新 版本 应用 消息 号码 验证码 小票 门店 柜台 司机 快递 仓库 "
    "关税 标签 箱子 胶带 尺码 颜色 面料 羊毛 棉布 皮革 木头 钢材 玻璃 油漆 机油 水管 加热 制冷 噪音 灯光 气味 漏水 "
    "裂纹 划痕 生锈 保险丝 开关 插头 插座 电机 水泵 阀门 软管 密封圈 螺丝 铰链 架子 抽屉 房门 窗户 窗帘 地毯 沙发 "
    "椅子 桌子 床垫 枕头 毛毯 毛巾 镜子 时钟 相机 打印机 键盘 鼠标 音箱 耳机 平板 手机 手表 体重秤 温度计 水壶 烤箱 "
    "冰箱 冷柜 洗衣机 烘干机 吸尘器 熨斗 风扇 取暖器 加湿器 搅拌机 刀具 锅具 盘子 杯子 瓶子 背包 行李箱 帐篷 自行车 "
    "头盔 手套 鞋子 外套 裤子 衬衫 围巾 皮带 钱包 戒指 项链 玩具 拼图 图书 钢笔 墨水 刷子 梯子 锤子 电钻 锯子 扳手 "
    "割草机 种子 植物 围栏"
)
_CHINESE_ACTIONS = _listed(
    "连接 清洁 更换 重置 登记 取消 修改 安装 拆除 充电 测量 调节 配对 校准 存放 折叠 清洗 晾干 打开 关闭 解锁 启动 "
    "停止 升级 检查 订购 退回 换货 修理 查询 领取 支付 打印 下载 上传 分享 删除 恢复 保护 固定 组装"
)
#: Pairs of these are words that few articles have.
_CHARACTERS = "安宝达丰光海恒华嘉金康乐丽隆美宁鹏奇瑞盛泰天威新兴星雅阳益裕源悦泽智卓云峰"
_SYLLABLES = _listed(
    "ba be bo da de do fa fi ga go ka ki la le lo ma mi mo na ne no pa po ra ri ro sa se so ta te to va vo za zo"
)
_CONVERTER = OpenCC("s2tw")
#: Sentences of a usual article.
_SENTENCES = (4, 16)


@dataclass(frozen=True, kw_only=True)
class Made:
    """What an article says in one language."""

    language: str
    title: str
    body: str


class Maker:
    """Makes articles and questions about them."""

    def __init__(self, seed: int) -> None:
        self._rng = Random(seed)
        self._english = _Drawn(_ENGLISH, self._rng)
        self._chinese = _Drawn(_CHINESE, self._rng)

    def articles(self, count: int) -> Iterator[list[Made]]:
        """`count` articles, each in one language or, every tenth, in all."""
        for number in range(count):
            languages = LANGUAGES if number % 10 == 9 else (LANGUAGES[number % 3],)
            yield [self._article(language) for language in languages]

    def question(self, article: Made) -> str:
        """Something that a reader of this article might have asked: a word or two of it, and others."""
        rng = self._rng
        if article.language == "en":
            known = rng.sample(article.title.lower().split(), 2)
            words = [*known, *(self._english.word() for _ in range(rng.randint(0, 4)))]
            return f"how do I {' '.join(words)}" if rng.random() < 0.5 else " ".join(words)
        start = rng.randrange(max(1, len(article.title) - 4))
        said = article.title[start : start + rng.randint(2, 6)]
        return f"{said}{self._chinese.word()}怎么{rng.choice(_CHINESE_ACTIONS)}"

    def message(self, article: Made, length: int) -> str:
        """What a customer writes about it, at length."""
        said = article.title + " "
        while len(said) < length:
            said += self._sentence(article.language)
        return said[:length]

    def _article(self, language: str) -> Made:
        rng = self._rng
        body = "".join(self._sentence(language) for _ in range(rng.randint(*_SENTENCES)))
        if language == "en":
            part, whole = self._english.word(), f"{self._name()} {self._english.word()}"
            title = f"{rng.choice(_ACTIONS).capitalize()} the {part} of a {whole}"
        else:
            title = (
                f"{rng.choice(_CHINESE_ACTIONS)}{self._name_in_chinese()}{self._chinese.word()}的{self._chinese.word()}"
            )
        made = Made(language=language, title=title, body=body)
        return _traditional(made) if language == "zh-Hant" else made

    def _sentence(self, language: str) -> str:
        rng = self._rng
        if language == "en":
            words = [self._english.word() for _ in range(rng.randint(3, 7))]
            name = f" with {self._name()} {rng.randint(100, 9999)}" if rng.random() < 0.2 else ""
            seen = f"look for the {' '.join(words[2:])}{name}"
            return f"To {rng.choice(_ACTIONS)} the {words[0]} and the {words[1]} {seen}. "
        words = [self._chinese.word() for _ in range(rng.randint(3, 6))]
        name = self._name_in_chinese() if rng.random() < 0.2 else ""
        return f"请先{rng.choice(_CHINESE_ACTIONS)}{words[0]}和{words[1]}，再看{name}{'、'.join(words[2:])}。"

    def _name(self) -> str:
        return "".join(self._rng.choice(_SYLLABLES) for _ in range(self._rng.choice((2, 3, 3)))).capitalize()

    def _name_in_chinese(self) -> str:
        return "".join(self._rng.choice(_CHARACTERS) for _ in range(2))


class _Drawn:
    """Words by their rank: the second half as often as the first, the third a third."""

    def __init__(self, words: list[str], rng: Random) -> None:
        self._words = words
        self._rng = rng
        self._sums = list(accumulate(1 / rank for rank in range(2, len(words) + 2)))

    def word(self) -> str:
        return self._words[bisect(self._sums, self._rng.random() * self._sums[-1])]


def _traditional(made: Made) -> Made:
    return Made(language=made.language, title=_CONVERTER.convert(made.title), body=_CONVERTER.convert(made.body))
