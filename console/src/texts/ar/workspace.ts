import { arabicOf } from "../catalogue.ts";
import type { workspace as english } from "../en/workspace.ts";

export const workspace = arabicOf<typeof english>()({
  "workspace.title": "مساحة العمل",
  "workspace.lede": "ما يخصّ مساحة العمل كلها، وهو للمالكين وحدهم.",
  "workspace.end": "نهاية مساحة العمل",
  "workspace.delete": "حذف مساحة العمل",
  "workspace.deleteHint":
    "تزول كل محادثات {name} وجهات اتصالها وملفاتها وأعضائها. ينتظر الحذف سبعة أيام يمكن لأي مالك فيها إلغاؤه. ثم تُتلف المفاتيح أولاً، فلا يُقرأ شيء بعدها، ولا حتى من نسخة احتياطية انتهت مفاتيحها.",
  "workspace.deleteTitle": "حذف {name}؟",
  "workspace.effectWait":
    "لا يحدث شيء طوال سبعة أيام. ويرى كل مالك شريطاً، وتصله رسالة بريد إن كان البريد مُعدّاً.",
  "workspace.effectKeys": "ثم تُحرَّر الأرقام، ويُسجَّل خروج الجميع، وتُتلف كل المفاتيح.",
  "workspace.effectLogin": "يحتفظ الأشخاص بحساباتهم إن كانوا أعضاء في مساحة أخرى.",
  "workspace.typeName": "اكتب اسم مساحة العمل: {name}",
  "workspace.confirm": "حذف بعد سبعة أيام",
  "workspace.bandWaiting": "ستُحذف {name} في {date}.",
  "workspace.bandBy": "طلب ذلك {name}.",
  "workspace.bandRunning": "يجري حذف {name}.",
  "workspace.keep": "إبقاء مساحة العمل",
  "workspace.keepTitle": "إبقاء {name}؟",
  "workspace.keepWords": "يُلغى الحذف ويبقى كل شيء كما هو. ويُبلَّغ جميع المالكين.",
});
