"""web/demo/texts.py: what the sample customers want, and how they and the shop put it, in their languages.

A `Matter` is one kind of trouble or question. Sentences are filled in with `{product}`, `{order}` and
`{days}`. Nothing here was said by anybody. A sentence stays on its line, however long.
"""

# ruff: noqa: E501

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

PRODUCTS: Mapping[str, Mapping[str, str]] = {
    "kettle": {"en": "kettle", "de": "Wasserkocher", "es": "hervidor", "fr": "bouilloire", "zh": "电水壶", "zh-TW": "電茶壺"},
    "vacuum": {"en": "vacuum cleaner", "de": "Staubsauger", "es": "aspirador", "fr": "aspirateur", "zh": "吸尘器", "zh-TW": "吸塵器"},
    "washer": {"en": "washing machine", "de": "Waschautomat", "es": "lavarropas", "fr": "lave-linge", "zh": "洗衣机", "zh-TW": "洗衣機"},
    "lamp": {"en": "floor lamp", "de": "Deckenfluter", "es": "foco de pie", "fr": "lampadaire", "zh": "落地灯", "zh-TW": "立燈"},
    "mixer": {"en": "stand mixer", "de": "Standmixer", "es": "robot de cocina", "fr": "robot pâtissier", "zh": "厨师机", "zh-TW": "攪拌機"},
    "coffee": {"en": "coffee maker", "de": "Kaffeeautomat", "es": "molinillo de café", "fr": "percolateur", "zh": "咖啡机", "zh-TW": "咖啡機"},
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Words:
    """One matter in one language."""

    subject: str
    opening: tuple[str, ...]
    reply: str


@dataclass(frozen=True, kw_only=True)
class Matter:
    """One kind of thing that people get in touch about. Without a `category` nobody complains of it."""

    key: str
    queue: str
    weight: int
    disposition: str
    words: Mapping[str, Words]
    category: str = ""
    causes: tuple[str, ...] = ()


def _words(subject: str, first: str, second: str, reply: str) -> Words:
    return Words(subject=subject, opening=(first, second), reply=reply)


MATTERS: tuple[Matter, ...] = (
    Matter(
        key="late",
        queue="general",
        weight=18,
        disposition="information",
        category="delivery.late",
        causes=("logistics.carrier", "systems.stock"),
        words={
            "en": _words(
                "Where is order {order}?",
                "My {product} should have come {days} days ago and the tracking has not moved since. Order {order}.",
                "I stayed at home a whole day for order {order} and nobody came. When do I get the {product}?",
                "I have found your parcel: it was left at the depot. It goes out again tomorrow morning, order {order}.",
            ),
            "de": _words(
                "Wo bleibt Bestellung {order}?",
                "Mein {product} sollte vor {days} Tagen kommen, die Sendung bewegt sich nicht. Bestellung {order}.",
                "Ich war den ganzen Tag zu Hause und niemand kam. Wann wird {order} geliefert?",
                "Ich habe Ihr Paket gefunden: Es lag im Depot und geht morgen früh noch einmal hinaus.",
            ),
            "es": _words(
                "¿Dónde está el pedido {order}?",
                "El {product} tenía que llegar hace {days} días y el seguimiento no avanza. Pedido {order}.",
                "Esperé en casa todo el día y no vino nadie. ¿Cuándo llega el pedido {order}?",
                "He localizado el paquete: estaba en el almacén del transportista y sale mañana temprano.",
            ),
            "fr": _words(
                "Où est la commande {order} ?",
                "Mon colis ({product}) devait arriver il y a {days} jours et le suivi ne bouge plus. Commande {order}.",
                "J'ai attendu toute la journée et personne n'est venu. Quand la commande {order} arrive-t-elle ?",
                "J'ai retrouvé votre colis : il était resté au dépôt. Il repart demain matin.",
            ),
            "zh": _words(
                "订单 {order} 到哪里了？",
                "{product}本来应该在{days}天前送到，物流一直没有更新。订单号 {order}。",
                "我在家等了一整天，没有人来送货。订单 {order} 什么时候能到？",
                "已经找到您的包裹，之前滞留在仓库，明天上午重新派送。",
            ),
            "zh-TW": _words(
                "訂單 {order} 在哪裡？",
                "{product}應該在{days}天前送達，物流一直沒有更新。訂單編號 {order}。",
                "我在家等了一整天，沒有人來。訂單 {order} 什麼時候會到？",
                "已經找到您的包裹，先前滯留在倉庫，明天上午重新配送。",
            ),
        },
    ),
    Matter(
        key="missing",
        queue="general",
        weight=8,
        disposition="order_changed",
        category="delivery.missing",
        causes=("logistics.carrier", "logistics.picking"),
        words={
            "en": _words(
                "Marked delivered, never arrived: {order}",
                "Your page says the {product} was delivered, but there is nothing here and no neighbour has it. {order}",
                "Half of order {order} is missing: the box came without the {product}.",
                "I am sorry. I am sending the {product} again today, at no cost to you.",
            ),
            "de": _words(
                "Angeblich zugestellt: {order}",
                "Laut Ihrer Seite wurde geliefert, aber hier ist nichts und auch kein Nachbar hat es. Bestellung {order}.",
                "Im Karton zu {order} fehlt die Hälfte, es sollte ein {product} darin sein.",
                "Das tut mir leid. Ich schicke Ihnen die Ware heute noch einmal, ohne Kosten für Sie.",
            ),
            "es": _words(
                "Figura entregado y no ha llegado: {order}",
                "En la página dice entregado, pero aquí no hay nada y ningún vecino lo tiene. Pedido {order}.",
                "Falta la mitad del pedido {order}: en la caja no venía el {product}.",
                "Lo siento mucho. Hoy mismo le envío otro, sin ningún coste.",
            ),
            "fr": _words(
                "Indiqué livré, jamais reçu : {order}",
                "Votre site indique « livré », mais il n'y a rien ici, ni chez les voisins. Commande {order}.",
                "Il manque la moitié de la commande {order} : pas de {product} dans le carton.",
                "Je suis désolé. Je vous le renvoie aujourd'hui, sans frais.",
            ),
            "zh": _words(
                "显示已签收但没有收到：{order}",
                "页面显示已送达，可是家里没有，邻居也没有收到。订单 {order}。",
                "订单 {order} 少了一半，箱子里没有{product}。",
                "非常抱歉，今天就为您免费补寄一件。",
            ),
            "zh-TW": _words(
                "顯示已送達卻沒收到：{order}",
                "網頁顯示已送達，可是家裡沒有，鄰居也沒有收到。訂單 {order}。",
                "訂單 {order} 少了一半，箱子裡沒有{product}。",
                "非常抱歉，今天就免費為您補寄一件。",
            ),
        },
    ),
    Matter(
        key="damaged",
        queue="general",
        weight=9,
        disposition="order_changed",
        category="delivery.damaged",
        causes=("logistics.packaging", "logistics.carrier"),
        words={
            "en": _words(
                "Arrived broken, order {order}",
                "The box was crushed and the {product} has a crack right across. Order {order}.",
                "I unpacked the {product} this morning and a corner is broken off. I would like a new one. {order}",
                "Thank you for telling us. A new one leaves tomorrow; please keep the broken one for the driver.",
            ),
            "de": _words(
                "Beschädigt angekommen, {order}",
                "Der Karton war eingedrückt, das Gerät ({product}) hat einen Riss. Bestellung {order}.",
                "Heute ausgepackt, eine Ecke ist abgebrochen. Ich möchte bitte Ersatz. {order}",
                "Danke für den Hinweis. Ersatz geht morgen hinaus, bitte geben Sie dem Fahrer das kaputte Gerät mit.",
            ),
            "es": _words(
                "Llegó roto, pedido {order}",
                "La caja venía aplastada y el {product} tiene una grieta. Pedido {order}.",
                "Lo he desembalado hoy y falta una esquina. Quisiera uno nuevo. {order}",
                "Gracias por avisar. Mañana sale uno nuevo; entregue por favor el roto al repartidor.",
            ),
            "fr": _words(
                "Arrivé cassé, commande {order}",
                "Le carton était écrasé et l'appareil ({product}) est fendu. Commande {order}.",
                "Déballé ce matin, un coin est cassé. Je voudrais un échange. {order}",
                "Merci de nous l'avoir signalé. Un neuf part demain ; remettez l'ancien au livreur.",
            ),
            "zh": _words(
                "收到时已损坏，订单 {order}",
                "箱子被压扁了，{product}上有一道裂缝。订单 {order}。",
                "今天早上拆开，{product}缺了一角，希望换一台新的。{order}",
                "感谢您告知。新的一台明天发出，请把损坏的交给司机。",
            ),
            "zh-TW": _words(
                "收到時已損壞，訂單 {order}",
                "箱子被壓扁了，{product}上有一道裂縫。訂單 {order}。",
                "今天早上拆開，{product}缺了一角，希望換一台新的。{order}",
                "感謝您告知。新的一台明天寄出，請把損壞的交給司機。",
            ),
        },
    ),
    Matter(
        key="faulty",
        queue="technical",
        weight=15,
        disposition="repair_booked",
        category="product.faulty",
        causes=("supplier.defect", "supplier.parts"),
        words={
            "en": _words(
                "{product} stopped working",
                "The {product} worked for {days} days and now it does nothing at all. Order {order}.",
                "My {product} makes a grinding noise and smells hot. Is it safe to use?",
                "Please unplug it. I have booked a technician for Thursday and you will get a text an hour before.",
            ),
            "de": _words(
                "{product} geht nicht mehr",
                "Das Gerät ({product}) lief {days} Tage und tut jetzt gar nichts mehr. Bestellung {order}.",
                "Mein {product} knirscht und riecht heiß. Darf ich ihn noch benutzen?",
                "Bitte ziehen Sie den Stecker. Am Donnerstag kommt ein Techniker, eine Stunde vorher erhalten Sie eine SMS.",
            ),
            "es": _words(
                "El {product} ha dejado de funcionar",
                "El {product} funcionó {days} días y ahora no hace nada. Pedido {order}.",
                "Mi {product} hace un ruido raro y huele a quemado. ¿Puedo usarlo?",
                "Desenchúfelo, por favor. El jueves irá un técnico; recibirá un mensaje una hora antes.",
            ),
            "fr": _words(
                "{product} en panne",
                "L'appareil ({product}) a marché {days} jours et ne fait plus rien. Commande {order}.",
                "Mon appareil ({product}) grince et sent le chaud. Puis-je encore m'en servir ?",
                "Débranchez-le, s'il vous plaît. Un technicien passera jeudi ; vous recevrez un SMS une heure avant.",
            ),
            "zh": _words(
                "{product}坏了",
                "{product}用了{days}天就完全没有反应了。订单 {order}。",
                "{product}有刺耳的声音，还发烫，可以继续用吗？",
                "请先拔掉电源。已为您预约周四上门维修，提前一小时会发短信。",
            ),
            "zh-TW": _words(
                "{product}故障",
                "{product}用了{days}天就完全沒有反應。訂單 {order}。",
                "{product}有刺耳的聲音，還會發燙，可以繼續用嗎？",
                "請先拔掉電源。已為您預約星期四到府維修，一小時前會傳簡訊。",
            ),
        },
    ),
    Matter(
        key="refund",
        queue="billing",
        weight=13,
        disposition="refund_arranged",
        category="billing.refund",
        causes=("people.follow_up", "systems.invoice"),
        words={
            "en": _words(
                "Refund for {order}",
                "I sent the {product} back {days} days ago and the money is still not there. Order {order}.",
                "You promised a refund for {order}. Has it been paid?",
                "I have released the refund just now. It is on your account within five working days.",
            ),
            "de": _words(
                "Erstattung zu {order}",
                "Ich habe die Ware vor {days} Tagen zurückgeschickt, das Geld ist noch nicht da. Bestellung {order}.",
                "Sie hatten mir die Erstattung zu {order} zugesagt. Ist sie angewiesen?",
                "Ich habe die Erstattung eben freigegeben. Sie ist in fünf Werktagen auf Ihrem Konto.",
            ),
            "es": _words(
                "Reembolso del pedido {order}",
                "Devolví el {product} hace {days} días y el dinero no ha llegado. Pedido {order}.",
                "Me prometieron el reembolso de {order}. ¿Está pagado?",
                "Acabo de autorizar el reembolso. Lo tendrá en su cuenta en cinco días laborables.",
            ),
            "fr": _words(
                "Remboursement de {order}",
                "J'ai renvoyé l'article il y a {days} jours et l'argent n'est toujours pas là. Commande {order}.",
                "Vous m'aviez promis le remboursement de {order}. Est-il versé ?",
                "Je viens de valider le remboursement. Il sera sur votre compte sous cinq jours ouvrés.",
            ),
            "zh": _words(
                "订单 {order} 的退款",
                "{product}已经退回{days}天了，退款还没有到账。订单 {order}。",
                "你们答应退款的订单 {order}，处理了吗？",
                "退款刚刚已经批准，五个工作日内到账。",
            ),
            "zh-TW": _words(
                "訂單 {order} 的退款",
                "{product}已經退回{days}天，退款還沒有入帳。訂單 {order}。",
                "你們答應退款的訂單 {order}，處理了嗎？",
                "退款剛剛已經核准，五個工作天內入帳。",
            ),
        },
    ),
    Matter(
        key="invoice",
        queue="billing",
        weight=11,
        disposition="solved",
        category="billing.wrong_amount",
        causes=("systems.invoice", "information.page"),
        words={
            "en": _words(
                "Invoice for {order} is wrong",
                "The invoice for {order} shows two of the {product}, I ordered and received one.",
                "I was charged for delivery although order {order} said delivery is free.",
                "You are right. I have corrected the invoice and sent it to you again.",
            ),
            "de": _words(
                "Rechnung zu {order} stimmt nicht",
                "Auf der Rechnung zu {order} stehen zwei Stück ({product}), bestellt und geliefert wurde eines.",
                "Für {order} wurde Versand berechnet, obwohl er frei sein sollte.",
                "Sie haben recht. Ich habe die Rechnung berichtigt und Ihnen neu geschickt.",
            ),
            "es": _words(
                "La factura de {order} está mal",
                "La factura de {order} incluye dos unidades ({product}) y solo pedí una.",
                "Me han cobrado el envío de {order} aunque era gratuito.",
                "Tiene razón. He corregido la factura y se la he enviado de nuevo.",
            ),
            "fr": _words(
                "Facture {order} erronée",
                "La facture de {order} compte deux articles ({product}), je n'en ai commandé qu'un.",
                "On m'a facturé la livraison de {order} alors qu'elle était offerte.",
                "Vous avez raison. J'ai corrigé la facture et je vous l'ai renvoyée.",
            ),
            "zh": _words(
                "订单 {order} 的发票有误",
                "订单 {order} 的发票写了两台{product}，我只买了一台。",
                "订单 {order} 说免运费，却收了运费。",
                "您说得对，发票已经更正并重新发给您。",
            ),
            "zh-TW": _words(
                "訂單 {order} 的發票有誤",
                "訂單 {order} 的發票寫了兩台{product}，我只買了一台。",
                "訂單 {order} 說免運費，卻收了運費。",
                "您說得對，發票已經更正並重新寄給您。",
            ),
        },
    ),
    Matter(
        key="repair",
        queue="technical",
        weight=7,
        disposition="passed_on",
        category="repair.late",
        causes=("supplier.parts", "people.follow_up"),
        words={
            "en": _words(
                "Still waiting for the repair",
                "The {product} has been at your workshop for {days} days. Nobody can tell me when it comes back.",
                "Your technician came for the {product}, said he would order a part, and I never heard again.",
                "The part arrived today. The workshop finishes tomorrow and I will ring you myself.",
            ),
            "de": _words(
                "Warte noch auf die Reparatur",
                "Das Gerät ({product}) ist seit {days} Tagen in Ihrer Werkstatt. Niemand weiß, wann es zurückkommt.",
                "Der Techniker wollte ein Teil bestellen, seitdem höre ich nichts mehr. Es geht um: {product}.",
                "Das Teil ist heute gekommen. Die Werkstatt ist morgen fertig, ich rufe Sie selbst an.",
            ),
            "es": _words(
                "Sigo esperando la reparación",
                "El {product} lleva {days} días en su taller. Nadie sabe cuándo vuelve.",
                "El técnico iba a pedir una pieza para el {product} y no he sabido nada más.",
                "La pieza ha llegado hoy. El taller termina mañana y le llamaré yo mismo.",
            ),
            "fr": _words(
                "Toujours en attente de la réparation",
                "L'appareil ({product}) est à votre atelier depuis {days} jours. Personne ne sait quand il revient.",
                "Le technicien devait commander une pièce ({product}), et depuis, plus rien.",
                "La pièce est arrivée aujourd'hui. L'atelier finit demain et je vous appelle moi-même.",
            ),
            "zh": _words(
                "维修还没有消息",
                "{product}送修已经{days}天了，没有人告诉我什么时候能好。",
                "师傅说要订{product}的零件，之后就没有消息了。",
                "零件今天到了，明天修好，我会亲自给您打电话。",
            ),
            "zh-TW": _words(
                "維修還沒有消息",
                "{product}送修已經{days}天，沒有人告訴我什麼時候會好。",
                "師傅說要訂{product}的零件，之後就沒有消息了。",
                "零件今天到了，明天修好，我會親自打電話給您。",
            ),
        },
    ),
    Matter(
        key="question",
        queue="general",
        weight=19,
        disposition="information",
        words={
            "en": _words(
                "Question about the {product}",
                "Does the {product} come with a spare filter, and can I buy more of them later?",
                "Is the {product} in stock, and would it be here by the weekend?",
                "It does, and spares are always in stock. If you order today it is with you on Friday.",
            ),
            "de": _words(
                "Frage zum Artikel: {product}",
                "Ist beim Artikel ({product}) ein Ersatzfilter dabei, und bekomme ich später weitere?",
                "Ist der Artikel ({product}) vorrätig und käme bis zum Wochenende?",
                "Ja, und Ersatz ist immer vorrätig. Wenn Sie heute bestellen, ist alles am Freitag bei Ihnen.",
            ),
            "es": _words(
                "Pregunta sobre el {product}",
                "¿El {product} trae un filtro de repuesto? ¿Se pueden comprar más?",
                "¿Hay existencias del {product}? ¿Llegaría antes del fin de semana?",
                "Sí, y siempre hay repuestos. Si lo pide hoy, lo tiene el viernes.",
            ),
            "fr": _words(
                "Question : {product}",
                "Un filtre de rechange est-il fourni avec l'article ({product}), et peut-on en racheter ?",
                "L'article ({product}) est-il en stock, et arriverait-il avant le week-end ?",
                "Oui, et nous avons toujours des pièces. Commandé aujourd'hui, il est chez vous vendredi.",
            ),
            "zh": _words(
                "咨询{product}",
                "{product}有备用滤网吗？以后可以单独买吗？",
                "{product}有现货吗？周末之前能到吗？",
                "有的，配件一直有现货。今天下单，周五可以送到。",
            ),
            "zh-TW": _words(
                "詢問{product}",
                "{product}有備用濾網嗎？以後可以單獨購買嗎？",
                "{product}有現貨嗎？週末前能到嗎？",
                "有的，配件一直有現貨。今天下單，星期五可以送達。",
            ),
        },
    ),
)

#: What a customer adds who has had enough, and what they would like.
ANGER: Mapping[str, tuple[str, ...]] = {
    "en": ("This is the third time I write about it.", "I expected better of you.", "I want this put right, please."),
    "de": ("Ich schreibe nun zum dritten Mal.", "Das hätte ich nicht erwartet.", "Bitte bringen Sie das in Ordnung."),
    "es": ("Es la tercera vez que escribo.", "Esperaba algo mejor de ustedes.", "Quiero que lo solucionen."),
    "fr": ("C'est la troisième fois que j'écris.", "J'attendais mieux de vous.", "Je veux que ce soit réglé."),
    "zh": ("这已经是我第三次联系你们。", "真的很失望。", "请尽快解决。"),
    "zh-TW": ("這已經是我第三次聯絡你們。", "真的很失望。", "請儘快處理。"),
}
THANKS: Mapping[str, tuple[str, ...]] = {
    "en": ("Thank you, that helps.", "Great, thanks!", "All right, I will wait for that."),
    "de": ("Danke, das hilft mir.", "Prima, vielen Dank!", "Gut, dann warte ich das ab."),
    "es": ("Gracias, eso me ayuda.", "¡Perfecto, gracias!", "De acuerdo, espero."),
    "fr": ("Merci, cela m'aide.", "Parfait, merci !", "Très bien, j'attends."),
    "zh": ("谢谢，很有帮助。", "太好了，谢谢！", "好的，我等消息。"),
    "zh-TW": ("謝謝，很有幫助。", "太好了，謝謝！", "好的，我等消息。"),
}
GREETING: Mapping[str, str] = {
    "en": "Hello,\n\n{text}\n\nKind regards\n{name}",
    "de": "Guten Tag,\n\n{text}\n\nMit freundlichen Grüßen\n{name}",
    "es": "Hola:\n\n{text}\n\nUn saludo\n{name}",
    "fr": "Bonjour,\n\n{text}\n\nCordialement\n{name}",
    "zh": "您好：\n\n{text}\n\n{name}",
    "zh-TW": "您好：\n\n{text}\n\n{name}",
}
REMEDIES: Mapping[str, tuple[str, ...]] = {
    "en": ("A refund", "A replacement", "An apology and an explanation", "That it does not happen again"),
    "de": ("Eine Erstattung", "Ersatz", "Eine Entschuldigung und eine Erklärung", "Dass es nicht wieder vorkommt"),
    "es": ("Un reembolso", "Un artículo nuevo", "Una disculpa y una explicación", "Que no se repita"),
    "fr": ("Un remboursement", "Un échange", "Des excuses et une explication", "Que cela ne se reproduise pas"),
    "zh": ("退款", "换货", "道歉和说明", "不要再发生"),
    "zh-TW": ("退款", "換貨", "道歉和說明", "不要再發生"),
}
COMMENTS: Mapping[str, tuple[str, str]] = {
    "en": ("It took too long and I had to ask twice.", "Friendly and quick, thank you."),
    "de": ("Es hat zu lange gedauert.", "Freundlich und schnell, danke."),
    "es": ("Tardó demasiado.", "Amables y rápidos, gracias."),
    "fr": ("C'était beaucoup trop long.", "Aimable et rapide, merci."),
    "zh": ("处理时间太长。", "态度好，速度快。"),
    "zh-TW": ("處理時間太長。", "態度好，速度快。"),
}


@dataclass(frozen=True, kw_only=True)
class Story:
    """One customer's matter, filled in."""

    matter: Matter
    product: str
    subject: str
    opening: str
    reply: str
    thanks: str


def story(rng: Random, language: str, *, complaint: bool = False) -> Story:
    """A matter with its sentences in `language`; a complaint is of something that can be complained of."""
    matters = [matter for matter in MATTERS if matter.category or not complaint]
    (matter,) = rng.choices(matters, weights=[one.weight for one in matters])
    product = rng.choice(list(PRODUCTS))
    facts = {
        "product": PRODUCTS[product][language],
        "order": f"HH{rng.randrange(100_000, 999_999)}",
        "days": rng.randrange(3, 24),
    }
    words = matter.words[language]
    opening = rng.choice(words.opening).format(**facts)
    if complaint:
        joint = "" if language.startswith("zh") else " "
        opening += joint + rng.choice(ANGER[language])
    return Story(
        matter=matter,
        product=product,
        subject=words.subject.format(**facts),
        opening=opening[:1].upper() + opening[1:],
        reply=words.reply.format(**facts),
        thanks=rng.choice(THANKS[language]),
    )


#: What the robot agents say first, and then, whatever the matter.
OPENERS: Mapping[str, str] = {
    "en": "Hello, thank you for getting in touch. I am looking at your order now.",
    "de": "Guten Tag, danke für Ihre Nachricht. Ich sehe mir Ihre Bestellung gerade an.",
    "es": "Hola, gracias por escribirnos. Estoy mirando su pedido.",
    "fr": "Bonjour, merci de votre message. Je regarde votre commande.",
    "zh": "您好，感谢您的联系，我正在查看您的订单。",
    "zh-TW": "您好，感謝您的聯絡，我正在查看您的訂單。",
}
HELPFUL: Mapping[str, str] = {
    "en": "I have passed this on to the colleagues who can settle it, and you will hear from us by tomorrow noon.",
    "de": "Ich habe es an die Kollegen gegeben, die es lösen können; Sie hören bis morgen Mittag von uns.",
    "es": "Lo he pasado a los compañeros que pueden resolverlo; tendrá noticias antes de mañana a mediodía.",
    "fr": "J'ai transmis à mes collègues qui peuvent régler cela ; vous aurez des nouvelles demain avant midi.",
    "zh": "我已转交给负责的同事处理，明天中午之前给您答复。",
    "zh-TW": "我已轉交給負責的同事處理，明天中午前給您答覆。",
}
