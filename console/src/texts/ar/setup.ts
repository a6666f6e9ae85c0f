import { arabicOf } from "../catalogue.ts";
import type { setup as english } from "../en/setup.ts";

export const setup = arabicOf<typeof english>()({
  "setup.documentTitle": "الإعداد",
  "setup.stepWorkspace": "مساحة العمل",
  "setup.stepOwner": "المالك",
  "setup.stepFactor": "العامل الثاني",
  "setup.stepNumber": "الرقم",

  "setup.codeTitle": "أهلاً بك في Wardroom",
  "setup.codeLede": "تعرض الطرفية التي شغّلت Wardroom رمز إعداد. يعمل مرة واحدة وخلال 30 دقيقة.",
  "setup.code": "رمز الإعداد",
  "setup.codeHint": "لم يعد ظاهراً؟ شغّل Wardroom من جديد ليعرض رمزاً جديداً.",
  "setup.begin": "ابدأ",

  "setup.workspaceTitle": "ما اسم نشاطك؟",
  "setup.workspaceLede": "يرى فريقك هذا الاسم. أما العملاء فيرون الاسم الذي وثّقته واتساب لرقمك.",
  "setup.workspaceName": "اسم مساحة العمل",
  "setup.workspaceNameHint": "مثل: مرسى هوم",
  "setup.timeZone": "المنطقة الزمنية",
  "setup.timeZoneHint": "تُعرض بها الأوقات في الوارد للجميع.",
  "setup.timeZoneNone": "لا توجد منطقة بهذا الاسم",

  "setup.ownerTitle": "من يملك مساحة العمل؟",
  "setup.ownerLede": "يستطيع المالك فعل كل شيء هنا، ويدعو الآخرين. لا بد من مالك واحد على الأقل.",
  "setup.name": "اسمك",
  "setup.email": "البريد الإلكتروني",
  "setup.emailHint": "تدخل به.",
  "setup.password": "كلمة المرور",
  "setup.passwordHint": "12 حرفاً على الأقل. الجملة سهلة الحفظ صعبة التخمين.",

  "setup.factorTitle": "أضف عاملاً ثانياً",
  "setup.factorLede": "كلمة المرور وحدها لا تفتح شيئاً هنا. يُطلب منك هذا في كل دخول.",
  "setup.create": "إنشاء مساحة العمل",

  "setup.numberTitle": "أي رقم سيُجيب عملاءك؟",
  "setup.numberLede":
    "ابدأ بالمحاكي ثم أضف رقمك الحقيقي عندما تكون مستعداً. تستخدم مساحة العمل أحدهما فقط، ولا تجمع بينهما أبداً.",
  "setup.finish": "إنهاء وفتح الوارد",
  "setup.later": "أقرّر لاحقاً",

  "setup.doneTitle": "Wardroom مُعدّ من قبل",
  "setup.doneHint": "سجّل الدخول للمتابعة.",

  "setup.faultName": "اكتب اسماً.",
  "setup.faultOwnName": "اكتب اسمك.",
  "setup.faultEmail": "هذا ليس عنوان بريد إلكتروني.",
  "setup.faultPassword": "12 حرفاً على الأقل، وصعبة التخمين.",
  "setup.faultCode": "أدخل الرمز الظاهر في الطرفية.",
});
