// @ts-check
/** Everything the page says, in both languages. Keys are the same in both: the type of `en` holds `ar` to it. */

const en = {
  title: "Simulator · Wardroom",
  simulator: "Simulator",
  band: "You are playing a customer. This page is not WhatsApp and nothing here leaves this machine.",
  bandShort: "Not WhatsApp. Nothing here leaves this machine.",
  otherLanguage: "العربية",
  customers: "Customers",
  phone: "Phone",
  got: "What Wardroom got",
  gotShort: "Wardroom",
  newCustomer: "New customer",
  noCustomers: "No customer yet",
  noCustomersHint:
    "A customer has a name and a phone number, and writes to the business from the phone in the middle.",
  addFirst: "Add a customer",
  name: "Name",
  phoneNumber: "Phone number",
  phoneHint: "With country code. It need not exist: nothing is sent to it.",
  idOnly: "Business id only: the business does not learn the phone number",
  idOnlyName: "Business id only",
  add: "Add",
  cancel: "Cancel",
  close: "Close",
  phoneOf: (/** @type {string} */ name) => `${name}’s phone, simulated`,
  writeAs: (/** @type {string} */ name) => `Write as ${name}`,
  send: "Send",
  photo: "Photo",
  voice: "Voice",
  file: "File",
  place: "Place",
  choice: "Choice",
  choiceTitle: "Answer with a choice",
  choiceButton: "A button",
  choiceRow: "A row of a list",
  choiceWords: "What it says",
  choiceDescription: "The line below it",
  choiceHint: "As if the last message of the business had offered it.",
  choiceNothing: "The business has not written yet: there is nothing to choose from.",
  react: "React",
  reply: "Reply",
  stopReply: "Do not reply to this message",
  removeReaction: "Remove the reaction",
  today: "Today",
  yesterday: "Yesterday",
  typing: (/** @type {string} */ name) => `${name} is typing…`,
  emptyChat: "Write the first message. It reaches Wardroom as a signed webhook.",
  notConnected: "Wardroom has not connected this number yet. What you write stays on this phone.",
  placeTitle: "Send a place",
  placeName: "Name of the place",
  placeAddress: "Address",
  latitude: "Latitude",
  longitude: "Longitude",
  recording: "Recording",
  stopAndSend: "Stop and send",
  nothingLog: "Nothing yet. Each webhook to Wardroom is listed here with its answer.",
  answered: (/** @type {number} */ status, /** @type {number} */ ms) =>
    `Signed webhook, answered ${status} in ${ms} ms`,
  answeredAgain: (/** @type {number} */ status, /** @type {number} */ ms) =>
    `Signed webhook, answered ${status} in ${ms} ms. The simulator tries again.`,
  unreachable: "Wardroom did not answer. The simulator tries again.",
  notSubscribed: "Not sent: Wardroom has not asked for this number’s webhooks.",
  dropped: "Given up after seven days.",
  attempt: (/** @type {number} */ n) => ` · attempt ${n}`,
  next: "Next answer of the simulator",
  nextHint: (/** @type {string} */ name) =>
    `For the next message of the business to ${name}. Faults happen once.`,
  deliver: (/** @type {number} */ delivered, /** @type {number} */ read) =>
    `Deliver after ${delivered} s, read after ${read} s while this chat is open`,
  window_closed: "Refuse: window closed (131047)",
  undeliverable: "Accept, then fail: undeliverable (131026)",
  throttled: "Refuse: too many messages (130429)",
  answer_lost: "Deliver, but lose the answer (in doubt, then settled)",
  no_answer: "Do not answer at all (in doubt)",
  tick_pending: "on its way",
  tick_sent: "sent",
  tick_delivered: "delivered",
  tick_read: "read",
  choose: "Choose",
  play: "Play",
  pause: "Pause",
  noPreview: "This phone cannot show this message.",
  byLink: "By link, not fetched here",
  download: "Save",
  linkOver: "This link has been used or has expired.",
  linkOverHint:
    "Each link opens the phone once, within ten minutes. The number’s page in Wardroom gives you a new one.",
  sessionOver: "This page was open for a long time and has closed itself.",
  offline: "The simulator does not answer. Trying again.",
  notSent: "Not sent. Your text is still here; try again.",
  fileEmpty: "This file is empty.",
  tooLarge: "This file is larger than WhatsApp takes.",
  phoneKnown: "There is already a customer with this number.",
  phoneNotValid: "Write the number with its country code, for example +966 50 000 0142.",
};

/** @type {typeof en} */
const ar = {
  title: "المحاكي · Wardroom",
  simulator: "محاكي",
  band: "أنت تؤدي دور العميل. هذه الصفحة ليست واتساب، ولا شيء هنا يغادر هذا الجهاز.",
  bandShort: "ليست واتساب، ولا شيء هنا يغادر هذا الجهاز.",
  otherLanguage: "English",
  customers: "العملاء",
  phone: "الهاتف",
  got: "ما الذي استلمه Wardroom",
  gotShort: "Wardroom",
  newCustomer: "عميل جديد",
  noCustomers: "لا عملاء بعد",
  noCustomersHint: "لكل عميل اسم ورقم هاتف، ويكتب إلى النشاط التجاري من الهاتف في الوسط.",
  addFirst: "إضافة عميل",
  name: "الاسم",
  phoneNumber: "رقم الهاتف",
  phoneHint: "مع رمز الدولة. لا يلزم أن يكون الرقم حقيقياً، فلن يُرسل إليه شيء.",
  idOnly: "معرّف الأعمال فقط: لا يعرف النشاط التجاري رقم الهاتف",
  idOnlyName: "بمعرّف الأعمال فقط",
  add: "إضافة",
  cancel: "إلغاء",
  close: "إغلاق",
  phoneOf: (name) => `هاتف ${name}، محاكاة`,
  writeAs: (name) => `اكتب بصفتك ${name}`,
  send: "إرسال",
  photo: "صورة",
  voice: "صوت",
  file: "ملف",
  place: "موقع",
  choice: "اختيار",
  choiceTitle: "الرد باختيار",
  choiceButton: "زر",
  choiceRow: "بند من قائمة",
  choiceWords: "نص الاختيار",
  choiceDescription: "السطر الذي تحته",
  choiceHint: "كما لو أن آخر رسالة من النشاط التجاري عرضته.",
  choiceNothing: "لم يكتب النشاط التجاري بعد، فلا شيء للاختيار منه.",
  react: "تفاعل",
  reply: "رد",
  stopReply: "إلغاء الرد على هذه الرسالة",
  removeReaction: "إزالة التفاعل",
  today: "اليوم",
  yesterday: "أمس",
  typing: (name) => `${name} يكتب…`,
  emptyChat: "اكتب الرسالة الأولى. تصل إلى Wardroom كإشعار موقّع.",
  notConnected: "لم يربط Wardroom هذا الرقم بعد. ما تكتبه يبقى على هذا الهاتف.",
  placeTitle: "إرسال موقع",
  placeName: "اسم المكان",
  placeAddress: "العنوان",
  latitude: "خط العرض",
  longitude: "خط الطول",
  recording: "جارٍ التسجيل",
  stopAndSend: "إيقاف وإرسال",
  nothingLog: "لا شيء بعد. يظهر هنا كل إشعار إلى Wardroom مع جوابه.",
  answered: (status, ms) => `إشعار موقّع، وأُجيب ${status} خلال ${ms} مللي ثانية`,
  answeredAgain: (status, ms) => `إشعار موقّع، وأُجيب ${status} خلال ${ms} مللي ثانية. يعيد المحاكي المحاولة.`,
  unreachable: "لم يُجب Wardroom. يعيد المحاكي المحاولة.",
  notSubscribed: "لم يُرسل: لم يطلب Wardroom إشعارات هذا الرقم.",
  dropped: "توقفت المحاولات بعد سبعة أيام.",
  attempt: (n) => ` · المحاولة ${n}`,
  next: "جواب المحاكي القادم",
  nextHint: (name) => `لرسالة النشاط التجاري القادمة إلى ${name}. كل خلل يحدث مرة واحدة.`,
  deliver: (delivered, read) => `تصل بعد ${delivered} ث وتُقرأ بعد ${read} ث ما دامت المحادثة مفتوحة`,
  window_closed: "رفض: النافذة مغلقة (131047)",
  undeliverable: "قبول ثم فشل: تعذّر التسليم (131026)",
  throttled: "رفض: رسائل كثيرة (130429)",
  answer_lost: "تصل الرسالة ويضيع الجواب (غير مؤكد ثم يُحسم)",
  no_answer: "بلا جواب إطلاقاً (غير مؤكد)",
  tick_pending: "في الطريق",
  tick_sent: "أُرسلت",
  tick_delivered: "وصلت",
  tick_read: "قُرئت",
  choose: "اختيار",
  play: "تشغيل",
  pause: "إيقاف مؤقت",
  noPreview: "لا يستطيع هذا الهاتف عرض هذه الرسالة.",
  byLink: "برابط، لم يُجلب هنا",
  download: "حفظ",
  linkOver: "استُخدم هذا الرابط أو انتهت مدته.",
  linkOverHint: "يفتح كل رابط الهاتف مرة واحدة خلال عشر دقائق. تجد رابطاً جديداً في صفحة الرقم في Wardroom.",
  sessionOver: "بقيت هذه الصفحة مفتوحة طويلاً فأُغلقت.",
  offline: "المحاكي لا يجيب. تُعاد المحاولة.",
  notSent: "لم تُرسل. النص ما زال هنا، حاول مرة أخرى.",
  fileEmpty: "هذا الملف فارغ.",
  tooLarge: "هذا الملف أكبر مما يقبله واتساب.",
  phoneKnown: "يوجد عميل بهذا الرقم.",
  phoneNotValid: "اكتب الرقم مع رمز الدولة، مثل ‎+966 50 000 0142.",
};

/** @typedef {"en" | "ar"} Language */

/** @type {Language} */
let language = "en";

/** @param {Language} wanted */
export function setLanguage(wanted) {
  language = wanted;
  document.documentElement.lang = wanted;
  document.documentElement.dir = wanted === "ar" ? "rtl" : "ltr";
  document.title = texts().title;
}

/** @returns {Language} */
export function currentLanguage() {
  return language;
}

/** @returns {typeof en} */
export function texts() {
  return language === "ar" ? ar : en;
}

/** Latin digits in both languages, 24 hours. */
const locale = () => (language === "ar" ? "ar-u-nu-latn" : "en-GB");

/** @param {number} at @param {boolean} [withSeconds] */
export function clockTime(at, withSeconds = false) {
  return new Date(at).toLocaleTimeString("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    ...(withSeconds ? { second: "2-digit" } : {}),
  });
}

/** @param {number} at */
export function dayName(at) {
  const daysAgo = Math.round((startOfDay(Date.now()) - startOfDay(at)) / 86_400_000);
  if (daysAgo === 0) return texts().today;
  if (daysAgo === 1) return texts().yesterday;
  return new Date(at).toLocaleDateString(locale(), { day: "numeric", month: "long" });
}

/** @param {number} at */
function startOfDay(at) {
  return new Date(at).setHours(0, 0, 0, 0);
}
