"""Made-up people and addresses of the demo. Nobody is meant, and no number rings anywhere."""

import random


def _words(text: str) -> list[str]:
    return text.split()


SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
GIVEN = _words(
    "伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 霞 平 刚 桂英 秀兰 玉兰 建国 建华 志强 志明 海燕 海涛 晓东 晓明 小红 "
    "文静 文博 思远 雨桐 子轩 浩然 佳怡 欣怡 梓涵 俊杰 国庆 春梅 秀英 金凤 永康 德华 立新 卫东 红梅 淑珍 家豪 雪梅 成龙 冬梅"
)
ROADS = _words("红日大道 安东路 涟洲路 常青路 炎黄大道 中山路 淮浦路 金城路 滨河路 兴业路 迎宾路 幸福路")
ESTATES = _words("锦绣花园 阳光家园 翰林苑 水岸名邸 盛世华庭 丽景湾 安东新村 和平小区 东方明珠 金色家园")
VILLAGES = _words("新河村 东庄村 李圩村 桥口村 前进村 大兴村 三里村 河西村 新庄村 张圩村 万集村 柳园村")
SHOPS = _words("便民超市 早点铺 五金店 卫生室 幼儿园 宾馆 网吧 药房 快递驿站 汽修厂")


def person(rng: random.Random) -> str:
    """Make up a name."""
    return rng.choice(SURNAMES) + rng.choice(GIVEN)


def customer(rng: random.Random, township: str) -> str:
    """Make up a customer: mostly a person, now and then a shop of the township."""
    return township[:-1].removesuffix("街") + rng.choice(SHOPS) if rng.random() < 0.12 else person(rng)


def phone(number: int) -> str:
    """Return a telephone number that nobody has: no Chinese mobile number begins with 100."""
    return f"100{number:08d}"


def address(rng: random.Random, township: str) -> str:
    """Make up an address in a township: an estate or a road in the town, a house of a village elsewhere."""
    if township.endswith("街道"):
        if rng.random() < 0.7:
            flat = f"{rng.randint(1, 28)}幢{rng.randint(1, 4)}单元{rng.randint(1, 17)}{rng.randint(1, 4):02d}室"
            return f"{township}{rng.choice(ESTATES)}{flat}"
        return f"{township}{rng.choice(ROADS)}{rng.randint(1, 280)}号"
    return f"{township}{rng.choice(VILLAGES)}{rng.randint(1, 12)}组{rng.randint(1, 90)}号"
