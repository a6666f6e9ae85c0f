import { arabicOf } from "../catalogue.ts";
import type { templates as english } from "../en/templates.ts";

export const templates = arabicOf<typeof english>()({
  "templates.lede":
    "ما تسمح واتساب بإرساله ابتداءً، أو بعد إغلاق نافذة الساعات الأربع والعشرين. تُكتب وتُعتمد لدى Meta.",
  "templates.synchronise": "قراءة من Meta الآن",
  "templates.read": "قُرئت {ago}",
  "templates.asSeen": "كما يراها العميل",
  "templates.notSendable": "لا يستطيع Wardroom ملء أحد أجزاء هذا القالب بعد، لذلك لا يُعرض للإرسال.",
  "templates.onlyApproved": "لا تُرسل إلا القوالب المعتمدة.",
  "templates.empty": "لا قوالب بعد",
  "templates.emptyHint": "اكتب قالباً في مدير واتساب، ويظهر هنا بعد أن تعتمده Meta.",
  "templates.neverRead": "لم تُقرأ من Meta بعد.",
  "templates.noNumber": "لا رقم متصل",
  "templates.noNumberHint": "القوالب تتبع رقماً. صِل رقماً من صفحة الأرقام.",
  "templates.approved": "معتمد",
  "templates.pending": "قيد المراجعة",
  "templates.paused": "موقوف مؤقتاً",
  "templates.rejected": "مرفوض",
  "templates.disabled": "معطّل",
  "templates.utility": "خدمي",
  "templates.marketing": "تسويقي",
  "templates.authentication": "مصادقة",
  "templates.IMAGE": "صورة",
  "templates.VIDEO": "فيديو",
  "templates.DOCUMENT": "مستند",
  "templates.LOCATION": "موقع",
});
