import { arabicOf } from "../catalogue.ts";
import type { factor as english } from "../en/factor.ts";

export const factor = arabicOf<typeof english>()({
  "factor.scanTitle": "امسح هذا الرمز بتطبيق المصادقة",
  "factor.scanHint": "يصلح أي تطبيق يعرض ستة أرقام. وإن تعذّر المسح فاكتب المفتاح.",
  "factor.qrLabel": "رمز QR لتطبيق المصادقة",
  "factor.secret": "المفتاح",
  "factor.codesTitle": "رموز الاسترداد",
  "factor.codesHint":
    "يُدخلك كل رمز مرة واحدة إذا فقدت هاتفك. لا تظهر إلا الآن. احفظها بعيداً عن الهاتف، على ورقة أو في مدير كلمات المرور.",
  "factor.codesKept": "حفظت الرموز",
  "factor.proveTitle": "أثبت أنه يعمل",
  "factor.code": "الرمز من التطبيق",
  "factor.codeHint": "ستة أرقام تتجدد كل 30 ثانية.",
  "factor.faultCode": "الرمز ستة أرقام.",
  "factor.faultKept": "احفظ الرموز أولاً ثم أكّد هنا.",
  "stepUp.title": "أكّد أنك أنت",
  "stepUp.words": "هذا إجراء حسّاس، لذلك يحتاج إلى رمز جديد. ويُكتب في سجل التدقيق.",
  "stepUp.holds": "صالح 5 دقائق",
  "stepUp.confirm": "تأكيد",
});
