"""knowledgebase/search/synonyms.py: other words for the same, by language: what customers say and what articles say.

A line is a group, words of which stand for each other; a word may be in several. Chinese ones are written in
Simplified characters, with what is said in Taiwan and Hong Kong beside them: the analysis folds the scripts first.
They are of service desks in general: shops, accounts, payments, deliveries, devices, networks, appointments.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from knowledgebase.search import analysis

_ENGLISH = """
return, send back, bring back, give back, take back, hand back
refund, money back, reimburse, pay back, get my money
exchange, swap, replace, replacement, trade in, change for
cancel, call off, revoke, undo, abort, withdraw, stop
order, purchase, buy, bought
order number, order id, reference number
delivery, shipping, shipment, dispatch, postage, ship, deliver, freight
parcel, package, packet, box
courier, carrier, driver, postman, delivery man
track, trace, follow, whereabouts, tracking
late, delay, overdue, slow, behind schedule, waiting, should have been here, taking long, not arrived
lost, missing, disappear, gone, vanish, stolen, never arrived, cannot find
broken, damaged, defective, faulty, smashed, cracked, scratched, torn, shattered, in pieces, does not work
fault, defect, malfunction, stopped working, does not work, not working
incomplete, missing, not included, left out
wrong, incorrect, mistaken, by mistake, not what i ordered, somebody else
cost, price, fee, charge, how much, rate
free, no charge, gratis, for nothing
cheap, less, lower price, discount
abroad, international, overseas, foreign, other countries, other country
country, countries, nation
express, fast, quick, urgent, next day, tomorrow, overnight
pickup point, parcel shop, locker, collection point, pick up, collect
appointment, time slot, booking, reservation, time window
reschedule, move, postpone, another day, different day
address, street, house number, postcode, zip code
move house, moved, new address, relocation
customs, import, duty, tariff
tax, vat, sales tax
invoice, bill, receipt, proof of purchase, statement
payment, pay, paid, checkout
card, credit card, debit card, visa, mastercard
declined, refused, rejected, failed, error, not accepted, fails
twice, double, two times, duplicate, again
charge, debit, take, deduct, billed
instalment, installment, monthly, by the month, credit, finance, spread the cost
bank transfer, wire, direct debit, bank account
voucher, coupon, promo code, discount code, promotion code, voucher code
gift card, gift voucher, present card, gift certificate
gift, present
balance, remaining, left, amount left, how much is on
expire, run out, no longer valid, end, lapse, ran out, expiry
valid, validity, how long, good until
extend, prolong, renew, renewal
points, bonus, rewards, loyalty
loyalty card, store card, membership, member, loyalty programme, loyalty program
join, sign up, register, enrol, enroll, become a member, subscribe, apply
guarantee, warranty, covered
repair, fix, mend, service, restore
spare part, part, accessory, replacement part
account, profile, login, user
password, passcode, pin, passphrase
forgot, forgotten, do not remember, lost, reset
sign in, log in, login, log on, get in, access
sign out, log out
locked, blocked, suspended, frozen, disabled, banned
two step, two factor, 2 factor, second step, authenticator, verification, 2fa, mfa
code, number, digits
mail, email, e mail
spam, junk
newsletter, advertising, promotional, marketing, advertisement
unsubscribe, stop, opt out, no more
delete, remove, erase, close, unregister, deactivate, get rid
change, update, edit, modify, correct, amend, switch
personal data, information about me, my data, gdpr, privacy
copy, duplicate, download, export
phishing, scam, fraud, fake, suspicious, pretending, impersonate
message, text, sms, mail
open, opening hours, business hours, store hours, closing time, close
shop, store, branch, outlet, retail
holiday, bank holiday, public holiday
human, person, agent, representative, someone, real person, operator
phone, call, telephone, ring, hotline
contact, reach, get in touch, talk, speak
complaint, complain, unhappy, dissatisfied, grievance, not satisfied, angry
review, rating, feedback, opinion, rate, comment
app, application, program, software
crash, freeze, does not start, does not open, closes, white screen, hang
install, set up, setup, configure
uninstall, remove
notification, alert, push, reminder, notify, tell me when, let me know
phone, smartphone, mobile, iphone, android
wifi, wi fi, wireless, network, wlan, internet, router
connect, pair, link, connection
restart, reboot, switch off and on, power cycle
lamp, bulb, light
size, measurement, fit, fits, dimension
small, tight, large, bigger, larger
colour, color, shade
sold out, out of stock, unavailable, in stock, available, availability, back in stock
preorder, pre order, not yet released, release, reserve, upcoming
wrap, wrapping, packaging, ribbon
assembly, put together, build, mount, fitting, fitter, assemble
old appliance, old fridge, take away, haul away, dispose, collect
recycle, recycling, dispose, throw away, give back, get rid
battery, accumulator, cell
wash, washing, laundry, clean, care, launder
wool, sweater, pullover, jumper, cardigan
allergy, allergen, allergic, intolerant, gluten, lactose, contains nuts
company, business, firm, corporate, employer
student, university, college, apprentice, school
discount, cheaper, reduction, percent off, per cent off, rebate, special price
cheaper elsewhere, price match, competitor, price guarantee, price difference, best price
fridge, refrigerator
cooker, stove, oven
trousers, pants
sofa, couch
neighbour, neighbor
confirm, confirmation, confirmed, go through
basket, cart, trolley
two, several, combine, merge, together
limit, maximum, at most
wait, hold, queue
help, support, customer service, assistance
"""

_CHINESE = """
退货, 退回, 寄回, 退掉, 退还商品, 能退, 可以退, 怎么退, 要退
退款, 退钱, 还钱, 钱退, 退的钱, 退费, 返款, 退刷
换货, 更换, 调换, 换成, 换一, 换大, 换小, 替换
取消, 撤销, 撤回, 作废, 不要了, 退订
订单, 下单, 订购, 买的, 购买, 买了
配送, 送货, 寄送, 派送, 运送, 宅配, 出货, 发货
快递, 包裹, 物流, 宅配, 货件
运费, 邮费, 邮资, 快递费, 包邮, 免运
快递单号, 物流单号, 运单号, 追踪码
快递员, 送货员, 司机, 配送员
查询, 跟踪, 追踪, 查看, 到哪
晚到, 延误, 迟到, 还没到, 没到, 没来, 迟迟, 慢, 逾期
丢失, 丢了, 遗失, 弄丢, 找不到, 不见, 掉了, 被偷
签收, 收件, 收货
损坏, 坏了, 坏的, 破损, 破了, 碎了, 摔坏, 故障, 瑕疵, 划伤
不工作, 坏了, 不通电, 没反应, 打不开, 失灵, 故障, 不能用, 用不了
缺少, 少了, 少发, 漏发, 不全, 缺件, 没有附, 漏寄
发错, 不对, 错的, 不一样, 寄错, 送错, 错货
填错, 写错, 输错, 弄错, 更正
地址, 门牌, 街道, 收货地址
修改, 更改, 改成, 更换, 变更, 更正, 怎么改
搬家, 新地址, 新家
国外, 海外, 国际, 其他国家, 境外, 哪些国家
加急, 急用, 次日, 隔天, 明天, 最快, 尽快, 限时
自提, 自取, 取件, 快递柜, 超商取货, 提货
预约, 预订, 预定, 订位
改期, 换一天, 改时间, 延后
时间, 几点, 时段
关税, 进口税, 清关, 报关
税号, 统编, 统一编号, 纳税
发票, 账单, 收据, 小票, 单据, 报销
付款, 支付, 付钱, 结账, 买单, 刷卡, 缴费
信用卡, 银行卡, 卡片, 刷卡
失败, 被拒, 付不了, 错误, 不成功
重复, 两次, 两遍, 两笔, 双重
扣款, 扣钱, 收费, 刷了, 扣了
分期, 按月, 月付, 分几期
转账, 汇款
优惠券, 优惠码, 折扣码, 折价券, 代金券, 抵用券, 券
优惠, 折扣, 打折, 便宜, 特价, 减价
礼品卡, 礼物卡, 礼券, 购物卡
礼物, 礼品, 送朋友, 生日
余额, 还剩, 剩多少, 没用完, 剩下
过期, 到期, 失效, 清零, 有效期, 期限, 过了
延长, 延期, 展期, 续期
积分, 点数, 分数, 红利
会员, 会员卡, 办卡
注册, 办理, 加入, 成为, 申请, 开通
注销, 删除, 清掉, 删号, 停用, 移除
保修, 保固, 质保, 维保, 保修期
维修, 修理, 修一下, 想修, 能修
多长, 多久, 几年, 几天, 多少天, 期限
零件, 配件, 零配件, 备件
账户, 账号, 帐户, 帐号, 用户
密码, 口令
忘记, 想不起来, 忘了, 不记得, 找回
重设, 重置, 找回
登录, 登入, 登陆, 进不去, 登不上
锁定, 锁住, 冻结, 被锁, 封号, 停用
验证码, 验证, 双重验证, 两步验证, 二次验证
邮箱, 邮件, 电子邮件, 信箱, 电邮
短信, 简讯
广告, 推销, 促销, 电子报, 推广
退订, 不想再收, 不要再发, 取消订阅
个人资料, 个人数据, 个人信息, 隐私, 信息
数据, 资料, 信息
副本, 导出, 备份, 下载
诈骗, 钓鱼, 冒充, 可疑, 骗子, 自称, 骗
营业, 开门, 打烊, 关门, 营业时间
门店, 店里, 门市, 实体店, 店铺, 商店, 分店
周日, 星期天, 星期日, 礼拜天
节假日, 假日, 国庆, 春节, 放假
客服, 人工, 真人, 转人工
电话, 打电话, 致电, 来电
联系, 联络, 找谁
投诉, 客诉, 申诉, 不满意, 抱怨
评价, 评论, 好评, 差评, 留言
应用, 软件, 程序, 软体, app
闪退, 打不开, 白屏, 白画面, 崩溃, 卡死
通知, 提醒, 推送, 推播, 消息
关闭, 关掉, 停止
手机, 移动电话
网络, 网路, wifi, 上网, 宽带, 路由器, 连网
连接, 连不上, 联网, 配对, 配网
灯, 灯泡
尺码, 尺寸, 大小, 码数, 几码, 什么码
太小, 太大, 不合身, 不合脚, 偏大, 偏小
衣服, 上衣, 外套
缺货, 卖完, 售完, 没货, 断货, 售罄
补货, 到货, 有货
预售, 还没上市, 预购, 未上市
包装, 包得, 包起来
安装, 组装, 上门安装, 不会装, 装好
旧家电, 旧的, 旧冰箱, 以旧换新, 搬走, 拉走
回收, 处理, 扔, 丢弃
电池, 充电电池
清洗, 洗, 机洗, 洗护, 水洗, 洗涤
毛衣, 羊毛, 针织
熨烫, 烫, 熨
过敏, 过敏原, 坚果, 麸质
公司, 企业, 单位, 报销
采购, 公司采购, 月结
学生, 大学生, 学校, 学生证
降价, 便宜, 差价, 保价, 跌价
成功, 确认, 有没有成功
合并, 一起, 合在一起
增加, 再加, 多加, 添加
限制, 上限, 最多
打印, 列印
打印机, 列印机, 印表机
视频, 影片
软件, 软体
质量, 品质
"""
_LISTS = {"en": _ENGLISH, "zh": _CHINESE}

#: The words of a phrase, one after the other, as they stand in what is ranked (`index.apart`).
_BESIDE = "  "


@cache
def synonyms(family: str) -> Mapping[tuple[str, ...], tuple[str, ...]]:
    """For stems that follow each other, with light words or without: terms that say the same. Several words are one
    term, `a  b`."""
    found: dict[tuple[str, ...], dict[str, None]] = {}
    for group in _groups(_LISTS.get(family, "")):
        for phrase in group:
            terms = dict.fromkeys(term for other in group if (term := _term(other, family)))
            for key in {tuple(analysis.every_term(phrase, family)), tuple(analysis.terms(phrase, family))}:
                others = {term: None for term in terms if term != beside(key)}
                found.setdefault(key, {}).update(others)
    return {key: tuple(terms) for key, terms in found.items() if key and terms}


@cache
def lengths_by_beginning(family: str) -> Mapping[str, Sequence[int]]:
    """How many stems the phrases have that begin with a stem."""
    found: dict[str, set[int]] = {}
    for key in synonyms(family):
        found.setdefault(key[0], set()).add(len(key))
    return {stem: sorted(lengths) for stem, lengths in found.items()}


def beside(words: Iterable[str]) -> str:
    """Words that stand together, as one term."""
    return _BESIDE.join(words)


def said_by(term: str) -> list[str]:
    """The words of a term."""
    return term.split()


def _groups(text: str) -> Iterator[list[str]]:
    for line in text.strip().splitlines():
        yield [phrase.strip() for phrase in line.split(",")]


def _term(phrase: str, family: str) -> str:
    return beside(analysis.terms(phrase, family))
