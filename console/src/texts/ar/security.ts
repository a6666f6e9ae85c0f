import { arabicOf } from "../catalogue.ts";
import type { security as english } from "../en/security.ts";

export const security = arabicOf<typeof english>()({
  "security.lede": "ما قررته مساحة العمل لحماية نفسها. وكل تغيير يُكتب في سجل التدقيق.",
  "security.readOnly": "يمكنك قراءة هذه الإعدادات. ويغيّرها المسؤول أو المالك.",
  "security.sessions": "الجلسات والأجهزة",
  "security.idleLock": "قفل الجلسات غير المستخدمة",
  "security.idleLockHint":
    "تُخفى الشاشة التي لا يستخدمها أحد، وتطلب مفتاح مرور أو رمزاً قبل أن تعرض شيئاً من جديد.",
  "security.afterMinutes": {
    zero: "فوراً",
    one: "بعد دقيقة واحدة",
    two: "بعد دقيقتين",
    few: "بعد {count} دقائق",
    many: "بعد {count} دقيقة",
    other: "بعد {count} دقيقة",
  },
  "security.deviceApproval": "الموافقة على الأجهزة الجديدة",
  "security.deviceApprovalHint":
    "أول دخول من جهاز جديد ينتظر حتى يوافق عليه العضو من جهاز لديه، أو قائد فريقه أو أحد المسؤولين أو المالكين. على المالك ذي الجهاز الواحد أن يسجّل الدخول من جهاز ثانٍ أولًا.",
  "security.screens": "الشاشات",
  "security.watermark": "علامة مائية على المحادثات",
  "security.watermarkHint": "اسم القارئ والوقت، باهتين خلف كل محادثة: فتقول صورة الشاشة لمن كانت.",
  "security.blur": "تمويه الصفحة حين لا ينظر أحد",
  "security.blurHint": "تُموَّه الصفحة ما دامت نافذة أخرى أو تبويب آخر في المقدمة.",
  "security.blurred": "مخفية ما دمت في مكان آخر",
});
