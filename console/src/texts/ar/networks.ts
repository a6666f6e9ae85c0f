import { arabicOf } from "../catalogue.ts";
import type { networks as english } from "../en/networks.ts";

export const networks = arabicOf<typeof english>()({
  "networks.title": "الشبكات",
  "networks.lede":
    "من أين يمكن الوصول إلى هذه اللوحة. لا يمسّ ذلك ما ترسله Meta. وكل تغيير يُكتب في سجل التدقيق.",
  "networks.here": "أنت هنا",
  "networks.hereHint": "العنوان الذي تأتي منه طلباتك.",
  "networks.allowed": "الشبكات المسموح بها",
  "networks.everybody": "الجميع",
  "networks.everybodyHint":
    "شبكة واحدة في كل سطر، مثل \u2066203.0.113.0/24\u2069 أو \u20662001:db8::/32\u2069. القائمة الفارغة تعني: من أي مكان.",
  "networks.roleHint": "تحلّ محلّ قائمة الجميع لهذا الدور. القائمة الفارغة تعني: تسري قائمة الجميع.",
  "networks.directory": "دليل الشركة",
  "networks.directoryLabel": "من أين يتصل الدليل",
  "networks.directoryHint":
    "ينشر مزوّدك عناوين موصّل SCIM لديه. وهي لا تُدخل أحداً من الأشخاص. القائمة الفارغة تعني: يعمل رمزه من أي مكان.",
  "networks.known": "الشبكات المعروفة",
  "networks.knownHint": "أسماء للشبكات، كشبكة المكتب. لا تُدخل أحداً، ومن يعمل من شبكة أخرى يرى ملاحظة هادئة.",
  "networks.name": "الاسم",
  "networks.network": "الشبكة",
  "networks.add": "إضافة شبكة",
  "networks.remove": "إزالة {name}",
  "networks.addHere": "إضافة عنوانك",
  "networks.test": "تجربة عنوان",
  "networks.testHint": "من يمكنه الدخول من هناك وفق القوائم كما تظهر في هذه الصفحة.",
  "networks.address": "العنوان",
  "networks.try": "تجربة",
  "networks.getsIn": "يدخل: {role}",
  "networks.staysOut": "لا يدخل: {role}",
  "networks.save": "حفظ",
  "networks.saved": "حُفظت. تسري خلال ثانية واحدة، على اللوحات المفتوحة أيضاً.",
  "networks.forgedTitle": "لم يكتب Wardroom هذه القواعد",
  "networks.forged":
    "كتبها أحدهم في قاعدة البيانات يدوياً. وإلى أن يشغّل المشغّل الأمر “wardroom network-rules clear” تسري آخر قواعد سليمة، ولا يمكن تغيير شيء هنا.",
  "networks.unknown": "تعمل من شبكة لا تعرفها مساحة العمل هذه.",
  "networks.unknownHint": "على الشبكات العامة انتبه إلى من يستطيع رؤية شاشتك.",
  "networks.dismiss": "حسناً",
  "networks.refusedTitle": "ليس من هذه الشبكة",
  "networks.refused":
    "لا تسمح مساحة عملك بالدخول إلا من شبكات معيّنة، وأنت تأتي من غيرها. اتصل بإحداها، كشبكة المكتب أو شبكته الافتراضية، ثم أعد المحاولة.",
  "networks.tryAgain": "إعادة المحاولة",
});
