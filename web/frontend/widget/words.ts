// What the panel says, in the language of the page that carries it: one row a sentence, so that a
// change in one language is seen beside the others.

/** The columns of the table. */
const LANGUAGES = ["en", "de", "fr", "es", "zh-Hans", "zh-Hant"];

const SAID = {
  close: [
    "Close, keep the conversation",
    "Schließen, das Gespräch bleibt",
    "Fermer, la conversation reste",
    "Cerrar, la conversación se queda",
    "关闭，保留对话",
    "關閉，保留對話",
  ],
  hello: [
    "How can we help?",
    "Wie können wir helfen?",
    "Comment pouvons-nous vous aider ?",
    "¿Cómo podemos ayudarle?",
    "需要什么帮助？",
    "需要什麼協助？",
  ],
  person: [
    "A person reads and answers",
    "Ein Mensch liest und antwortet",
    "Une personne lit et répond",
    "Una persona lee y responde",
    "由真人阅读并回复",
    "由真人閱讀並回覆",
  ],
  closed: [
    "We are closed now",
    "Wir haben gerade geschlossen",
    "Nous sommes fermés pour le moment",
    "Ahora estamos cerrados",
    "我们现在不营业",
    "我們現在不營業",
  ],
  opens: [
    "We open again {0}.",
    "Wir öffnen wieder: {0}.",
    "Nous rouvrons {0}.",
    "Abrimos de nuevo: {0}.",
    "重新营业时间：{0}。",
    "重新營業時間：{0}。",
  ],
  answered_then: [
    "We answer when we open again",
    "Wir antworten, sobald wir wieder öffnen",
    "Nous répondrons à la réouverture",
    "Responderemos cuando volvamos a abrir",
    "恢复营业后回复",
    "恢復營業後回覆",
  ],
  kept_for: [
    "What you write is kept, and answered when we open again.",
    "Was Sie schreiben, bleibt erhalten und wird beantwortet, sobald wir wieder öffnen.",
    "Ce que vous écrivez est conservé ; nous y répondrons à la réouverture.",
    "Lo que escriba queda guardado y se responde cuando volvamos a abrir.",
    "您写的内容会保留，恢复营业后回复。",
    "您寫的內容會保留，恢復營業後回覆。",
  ],
  topic: ["What is it about?", "Worum geht es?", "De quoi s’agit-il ?", "¿De qué se trata?", "关于什么？", "關於什麼？"],
  question: ["Your question", "Ihre Frage", "Votre question", "Su pregunta", "您的问题", "您的問題"],
  question_missing: [
    "Write your question first.",
    "Schreiben Sie zuerst Ihre Frage.",
    "Écrivez d’abord votre question.",
    "Escriba primero su pregunta.",
    "请先写下您的问题。",
    "請先寫下您的問題。",
  ],
  name: ["Name", "Name", "Nom", "Nombre", "姓名", "姓名"],
  optional: ["optional", "freiwillig", "facultatif", "opcional", "选填", "選填"],
  email: ["E-mail", "E-Mail", "E-mail", "Correo electrónico", "邮箱", "電子郵件"],
  email_why: [
    "to go on if we lose each other",
    "falls wir uns verlieren",
    "au cas où nous serions coupés",
    "por si se corta",
    "以便断开后继续",
    "以便中斷後繼續",
  ],
  email_bad: [
    "This address is not complete. What you wrote is kept.",
    "Diese Adresse ist nicht vollständig. Ihr Text bleibt erhalten.",
    "Cette adresse n’est pas complète. Votre texte est conservé.",
    "Esta dirección no está completa. Su texto se conserva.",
    "邮箱地址不完整。您写的内容已保留。",
    "電子郵件地址不完整。您寫的內容已保留。",
  ],
  start: ["Start chat", "Chat beginnen", "Démarrer le chat", "Iniciar el chat", "开始聊天", "開始聊天"],
  careful: [
    "Never write card numbers or passwords here.",
    "Schreiben Sie hier nie Kartennummern oder Passwörter.",
    "N’écrivez jamais ici de numéro de carte ni de mot de passe.",
    "No escriba aquí números de tarjeta ni contraseñas.",
    "请不要在这里填写卡号或密码。",
    "請勿在此填寫卡號或密碼。",
  ],
  queued: [
    "You are in the queue",
    "Sie sind in der Warteschlange",
    "Vous êtes dans la file",
    "Está en la cola",
    "您正在排队",
    "您正在排隊",
  ],
  stay: [
    "You may go on: your place stays",
    "Machen Sie ruhig weiter: Ihr Platz bleibt",
    "Vous pouvez continuer : votre place reste",
    "Puede seguir con lo suyo: conserva su lugar",
    "可以做别的事，位置为您保留",
    "可以做別的事，位置為您保留",
  ],
  in_queue: ["in the queue", "in der Warteschlange", "dans la file", "en la cola", "排队位置", "排隊位置"],
  likely: ["likely wait", "voraussichtlich", "attente probable", "espera probable", "预计等待", "預計等候"],
  soon: ["under 1 min", "unter 1 Min.", "moins de 1 min", "menos de 1 min", "不到 1 分钟", "不到 1 分鐘"],
  minutes: ["{0} min", "{0} Min.", "{0} min", "{0} min", "{0} 分钟", "{0} 分鐘"],
  taking: [
    "Somebody is about to answer",
    "Gleich antwortet jemand",
    "Quelqu’un va vous répondre",
    "Enseguida le responden",
    "马上有人答复",
    "馬上有人回覆",
  ],
  meanwhile: [
    "This may answer it at once",
    "Vielleicht hilft das sofort",
    "Ceci y répond peut-être déjà",
    "Quizá esto lo responda ya",
    "也许马上就有答案",
    "也許馬上就有答案",
  ],
  rather: [
    "Rather not wait?",
    "Lieber nicht warten?",
    "Vous préférez ne pas attendre ?",
    "¿Prefiere no esperar?",
    "不想等？",
    "不想等？",
  ],
  write_us: ["Write to us instead", "Schreiben Sie uns", "Écrivez-nous", "Escríbanos", "给我们留言", "留言給我們"],
  here: ["answers now", "antwortet jetzt", "répond maintenant", "responde ahora", "正在为您服务", "正在為您服務"],
  held: ["is back in a moment", "ist gleich zurück", "revient dans un instant", "vuelve en un momento", "马上回来", "馬上回來"],
  team: ["Our team", "Unser Team", "Notre équipe", "Nuestro equipo", "我们的团队", "我們的團隊"],
  messages: ["Messages", "Nachrichten", "Messages", "Mensajes", "消息", "訊息"],
  write: ["Write a message", "Nachricht schreiben", "Écrire un message", "Escribir un mensaje", "写消息", "寫訊息"],
  add: [
    "Add to your question",
    "Frage ergänzen",
    "Compléter votre question",
    "Añadir a su pregunta",
    "补充您的问题",
    "補充您的問題",
  ],
  send: ["Send", "Senden", "Envoyer", "Enviar", "发送", "傳送"],
  you: ["You", "Sie", "Vous", "Usted", "您", "您"],
  sent: ["Sent", "Gesendet", "Envoyé", "Enviado", "已发送", "已傳送"],
  delivered: ["Delivered", "Zugestellt", "Remis", "Entregado", "已送达", "已送達"],
  read: ["Read", "Gelesen", "Lu", "Leído", "已读", "已讀"],
  sending: ["Sending", "Wird gesendet", "Envoi en cours", "Enviando", "正在发送", "正在傳送"],
  unsent: ["Waiting to be sent", "Wartet auf Verbindung", "En attente d’envoi", "Pendiente de envío", "等待发送", "等待傳送"],
  refused: ["Not sent", "Nicht gesendet", "Non envoyé", "No enviado", "未发送", "未傳送"],
  retry: ["Try again", "Noch einmal", "Réessayer", "Reintentar", "重试", "重試"],
  typing: ["{0} is writing", "{0} schreibt", "{0} écrit", "{0} está escribiendo", "{0} 正在输入", "{0} 正在輸入"],
  lost: ["Not connected", "Nicht verbunden", "Non connecté", "Sin conexión", "未连接", "未連線"],
  offline: ["You are offline.", "Sie sind offline.", "Vous êtes hors ligne.", "No tiene conexión.", "您已离线。", "您已離線。"],
  nothing_lost: [
    "Nothing is lost. What you write is sent when the connection is back.",
    "Nichts ist verloren. Was Sie schreiben, wird gesendet, wenn die Verbindung wieder da ist.",
    "Rien n’est perdu. Ce que vous écrivez sera envoyé quand la connexion revient.",
    "No se pierde nada. Lo que escriba se envía cuando vuelva la conexión.",
    "内容没有丢失。连接恢复后自动发送。",
    "內容沒有遺失。連線恢復後自動傳送。",
  ],
  slowed: [
    "Too much at once from here. What you write is sent a little later.",
    "Zu viel auf einmal von hier. Was Sie schreiben, wird etwas später gesendet.",
    "Trop à la fois d’ici. Ce que vous écrivez sera envoyé un peu plus tard.",
    "Demasiado a la vez desde aquí. Lo que escriba se envía un poco más tarde.",
    "此处消息过多，稍后自动发送。",
    "此處訊息過多，稍後自動傳送。",
  ],
  again_there: [
    "Connected again.",
    "Wieder verbunden.",
    "Connexion rétablie.",
    "Conectado de nuevo.",
    "已重新连接。",
    "已重新連線。",
  ],
  end: ["End chat", "Chat beenden", "Terminer le chat", "Terminar el chat", "结束聊天", "結束聊天"],
  sure: ["End this chat?", "Diesen Chat beenden?", "Terminer ce chat ?", "¿Terminar este chat?", "结束这次聊天？", "結束這次聊天？"],
  go_on: ["Go on chatting", "Weiter chatten", "Continuer le chat", "Seguir en el chat", "继续聊天", "繼續聊天"],
  ended: ["Chat ended", "Chat beendet", "Chat terminé", "Chat terminado", "聊天已结束", "聊天已結束"],
  ended_text: [
    "This chat has ended.",
    "Dieser Chat ist beendet.",
    "Ce chat est terminé.",
    "Este chat ha terminado.",
    "这次聊天已结束。",
    "這次聊天已結束。",
  ],
  goes_along: [
    "What was not sent goes with your next chat.",
    "Was nicht gesendet wurde, geht mit dem nächsten Chat.",
    "Ce qui n’a pas été envoyé partira avec le prochain chat.",
    "Lo que no se envió va con su próximo chat.",
    "未发送的内容将随下一次聊天发送。",
    "未傳送的內容將隨下一次聊天傳送。",
  ],
  anew: [
    "Start a new chat",
    "Neuen Chat beginnen",
    "Démarrer un nouveau chat",
    "Iniciar otro chat",
    "开始新的聊天",
    "開始新的聊天",
  ],
  rate: [
    "How satisfied are you with this chat?",
    "Wie zufrieden sind Sie mit diesem Chat?",
    "Êtes-vous satisfait de ce chat ?",
    "¿Está satisfecho con este chat?",
    "您对这次聊天满意吗？",
    "您對這次聊天滿意嗎？",
  ],
  low: ["not at all", "gar nicht", "pas du tout", "nada", "完全不满意", "完全不滿意"],
  high: ["very", "sehr", "très", "mucho", "非常满意", "非常滿意"],
  rated: [
    "Thank you. Your {0} is saved.",
    "Vielen Dank. Ihre {0} ist gespeichert.",
    "Merci. Votre {0} est enregistré.",
    "Gracias. Su {0} está guardado.",
    "谢谢。您的 {0} 分已保存。",
    "謝謝。您的 {0} 分已儲存。",
  ],
  unread: [
    "New messages: {0}",
    "Neue Nachrichten: {0}",
    "Nouveaux messages : {0}",
    "Mensajes nuevos: {0}",
    "新消息：{0}",
    "新訊息：{0}",
  ],
} satisfies Record<string, string[]>;

/** The language of ours that comes nearest to a tag such as `de-AT` or `zh-TW`. */
export function nearest(language: string): string {
  const tag = language.toLowerCase();
  if (/^zh\b/.test(tag)) return /hant|tw|hk|mo/.test(tag) ? "zh-Hant" : "zh-Hans";
  const found = tag.split("-")[0]!;
  return LANGUAGES.includes(found) ? found : "en";
}

export type Words = Record<keyof typeof SAID, string>;

export function wordsIn(language: string): Words {
  const column = LANGUAGES.indexOf(nearest(language));
  return Object.fromEntries(Object.entries(SAID).map(([key, row]) => [key, row[column]])) as Words;
}

/** `say(words.typing, "Ada")`: a sentence with its gaps filled. */
export const say = (sentence: string, value: string | number): string => sentence.replace("{0}", () => String(value));

/** A place in the queue: 3rd, 3., 3e, 3.º, 第 3 位. */
export function place(number: number, language: string): string {
  switch (nearest(language)) {
    case "de":
      return `${number}.`;
    case "fr":
      return number === 1 ? "1er" : `${number}e`;
    case "es":
      return `${number}.º`;
    case "en": {
      const endings: Record<string, string> = { one: "st", two: "nd", few: "rd", other: "th" };
      return number + endings[new Intl.PluralRules("en", { type: "ordinal" }).select(number)]!;
    }
    default:
      return `第 ${number} 位`;
  }
}

/** A wait as a range of whole minutes; a point where both ends are the same. */
export function range([low, high]: [number, number], words: Words): string {
  const from = Math.floor(low / 60);
  const to = Math.ceil(high / 60);
  if (to <= 1) return words.soon;
  return say(words.minutes, from >= to ? to : `${Math.max(from, 1)}–${to}`);
}

/** What a customer is told of a queue that is closed: why, if we say so, until when, and that nothing is lost. */
export function closing({ told, until }: { told: string; until: string | null }, words: Words, language: string): string {
  const opens = until ? say(words.opens, openingTime(until, language)) : "";
  return [told && ended(told), opens, words.kept_for].filter(Boolean).join(" ");
}

/** A day and a time on the reader's own clock. */
function openingTime(until: string, language: string): string {
  const form: Intl.DateTimeFormatOptions = { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" };
  return new Intl.DateTimeFormat(nearest(language), form).format(new Date(until));
}

const ended = (sentence: string): string => (/[.!?。！？]$/.test(sentence) ? sentence : `${sentence}.`);
