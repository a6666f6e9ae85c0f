import { arabicOf } from "../catalogue.ts";
import type { contacts as english } from "../en/contacts.ts";

export const contacts = arabicOf<typeof english>()({
  "contacts.title": "جهات الاتصال",
  "contacts.search": "البحث عن رقم هاتف",
  "contacts.searchHint": "الرقم كاملاً مع رمز الدولة",
  "contacts.last": "آخر نشاط",
  "contacts.none": "لا جهات اتصال بعد",
  "contacts.noneHint": "كل من يكتب إلى رقمك يظهر هنا.",
  "contacts.notFound": "لا أحد بهذا الرقم",
  "contacts.notFoundHint": "لا يُعثر إلا على الرقم الكامل. يمكنك أن تبدأ مراسلته بقالب.",
  "contacts.openChat": "فتح المحادثة",
  "contacts.write": "ابدأ المراسلة",
  "contacts.failed": "تعذّر تحميل جهات الاتصال",
  "contacts.notYours": "ليست لك صلاحية فتح هذه المحادثة",
  "contacts.uncertain": "الهوية غير مؤكدة",
  "contacts.clear": "مسح البحث",
});
