import { arabicOf } from "../catalogue.ts";
import type { signIn as english } from "../en/sign-in.ts";

export const signIn = arabicOf<typeof english>()({
  "signIn.title": "الدخول إلى {workspace}",
  "signIn.signIn": "تسجيل الدخول",
  "signIn.withPasskey": "الدخول بمفتاح مرور",
  "signIn.or": "أو بكلمة المرور",
  "signIn.waiting": "كثيرون يسجّلون الدخول الآن. مكانك محفوظ: تحاول هذه الصفحة مجدداً من تلقاء نفسها.",
  "signIn.factorTitle": "أكّد أنك أنت",
  "signIn.newPasswordTitle": "اختر كلمة مرور جديدة",
  "signIn.newPasswordWhy":
    "قد يعرف غيرك كلمة مرورك: فهي في قائمة كلمات مرور مسروقة، أو طلب مشرف كلمة جديدة. وتنتهي جلساتك الأخرى.",
  "signIn.newPasswordGoOn": "حفظ وتسجيل الدخول",
  "signIn.recoveryCode": "رمز الاسترداد",
  "signIn.recoveryHint": "أحد الرموز العشرة التي حفظتها. يعمل كل رمز مرة واحدة.",
  "signIn.startAgain": "البدء من جديد",
  "signIn.warning": "تأكد من شريط العنوان قبل الكتابة. لا يطلب Wardroom رمزك في رسالة أو مكالمة أبداً.",
  "signIn.endedTitle": "انتهت جلستك",
  "signIn.endedWords": "سجّل الدخول لتتابع من حيث كنت.",

  "invitation.documentTitle": "دعوة",
  "invitation.title": "انضم إلى {workspace}",
  "invitation.lede": "دُعيت بدور {role}. تنتهي الدعوة في {date}.",
  "invitation.stepAccount": "الحساب",
  "invitation.stepFactor": "العامل الثاني",
  "invitation.accept": "الانضمام وتسجيل الدخول",
  "invitation.acceptWith": "الانضمام بحساب {label}",
  "invitation.companyHint": "يكفي حساب شركتك: لا حاجة إلى اختيار كلمة مرور.",
  "invitation.companyBound": "يكفي حساب شركتك إن كان عنوانه {email}: لا حاجة إلى اختيار كلمة مرور.",
  "invitation.companyAway": "دخول شركتك غير معدّ حالياً. اسأل من دعاك.",
  "invitation.noToken": "هذا الرابط غير مكتمل",
  "invitation.noTokenHint": "انسخ رابط دعوتك كاملاً إلى شريط العنوان.",
  "invitation.unknown": "لم تعد هذه الدعوة صالحة",
  "invitation.factorLede": "كلمة المرور وحدها لا تفتح شيئاً هنا. يُطلب منك هذا في كل دخول.",
  "signIn.faultPassword": "أدخل كلمة المرور.",
  "signIn.faultRecovery": "أدخل رمز الاسترداد كاملاً.",
});
