"""What people of a shop write that tells neither who nor where anybody is stays as it is."""

import pytest

from knowledgebase.masking.masked import masked
from knowledgebase.reading.questions import masked as masked_question

NAMES = ("Eva Miller", "王小明", "Иван Петров", "Zhang Wei", "Tom Brown", "欧阳娜娜", "田中太郎")
ORDINARY = [
    "Buy 3 Sesame Street toys, I bought 2 Wall Street posters and we ordered only 12 Abbey Road t-shirts.",
    "I own Abbey Road 2 LPs, she has Abbey Road 3 CDs.",
    "In 2021 He returned it, in 2022 Kim bought another, and from 2023 Ann Lee paid more.",
    "We came in 2021, 2022 and 2023, and again in 2024.",
    "Since 2021 Eurostar has carried it, and until 2023 Amazon did.",
    "Our lab follows ISO 9001 and ISO 27001:2022, the plug EN 60335, the box DIN 55468.",
    "Does Windows 2019 or Office 2021 open it on an RTX 4090?",
    "The Canon EOS 2000D has a scratch, the GoPro 12 has none.",
    "I ordered two lamps last Monday and only one came.",
    "Is the charger for the iPhone 14 the same as for the iPhone 15?",
    "Please send it to my new place, the old road is closed for 3 weeks.",
    "The drive of 2 TB is full, and Google Drive 100 GB costs extra.",
    "I need a square 3 m by 3 m tent and a 5-star rating.",
    "Take the first street on the left, then the second road.",
    "Your site was down on 5 May 2026 between 10 and 11 o'clock.",
    "My parcel was 2 days on the road, 1 day in the street outside.",
    "He was born to sell, and the birthday card costs £3.50.",
    "It is the next road, 5 houses on.",
    "I paid 3 instalments of £25 on the high street in May.",
    "Open 24 hours in the main street, 3 days a week.",
    "The walk took 20 minutes, the way back 40.",
    "Turn to page 12 of the manual, section 3.4, figure 7.",
    "Windows 11 shows error 404 after update 22H2.",
    "My washing machine spins at 1400 rpm and takes 8 kg.",
    "Is there a place for 12 people on the 3 terraces?",
    "Die Lampe ist seit 2021 bei mir und seit gestern kaputt.",
    "Im Jahr 2022 und 2023 war alles gut, in 2024 nicht mehr.",
    "Von 2019 bis 2021 hatte ich ein Abo, bis 2023 ein anderes.",
    "Ich habe am 3. März 2026 zwei Stühle für 129,99 € bestellt.",
    "Das Paket kam um 10:30 Uhr, es wiegt 2,5 kg und misst 30 x 40 cm.",
    "Auf dem Weg zur Arbeit habe ich 3 Anrufe verpasst.",
    "Der Platz reicht für 5 Personen und die Straße ist gesperrt.",
    "Auf der Straße stehen 2 Pakete, auf dem Weg liegen 3.",
    "Die Brücke des Modells 3 ist gebrochen, bitte 2 neue schicken.",
    "Wie lange dauert die Lieferung, 3 bis 5 Tage oder 2 Wochen?",
    "Die Rechnung hat 19 % MwSt., ich brauche 7 %.",
    "Zum Geburtstag möchte ich einen Gutschein über 50 Euro schenken.",
    "Größe 42 ist zu klein, Größe 43 zu groß, was nun?",
    "Der Drucker meldet Fehler 5 und druckt nur 2 von 10 Seiten.",
    "我的包裹3天了还在路上，请问什么时候到？",
    "这里5号之前能送到吗？家里5号才有人。",
    "从公司到店里5公里，走路要1个小时。",
    "2021年、2022年和2023年我都买过，自2021年起是会员。",
    "请问生日蛋糕可以提前2天订吗？",
    "屏幕是27英寸，分辨率3840×2160，刷新率144Hz。",
    "我买了3件衣服，尺码38，有1件太小。",
    "第3号窗口在2楼，取货码是8位数吗？",
    "订单里有5个商品，少了2个。",
    "充电10分钟可以用2个小时吗？",
    "保修期是2年，从2024年3月5日开始。",
    "退款要5到7个工作日，现在第8天了。",
    "Der Weg zum Ziel 3 ist weit, ein Platz am Fenster 3 ist frei, der Weg von Regal 3 zum Regal 5 nicht.",
    "My hard drive 2, usb drive 64 GB and flash drive 3 are full.",
    "她在村里5号才有空。",
]


@pytest.mark.parametrize("text", ORDINARY)
def test_what_is_nobodys_stays(text):
    assert masked(text, NAMES) == text
    assert masked_question(text, NAMES) == text


#: Towns behind a postcode, and streets beside what could be bought.
ONLY_LOOKS_SO = ["Office 2021 Antwerp", "I live in 2021 Antwerp", "Nummer 2021", "7043 EN 60335 7"]
ONLY_LOOKS_SO += ["Bought for 3 Sesame Street, London", "I have 12 Baker Street as my address", "Order 3 Sesame Street"]
ONLY_LOOKS_SO += ["Nathan Road 100_", "I have it at 3 Sesame Street toys", "Abbey Road 2, LPs", "Abbey Road 2 London"]
ONLY_LOOKS_SO += ["In 2021 Antwerp, Kim bought it", "I live in 2021 Antwerp where Eva bought it"]
ONLY_LOOKS_SO += ["In 2021 Wetzikon we bought it", "In 2021 The Hague bought it"]


@pytest.mark.parametrize("text", ONLY_LOOKS_SO)
def test_what_only_looks_so_goes(text):
    assert "…" in masked(text)
